"""Who looks at the page, as far as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import request

from muniment.web.authentication import current_session
from muniment.web.current import state, the_actor


@dataclass(frozen=True)
class Viewer:
    """The reader: signed in under `name`, or a visitor. The addresses are where they sign in and out.

    `theme` is the choice of colours that is kept with the account; "" leaves it to the device.
    """

    signed_in: bool
    name: str
    sign_in_href: str
    sign_up_href: str
    sign_out_href: str = "/logout"
    theme: str = ""


def viewer() -> Viewer:
    """The reader of the page at hand; signing in leads back to it."""
    actor, opened = the_actor(), current_session()
    registration = state().repository.config.site.registration
    return Viewer(
        signed_in=actor.is_authenticated,
        name=opened.user.display_name if opened is not None else "",
        sign_in_href=f"/login{_return_path()}",
        sign_up_href="/signup" if registration else "",
        theme=opened.user.theme if opened is not None else "",
    )


def _return_path() -> str:
    path = request.full_path.rstrip("?")
    if request.endpoint is None or path == "/" or path.startswith(("/login", "/signup", "/logout", "/account")):
        return ""
    return f"?next={quote(path, safe='/')}"
