"""Guards that hold in every test: no sockets beyond this machine, none at all inside a transaction."""

from __future__ import annotations

import socket
from typing import Any

from muniment.db.engine import in_transaction

_connect = socket.socket.connect


class OutsideWorld(RuntimeError):
    """A test tried to reach another machine, or talked to a service inside a transaction."""


def _guarded(self: socket.socket, address: Any) -> None:
    if self.family != socket.AF_UNIX:
        host = str(address[0])
        if not (host.startswith("127.") or host in ("::1", "localhost")):
            raise OutsideWorld(f"tests talk to this machine only, not to {host}")
        if in_transaction():
            raise OutsideWorld("a service was called inside a transaction; emit an event instead")
    _connect(self, address)


def install() -> None:
    socket.socket.connect = _guarded  # type: ignore[method-assign]


def remove() -> None:
    socket.socket.connect = _connect  # type: ignore[method-assign]
