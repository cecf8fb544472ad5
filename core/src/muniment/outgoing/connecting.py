"""Connections that go where was judged: the name is looked up once, every address that it has is judged, and the
connection is made to an address that was. A name that answers differently the second time (DNS rebinding) gains
nothing."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from muniment.outgoing.addresses import AllowedHosts, is_inside, is_public
from muniment.outgoing.failures import OutgoingFailed

#: Of the addresses of a host so many are tried.
_TRIED: Final = 4


class Deadline:
    """Ends a conversation after so many seconds, wherever it is: in the handshake, in headers that drip, in the body.

    A timeout of a socket counts anew with every byte; this one does not. It holds a duplicate of each socket, since TLS
    takes the first one over, and since a number that was closed may be another's by then.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self.is_over = False

    def left(self) -> float:
        return self._end - time.monotonic()

    def watch(self, opened: socket.socket) -> None:
        with self._lock:
            self._sockets.append(opened.dup())
            if self.is_over:
                _shut(opened)

    def _cut(self) -> None:
        with self._lock:
            self.is_over = True
            for opened in self._sockets:
                _shut(opened)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for opened in self._sockets:
                opened.close()
            self._sockets.clear()


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


class Guard:
    """Judges hosts and connects to them. `internal` lets in whatever is of the own network."""

    def __init__(self, allowed: AllowedHosts, *, internal: bool) -> None:
        self._allowed = allowed
        self._internal = internal

    def connect(self, host: str, port: int, timeout: float, deadline: Deadline) -> socket.socket:
        """A connection to `host`; raises `OutgoingFailed`."""
        found = _looked_up(host.strip("[]"), port)
        if not all(self._lets(host.strip("[]"), port, str(address[0])) for *_rest, address in found):
            raise OutgoingFailed("forbidden", "an address inside the own network")
        failure = OutgoingFailed("unreachable", "no address")
        for family, kind, protocol, _name, address in found[:_TRIED]:
            opened = socket.socket(family, kind, protocol)
            try:
                opened.settimeout(max(0.01, min(timeout, deadline.left())))
                opened.connect(address)
            except OSError as error:
                opened.close()
                failure = OutgoingFailed(
                    "timeout" if isinstance(error, TimeoutError) else "unreachable", type(error).__name__
                )
            else:
                deadline.watch(opened)
                return opened
        raise failure

    def _lets(self, host: str, port: int, address: str) -> bool:
        if is_public(address) or self._allowed.holds(address, port):
            return True
        return is_inside(address) and (self._internal or self._allowed.names(host, port))


def _looked_up(host: str, port: int) -> list[Any]:
    try:
        return socket.getaddrinfo(_numeric(host) or host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise OutgoingFailed("unknown_host", type(error).__name__) from error
    except OSError as error:
        raise OutgoingFailed("unreachable", type(error).__name__) from error


def _numeric(host: str) -> str:
    """The address in one of the old ways to write it (2130706433, 0x7f.1, 127.1); empty for a name."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return ""


def guarded_pools(guard: Guard, timeout: float, deadline: Deadline) -> dict[str, Any]:
    """Pools whose connections the guard makes; classes, since that is how urllib3 is told."""

    def connect(connection: HTTPConnection) -> socket.socket:
        return guard.connect(connection.host, int(connection.port or 0), timeout, deadline)

    plain = type("GuardedHTTP", (HTTPConnection,), {"_new_conn": connect})
    secure = type("GuardedHTTPS", (HTTPSConnection,), {"_new_conn": connect})
    return {
        "http": type("GuardedHTTPPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("GuardedHTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }
