"""Forms that nobody should have to fill in twice: sent after the session ended, they come back with everything in them.

    @blueprint.post("/uploads/<number>")
    @access("authenticated")
    @session("required")
    @keeps_form(form_comes_back)
    def save(number: str) -> Response: ...

Only a form that a page of this site sent is kept; what another site makes a browser send is refused as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Request, Response, current_app

from muniment.web.authentication import is_from_this_site
from muniment.web.form_files import brings_files
from muniment.web.security import MAX_BODY

View = TypeVar("View", bound=Callable[..., object])
Page = Callable[[], Response]


def keeps_form(page: Page) -> Callable[[View], View]:
    """Mark a view: `page` answers for it when its form was sent without a session, or with the token of another one."""

    def decorate(view: View) -> View:
        view.__kept_form__ = page  # type: ignore[attr-defined]
        return view

    return decorate


def keeps(endpoint: str | None) -> bool:
    """Whether the forms of an endpoint are kept."""
    return hasattr(current_app.view_functions.get(endpoint or ""), "__kept_form__")


def kept_form(request: Request) -> Response | None:
    """The page with what was sent, or None when it is not to be kept. Files are not: their bytes may be many."""
    page: Page | None = getattr(current_app.view_functions.get(request.endpoint or ""), "__kept_form__", None)
    if page is None or request.method != "POST" or not is_from_this_site(request):
        return None
    if brings_files(request):
        if request.content_length is None or request.content_length > MAX_BODY:
            return None
        request.max_content_length = MAX_BODY
    return page()
