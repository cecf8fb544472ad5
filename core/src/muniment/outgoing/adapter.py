"""Guards sessions of the library requests."""

from __future__ import annotations

import ssl
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import DecodeError, HTTPError
from urllib3.exceptions import SSLError as TLSError
from urllib3.exceptions import TimeoutError as TooSlow

from muniment.outgoing.connecting import Deadline, Guard, guarded_pools
from muniment.outgoing.failures import OutgoingFailed
from muniment.outgoing.limits import OutgoingLimits


class GuardedAdapter(HTTPAdapter):
    """Sends one request, and reads its answer whole, within the limits. Raises `OutgoingFailed` for all that goes
    wrong; for a session a redirect is among that."""

    def __init__(self, guard: Guard, limits: OutgoingLimits, authorities: str | bool) -> None:
        self.guard = guard
        self.limits = limits
        self.authorities = authorities
        super().__init__(max_retries=0, pool_connections=1, pool_maxsize=1)

    def send(self, request: requests.PreparedRequest, *_args: Any, **kwargs: Any) -> requests.Response:
        with Deadline(self.limits.longest) as deadline:
            response = self.send_until(deadline, request, **kwargs)
        if response.is_redirect:
            raise OutgoingFailed("redirects", "a redirect")
        return response

    def send_until(
        self, deadline: Deadline, request: requests.PreparedRequest, *, reads: bool = True, **kwargs: Any
    ) -> requests.Response:
        """As `send`, within a time that other requests share; without `reads` the body is left unread."""
        check_address(request.url or "")
        limits = self.limits
        # No connection is used twice: each belongs to the time of one request.
        self.poolmanager.clear()
        self.poolmanager.pool_classes_by_scheme = guarded_pools(self.guard, limits.connecting, deadline)
        timeout = (limits.connecting, min(limits.waiting, max(0.01, deadline.left())))
        sent = {**kwargs, "timeout": timeout, "stream": True, "proxies": {}, "verify": self.authorities}
        try:
            response = super().send(request, **sent)
            with response:
                response._content = _read(response, limits.largest) if reads and request.method != "HEAD" else b""
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            if deadline.is_over:
                raise OutgoingFailed("timeout", "an answer that takes too long") from error
            raise _failure(error) from error
        if deadline.is_over:  # cut within a body of unknown length, which looks like its end
            raise OutgoingFailed("timeout", "an answer that takes too long")
        return response


def check_address(address: str) -> None:
    """Raises `OutgoingFailed` for what is no address of a web server."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise OutgoingFailed("address", "not an address") from error
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        raise OutgoingFailed("address", "not an address of a web server")


def _read(response: requests.Response, largest: int) -> bytes:
    if int(response.headers.get("Content-Length") or 0) > largest:
        raise OutgoingFailed("too_large", f"more than {largest} bytes")
    pieces: list[bytes] = []
    size = 0
    while piece := response.raw.read1(65_536, decode_content=True):
        size += len(piece)
        if size > largest:
            raise OutgoingFailed("too_large", f"more than {largest} bytes")
        pieces.append(piece)
    return b"".join(pieces)


def _failure(error: BaseException) -> OutgoingFailed:
    """The reason behind an error, found among its causes; never its text, which may name addresses."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OutgoingFailed):
            return cause
        if isinstance(cause, ssl.SSLCertVerificationError):
            return OutgoingFailed("certificate", "SSLCertVerificationError")
        reason = getattr(cause, "reason", None)
        cause = cause.__cause__ or cause.__context__ or (reason if isinstance(reason, BaseException) else None)
    name = type(error).__name__
    if isinstance(error, requests.Timeout | TooSlow | TimeoutError):
        return OutgoingFailed("timeout", name)
    if isinstance(error, requests.exceptions.SSLError | TLSError):
        return OutgoingFailed("certificate", name)
    if isinstance(error, DecodeError | ValueError) and not isinstance(error, OSError):
        return OutgoingFailed("broken", name)
    return OutgoingFailed("unreachable", name)
