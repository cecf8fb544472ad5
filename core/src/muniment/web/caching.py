"""Who may keep an answer: follows from what the view declared about the session, and is enforced on each answer.

In May 2026 a cached badge of a large repository carried other people's sessions. Here an answer that could depend
on who asks is never storable by anybody else, and an answer for all never sets a cookie.
"""

from __future__ import annotations

from typing import Final

import structlog
from flask import Request, Response
from flask import request as current_request

from muniment.access.actor import ANONYMOUS, Actor
from muniment.web.access import Policy

log = structlog.get_logger(__name__)

SESSION_COOKIE: Final = "muniment_session"
#: The chosen language says nothing about a person and may be set by public pages.
LANGUAGE_COOKIE: Final = "muniment_language"

#: Query arguments that carry a right.
_SECRETS: Final = ("access_token", "token", "resource-token", "access_request_token")

PRIVATE: Final = "private, no-store"
#: Public answers are kept, but asked about each time; with an entity tag that costs a 304.
REVALIDATE: Final = "public, no-cache"


def apply_cache_rules(response: Response, request: Request, policy: Policy, actor: Actor) -> None:
    """Set `Cache-Control` and `Vary` by the view's declaration, and refuse cookies where none may be set."""
    headers = response.headers
    if policy.session == "none":
        _drop_cookies(response, keep_language=False)
        headers.setdefault("Cache-Control", REVALIDATE)
        return
    add_vary(response, *(("Cookie", "Authorization") if policy.session == "optional" else ("Cookie",)))
    if policy.session == "required" or is_personal(request, actor):
        headers["Cache-Control"] = PRIVATE
        return
    _drop_cookies(response, keep_language=True)
    if "Set-Cookie" in headers:
        headers["Cache-Control"] = PRIVATE
    else:
        headers.setdefault("Cache-Control", REVALIDATE)


def add_vary(response: Response, *names: str) -> None:
    """Add request headers to `Vary`, each once."""
    present = response.headers.get("Vary", "")
    if not present:
        response.headers["Vary"] = ", ".join(names)
        return
    known = {name.strip().lower() for name in present.split(",")}
    missing = [name for name in names if name.lower() not in known]
    if missing:
        response.headers["Vary"] = ", ".join([present, *missing])


def is_personal(request: Request, actor: Actor) -> bool:
    """Whether the answer could be made for one reader: somebody was recognised, or a secret was shown."""
    if actor is not ANONYMOUS and (actor.is_authenticated or actor.labels != ANONYMOUS.labels):
        return True
    environ = request.environ
    if "HTTP_AUTHORIZATION" in environ or SESSION_COOKIE in environ.get("HTTP_COOKIE", ""):
        return True
    return bool(environ.get("QUERY_STRING")) and any(name in request.args for name in _SECRETS)


def _drop_cookies(response: Response, *, keep_language: bool) -> None:
    cookies = response.headers.getlist("Set-Cookie")
    if not cookies:
        return
    kept = [cookie for cookie in cookies if keep_language and cookie.startswith(f"{LANGUAGE_COOKIE}=")]
    if len(kept) != len(cookies):
        log.error("cookie_refused", route=str(current_request.url_rule), reason="the view does not declare a session")
        response.headers.setlist("Set-Cookie", kept)
