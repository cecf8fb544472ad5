"""Where a request may carry a token: the `Authorization` header, and on the API the query argument `access_token`."""

from __future__ import annotations

from flask import Request

from muniment.errors import AuthenticationFailed

ARGUMENT = "access_token"


def bearer_token(request: Request) -> str | None:
    """The token that a request carries, or None.

    RFC 6750: the scheme is compared without case. The argument is taken below `/api` only, where clients of Zenodo
    send it; addresses of pages end up in histories. Raises `AuthenticationFailed` for an empty token.
    """
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _given(value)
    if ARGUMENT in request.args and (request.path == "/api" or request.path.startswith("/api/")):
        return _given(request.args[ARGUMENT])
    return None


def _given(value: str) -> str:
    token = value.strip()
    if not token:
        raise AuthenticationFailed()
    return token
