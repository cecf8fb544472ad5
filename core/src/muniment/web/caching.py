"""Who may keep an answer: follows from what the view declared about the session, and is enforced on each answer.

In May 2026 a cached badge of a large repository carried other people's sessions. Here an answer that could depend
on who asks is never storable by anybody else, and an answer for all never sets a cookie.
"""

from __future__ import annotations

from typing import Final

import structlog
from flask import Response, request

from muniment.access.actor import Actor
from muniment.web.access import Policy

log = structlog.get_logger(__name__)

SESSION_COOKIE: Final = "muniment_session"
#: The chosen language says nothing about a person and may be set by public pages.
LANGUAGE_COOKIE: Final = "muniment_language"

PRIVATE: Final = "private, no-store"
#: Public answers are kept, but asked about each time; with an entity tag that costs a 304.
REVALIDATE: Final = "public, no-cache"


def apply_cache_rules(response: Response, policy: Policy, actor: Actor) -> None:
    """Set `Cache-Control` and `Vary` by the view's declaration, and refuse cookies where none may be set."""
    if policy.session == "none":
        _drop_cookies(response, keep_language=False)
        response.headers.setdefault("Cache-Control", REVALIDATE)
        return
    vary = ["Cookie", "Authorization"] if policy.session == "optional" else ["Cookie"]
    for header in vary:
        response.vary.add(header)
    if policy.session == "required" or is_personal(actor):
        response.headers["Cache-Control"] = PRIVATE
        return
    _drop_cookies(response, keep_language=True)
    if "Set-Cookie" in response.headers:
        response.headers["Cache-Control"] = PRIVATE
    else:
        response.headers.setdefault("Cache-Control", REVALIDATE)


def is_personal(actor: Actor) -> bool:
    """Whether the answer could be made for one reader: somebody was recognised, or a secret was shown."""
    return (
        actor.is_authenticated
        or actor.labels != {"public"}
        or SESSION_COOKIE in request.cookies
        or "Authorization" in request.headers
        or any(name in request.args for name in ("access_token", "token", "resource-token", "access_request_token"))
    )


def _drop_cookies(response: Response, *, keep_language: bool) -> None:
    cookies = response.headers.getlist("Set-Cookie")
    if not cookies:
        return
    kept = [cookie for cookie in cookies if keep_language and cookie.startswith(f"{LANGUAGE_COOKIE}=")]
    if len(kept) != len(cookies):
        log.error("cookie_refused", route=str(request.url_rule), reason="the view does not declare a session")
        response.headers.setlist("Set-Cookie", kept)
