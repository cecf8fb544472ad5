"""The secret by which a browser is known between leaving for a provider and coming back: a cookie of its own."""

from __future__ import annotations

import re
from typing import Final

from flask import request
from werkzeug.wrappers import Response

from muniment.api import the_repository
from muniment_oidc.journeys import WAITING

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}\Z")


def browser_secret() -> str:
    """What the browser at hand brought, "" when it brought nothing that this plugin made."""
    given = request.cookies.get(_name(), "")
    return given if _SECRET.match(given) else ""


def remember_browser(response: Response, secret: str) -> Response:
    """Let the browser keep `secret`, or with none forget the one that it has."""
    response.set_cookie(
        _name(),
        secret,
        max_age=int(WAITING.total_seconds()) if secret else 0,
        path="/",
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _name() -> str:
    """With the prefix no other host can plant it: browsers take such a cookie from this host over HTTPS only."""
    return "__Host-muniment_oidc" if _is_secure() else "muniment_oidc"


def _is_secure() -> bool:
    return the_repository().config.site.url.startswith("https:")
