"""Which addresses may be asked: public ones, and those that an operator allows."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Final

_WITH_PORT: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+):([0-9]{1,5})\Z")
_NAME: Final = re.compile(r"[^\s/:\[\]@]+\Z")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: All that the Internet uses of IPv6 (RFC 4291); what stands beside it is local, reserved or a form of IPv4.
_GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
#: IPv4 as it is reached over IPv6 (RFC 6052).
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
#: For protocols, not for hosts (RFC 6890); Python before 3.11.10 takes a part of it for public.
_PROTOCOLS: Final = ipaddress.IPv4Network("192.0.0.0/24")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet; one that hides an IPv4 address is judged by that."""
    return _is_public(_plain(address))


def is_inside(address: str) -> bool:
    """Whether an IP address is of the own machine or network: loopback, private and shared ones, never link-local
    ones (among them are those at which clouds hand out credentials) and none that stand for many or no machine."""
    found = _plain(address)
    special = found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved
    return found.is_loopback or (not special and not _is_public(found))


class AllowedHosts:
    """The hosts of `outgoing.allowed`: names, addresses and networks that may be asked though they are not public.
    One with a port (`id.example.org:8443`, `[::1]:8080`) may be asked at that port only."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._names: set[tuple[str, int | None]] = set()
        self._networks: list[tuple[Network, int | None]] = []
        for entry in entries:
            host, port = _parted(entry)
            try:
                self._networks.append((ipaddress.ip_network(host), port))
            except ValueError:
                self._names.add((_comparable(host), port))

    def names(self, host: str, port: int) -> bool:
        return not self._names.isdisjoint({(_comparable(host), None), (_comparable(host), port)})

    def holds(self, address: str, port: int) -> bool:
        found = _plain(address)
        return any(
            only in (None, port) and found.version == network.version and found in network
            for network, only in self._networks
        )


def problem_with_host(entry: str) -> str | None:
    """What is wrong with one entry of `outgoing.allowed`, or None."""
    host, port = _parted(entry)
    try:
        ipaddress.ip_network(host)
        is_host = True
    except ValueError:
        is_host = bool(_NAME.match(host))
    if is_host and (port is None or 0 < port < 65_536):
        return None
    return f"'{entry}' must be a host name, an address or a network, like id.example.org, 10.1.0.0/16 or [::1]:8080"


def _parted(entry: str) -> tuple[str, int | None]:
    found = _WITH_PORT.match(entry)
    host, port = (found[1], int(found[2])) if found else (entry, None)
    return (host[1:-1] if host.startswith("[") and host.endswith("]") else host), port


def _comparable(host: str) -> str:
    return host.rstrip(".").lower()


def _plain(address: str) -> Address:
    """The address that is meant, without a zone and taken out of the forms in which IPv6 carries IPv4."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        hidden = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if hidden is None and found in _TRANSLATED:
            hidden = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if hidden is not None:
            return hidden
    return found


def _is_public(found: Address) -> bool:
    if isinstance(found, ipaddress.IPv6Address) and found not in _GLOBAL_UNICAST:
        return False
    if isinstance(found, ipaddress.IPv4Address) and found in _PROTOCOLS:
        return False
    return found.is_global and not found.is_multicast
