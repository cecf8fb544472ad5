"""Requests to the outside whose target a person or another server chooses: to public addresses only.

The name is looked up once, every address that it has is checked, and the connection goes to the checked address, so
that a name that changes between check and connection (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class ForbiddenAddress(requests.RequestException):
    """A host that leads into the network of the server itself, or to no address that may be asked."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet, also where it is wrapped into an IPv6 address."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def checked_addresses(host: str, port: int) -> list[str]:
    """All addresses of a host; raises `ForbiddenAddress` if any of them is not public."""
    found = [str(item[4][0]) for item in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(is_public(address) for address in found):
        raise ForbiddenAddress(f"'{host}' does not lead to a public address")
    return list(dict.fromkeys(found))


def _connect(connection: Any) -> socket.socket:
    try:
        addresses = checked_addresses(connection._dns_host, connection.port)
        return socket.create_connection((addresses[0], connection.port), timeout=connection.timeout)
    except OSError as error:
        if isinstance(error, requests.RequestException):
            raise
        raise NewConnectionError(connection, f"cannot connect: {error}") from error


class _PlainConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _SecureConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class GuardedAdapter(HTTPAdapter):
    """Sends requests to public addresses only."""

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        manager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **pool_kwargs)
        manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
        self.poolmanager = manager
