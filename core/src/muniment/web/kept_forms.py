"""Forms that nobody should have to fill in twice: sent after the session ended, they come back with everything in them.

    @blueprint.post("/uploads/<number>")
    @access("authenticated")
    @session("required")
    @keeps_form
    def save(number: str) -> Response: ...

Only a form that a page of this site sent is kept; what another site makes a browser send is refused as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from flask import current_app

from muniment.web.authentication import is_from_this_site
from muniment.web.form_files import brings_files
from muniment.web.security import MAX_BODY

if TYPE_CHECKING:
    from flask import Request, Response

View = TypeVar("View", bound=Callable[..., object])

#: Controls of this name tell which others are secrets: the macro `field` adds one to each password.
NOT_KEPT: Final = "not_kept"


def keeps_form(view: View) -> View:
    """Mark a view that takes a long form by POST: when the form is sent without a session, or with the token of an
    older one, a page answers for the view that carries what was typed through signing in.

    Nothing of it is stored on the server. Passwords and chosen files are not carried: the page says so. The view itself
    is called with a session and a valid token only, as ever, and decides then whether the form may be sent.
    """
    view.__keeps_form__ = True  # type: ignore[attr-defined]
    return view


def keeps(endpoint: str | None) -> bool:
    """Whether the forms of an endpoint are kept."""
    return hasattr(current_app.view_functions.get(endpoint or ""), "__keeps_form__")


def kept_form(request: Request) -> Response | None:
    """The page with what was sent, or None when it is not to be kept. Files are not: their bytes may be many."""
    if request.method != "POST" or not keeps(request.endpoint) or not is_from_this_site(request):
        return None
    if brings_files(request):
        if request.content_length is None or request.content_length > MAX_BODY:
            return None
        request.max_content_length = MAX_BODY
    from muniment.web.ui.kept_form import form_comes_back

    return form_comes_back()
