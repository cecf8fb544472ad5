"""Which names the site answers to: `site.url`, `site.aliases`, and on loopback every loopback name.

Links never use the Host header, but a proxy or a cache in front may key on it; a name that is not ours is refused
(CVE-2019-1020006, CVE-2021-30185).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

#: Spellings of our own names that are recognised without being taken apart again.
_REMEMBERED: Final = 64
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class Hosts:
    """The accepted values of the Host header. Aliases may be names, `name:port` or full addresses."""

    def __init__(self, url: str, aliases: Iterable[str] = ()) -> None:
        parts = urlsplit(url)
        self._scheme = parts.scheme
        own = parts.netloc.rpartition("@")[2]
        self._names = {self._normal(own), *(self._normal(_netloc(alias)) for alias in aliases)} - {None}
        name = split_host(own)
        self._loopback = name is not None and is_loopback(name[0])
        self._seen: set[str] = set()

    def accepts(self, host: str | None) -> bool:
        """Whether a request with this Host header is for us; an absent or malformed one is not."""
        if not host:
            return False
        if host in self._seen:
            return True
        if not self._is_ours(host):
            return False
        if len(self._seen) < _REMEMBERED:
            self._seen.add(host)
        return True

    def _is_ours(self, host: str) -> bool:
        parts = split_host(host)
        if parts is None:
            return False
        if self._loopback and is_loopback(parts[0]):
            return True
        return self._normal(host) in self._names

    def _normal(self, host: str) -> tuple[str, int | None] | None:
        parts = split_host(host)
        if parts is None:
            return None
        name, port = parts
        return name, None if port == _DEFAULT_PORTS.get(self._scheme) else port


def _netloc(alias: str) -> str:
    return urlsplit(alias).netloc if "://" in alias else alias


def split_host(host: str) -> tuple[str, int | None] | None:
    """Name in small letters and port of a Host header; None when it is not of that form."""
    if any(character in host for character in "/\\@?#, \t\r\n"):
        return None
    try:
        parts = urlsplit(f"//{host}")
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not name:
        return None
    return name.rstrip("."), port


def is_loopback(name: str) -> bool:
    """Whether a host name or address means this machine (RFC 6761 keeps `localhost` and names below it for it)."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
