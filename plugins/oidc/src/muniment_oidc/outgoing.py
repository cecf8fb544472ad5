"""Requests to providers: to public addresses only, over HTTPS, without redirects, within seconds and a megabyte.

The name is looked up once, every address that it has is judged, and the connection goes to an address that was judged:
a name that answers differently the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError

from muniment_oidc.refusals import Refused

#: Seconds for the connection, and between two pieces of an answer.
TIMEOUT: Final = (5, 10)
#: And for the whole answer.
LONGEST: Final = 15.0
LARGEST: Final = 1_000_000


class NotAllowed(OSError):
    """The address is not one that providers may have."""


def check_address(address: str) -> str:
    """`address`, if it may be asked or shown to a browser as that of a provider; raises `Refused` otherwise."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.username or parts.scheme not in ("http", "https"):
        raise Refused("misbehaves", "an address that is none")
    if parts.scheme == "http" and not _is_loopback(host):
        raise Refused("misbehaves", "an address without TLS")
    return address


def open_session(session: requests.Session, *, internal: bool) -> requests.Session:
    """Make `session` keep to the rules; `internal` allows addresses inside the own network."""
    session.trust_env = False
    adapter = _Adapter(internal)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def read_json(response: requests.Response) -> dict[str, Any]:
    """The object in an answer; raises `Refused` for anything else."""
    if response.status_code != 200:
        raise Refused("misbehaves" if response.status_code < 500 else "unreachable", f"status {response.status_code}")
    try:
        found = response.json()
    except ValueError as error:
        raise Refused("misbehaves", "an answer that is no JSON") from error
    if not isinstance(found, dict):
        raise Refused("misbehaves", "an answer that is no object")
    return found


class _Adapter(HTTPAdapter):
    def __init__(self, internal: bool) -> None:
        self._internal = internal
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._internal)

    def send(self, request: requests.PreparedRequest, *_args: Any, **kwargs: Any) -> requests.Response:
        check_address(request.url or "")
        sent = {**kwargs, "timeout": TIMEOUT, "stream": True, "proxies": {}}
        try:
            response = super().send(request, **sent)
            if response.is_redirect:
                raise Refused("misbehaves", "a redirect")
            with response:
                response._content = _read(response)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise Refused("unreachable", _reason(error)) from error
        return response


def _read(response: requests.Response) -> bytes:
    deadline = time.monotonic() + LONGEST
    content = b""
    while piece := response.raw.read1(65_536, decode_content=True):
        content += piece
        if len(content) > LARGEST:
            raise Refused("misbehaves", "an answer of more than a megabyte")
        if time.monotonic() > deadline:
            raise Refused("unreachable", "an answer that takes too long")
    return content


def _reason(error: BaseException) -> str:
    """The kind of an error; never its text, which may name addresses."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, NotAllowed):
            return "an address inside the own network"
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__


def _pools(internal: bool) -> dict[str, Any]:
    """Pools whose connections go to judged addresses; classes, since that is how urllib3 is told."""

    def connect(connection: HTTPConnection) -> socket.socket:
        try:
            return _connected(connection.host, connection.port, TIMEOUT[0], internal)
        except OSError as error:
            raise NewConnectionError(connection, type(error).__name__) from error

    plain = type("GuardedHTTP", (HTTPConnection,), {"_new_conn": connect})
    secure = type("GuardedHTTPS", (HTTPSConnection,), {"_new_conn": connect})
    return {
        "http": type("GuardedHTTPPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("GuardedHTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }


def _connected(host: str, port: int, timeout: float, internal: bool) -> socket.socket:
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    if not internal and any(not is_public(str(address[0])) for *_, address in found):
        raise NotAllowed
    error: OSError = OSError("no address")
    for family, kind, protocol, _name, address in found[:4]:
        opened = socket.socket(family, kind, protocol)
        try:
            opened.settimeout(timeout)
            opened.connect(address)
        except OSError as failed:
            opened.close()
            error = failed
        else:
            return opened
    raise error


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet; one that hides an IPv4 address is judged by that."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        hidden = parsed.ipv4_mapped or parsed.sixtofour or _translated(parsed)
        if hidden is not None:
            parsed = hidden
    return parsed.is_global and not parsed.is_multicast


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address in one of NAT64 (RFC 6052)."""
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
