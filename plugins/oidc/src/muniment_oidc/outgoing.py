"""Requests to providers: by the core's guarded client, over HTTPS, without redirects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import requests

from muniment.api import OutgoingClient, OutgoingFailed, OutgoingLimits
from muniment_oidc.refusals import Refused

LIMITS: Final = OutgoingLimits()
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def check_address(address: str) -> str:
    """`address`, if it may be asked or shown to a browser as that of a provider; raises `Refused` otherwise."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.username or parts.scheme not in ("http", "https"):
        raise Refused("misbehaves", "an address that is none")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise Refused("misbehaves", "an address without TLS")
    return address


def open_session(client: OutgoingClient, session: requests.Session, *, internal: bool) -> requests.Session:
    """Make `session` keep to the rules; `internal` allows addresses inside the own network."""
    return client.guard(session, limits=LIMITS, internal=internal)


@contextmanager
def asking() -> Iterator[None]:
    """Raises `Refused` for requests that have no answer."""
    try:
        yield
    except OutgoingFailed as failed:
        away = failed.reason in ("forbidden", "unknown_host", "unreachable", "timeout", "certificate")
        raise Refused("unreachable" if away else "misbehaves", failed.detail or failed.reason) from failed


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
