"""Guards that hold in every test: no sockets beyond this machine, none at all inside a transaction.

They listen to Python's audit events, which nothing that replaces functions of the socket module can get around.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any

from muniment.db.engine import in_transaction

_state = {"listening": False, "active": False}


class OutsideWorld(RuntimeError):
    """A test tried to reach another machine, or talked to a service inside a transaction."""


def install() -> None:
    """Let the guards hold from now on."""
    if not _state["listening"]:
        sys.addaudithook(_listen)
        _state["listening"] = True
    _state["active"] = True


def remove() -> None:
    """Let everything through again; audit hooks stay for as long as the process."""
    _state["active"] = False


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if not _state["active"] or not event.startswith("socket."):
        return
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        _check_address(*arguments)
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        _check_name(arguments[0])


def _check_address(own: socket.socket, address: Any) -> None:
    if own.family not in (socket.AF_INET, socket.AF_INET6) or address is None:
        return
    parsed = _address(address[0])
    if parsed is None:
        _check_name(address[0])
    elif not (parsed.is_loopback or parsed.is_unspecified):
        raise OutsideWorld(f"tests talk to this machine only, not to {address[0]!r}")
    if in_transaction():
        raise OutsideWorld("a service was called inside a transaction; emit an event instead")


def _check_name(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    here = name in ("localhost", socket.gethostname()) or name.endswith(".localhost")
    if not here and _address(name) is None:
        raise OutsideWorld(f"tests talk to this machine only; they do not look up {name!r}")


def _address(text: object) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(str(text).partition("%")[0])
    except ValueError:
        return None
