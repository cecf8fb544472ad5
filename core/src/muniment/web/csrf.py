"""Requests that other sites make a browser send: refused by where they come from, and by a token in each form.

Two independent defences, without any list of exempt views and without state in the process (a mutable exempt list
was CVE-2026-41255): the browser says whether the request comes from this site (`Sec-Fetch-Site`, else `Origin`),
and a form carries a token that only a page of this site can know.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
FORM_FIELD = "csrf_token"
HEADER = "X-CSRFToken"
PRE_SESSION_COOKIE = "muniment_form"
#: Seconds for which a form of a visitor without a session can be sent.
PRE_SESSION_LIFETIME = 2 * 60 * 60


def comes_from_this_site(fetch_site: str | None, origin: str | None, own_origins: Iterable[str]) -> bool:
    """Whether the browser says that a page of this site made the request.

    `own_origins` are `scheme://host[:port]`. A request with neither header comes from no browser that people use
    (all send `Origin` with unsafe requests since 2020), so it is not trusted with somebody's cookie.
    """
    if fetch_site is not None:
        return fetch_site == "same-origin"
    if origin is None:
        return False
    claimed = normalize_origin(origin)
    return bool(claimed) and claimed in {normalize_origin(own) for own in own_origins}


def normalize_origin(address: str) -> str:
    """`scheme://host[:port]` of an address in small letters, without a default port; "" for `null` and nonsense."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    if port is None or port == {"http": 80, "https": 443}[parts.scheme]:
        return f"{parts.scheme}://{parts.hostname}"
    return f"{parts.scheme}://{parts.hostname}:{port}"


def form_token(secret: str) -> str:
    """The token for forms of whoever holds the cookie `secret` (of a session, or of the time before one).

    It is derived, so nothing is stored, and it does not reveal the cookie.
    """
    digest = hmac.digest(secret.encode("utf-8", "surrogatepass"), b"muniment form token", hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_matches(secret: str | None, token: str | None) -> bool:
    if not secret or not token:
        return False
    return hmac.compare_digest(form_token(secret).encode(), token.encode("utf-8", "surrogatepass"))
