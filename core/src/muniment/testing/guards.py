"""Guards that hold in every test: no sockets beyond this machine, none at all inside a transaction."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from muniment.db.engine import in_transaction


class OutsideWorld(RuntimeError):
    """A test tried to reach another machine, or talked to a service inside a transaction."""


def _check(host: object) -> None:
    if not _is_here(host):
        raise OutsideWorld(f"tests talk to this machine only, not to {host!r}")
    if in_transaction():
        raise OutsideWorld("a service was called inside a transaction; emit an event instead")


def _is_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if name == "localhost" or name.endswith(".localhost") or name == socket.gethostname():
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


class _Guards:
    """The functions of the socket module through which other machines are reached, with a check before each."""

    def __init__(self) -> None:
        self._originals: dict[str, Any] = {}

    def install(self) -> None:
        if self._originals:
            return
        for name in ("connect", "connect_ex", "sendto"):
            self._originals[name] = getattr(socket.socket, name)
            setattr(socket.socket, name, _guarded(self._originals[name]))
        self._originals["getaddrinfo"] = resolve = socket.getaddrinfo

        def guarded_resolve(host: Any, *arguments: Any, **options: Any) -> Any:
            if not _is_here(host):
                raise OutsideWorld(f"tests talk to this machine only; they do not look up {host!r}")
            return resolve(host, *arguments, **options)

        socket.getaddrinfo = guarded_resolve

    def remove(self) -> None:
        for name, original in self._originals.items():
            setattr(socket if name == "getaddrinfo" else socket.socket, name, original)
        self._originals.clear()


def _guarded(original: Any) -> Any:
    def call(self: socket.socket, *arguments: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _check(arguments[-1][0])
        return original(self, *arguments)

    return call


_guards = _Guards()
install = _guards.install
remove = _guards.remove
