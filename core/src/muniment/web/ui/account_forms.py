"""Account pages as forms: rendered, sent as plain POST, and rendered again with what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, current_app, make_response, render_template, request
from flask_babel import gettext as _

from muniment.errors import MunimentError, PermissionDenied
from muniment.users.account_models import User
from muniment.web.authentication import current_session
from muniment.web.current import the_repository
from muniment.web.local_path import local_path
from muniment.web.ui.account_messages import form_problems, translated
from muniment.web.ui.local_time import local_day, local_minute

#: Pages of the settings: endpoint, icon and title; those of switched-off plugins are left out.
PANELS: tuple[tuple[str, str, Callable[[], str]], ...] = (
    ("account_settings.profile", "user", lambda: _("Profile")),
    ("account_settings.preferences", "sliders-horizontal", lambda: _("Preferences")),
    ("account_settings.security", "shield", lambda: _("Security")),
    ("account_tokens.tokens", "key-round", lambda: _("Access tokens")),
    ("account_data.own_data", "archive", lambda: _("Your data")),
)


def text(name: str) -> str:
    """A field of the form that was sent, "" when it is missing; its blanks stay, since passwords may have them."""
    return request.form.get(name, "").replace("\0", "")


def next_path() -> str:
    """Where the reader wanted to go: a path of this site, the front page for anything else."""
    return local_path(request.values.get("next"))


def show(template: str, status: int = 200, error: MunimentError | None = None, **values: Any) -> Response:
    """A page with a form. With `error`, its problems stand above the form and beside the controls they belong to."""
    problems: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    if error is not None:
        problems = form_problems(error.errors) or [("", translated(error.message))]
        status = error.status if error.status in (429, 503) else 422
        headers = error.headers
    page = render_template(
        template,
        problems=problems,
        errors=lambda name: [message for field, message in problems if field == name],
        form=request.form,
        **values,
    )
    response = make_response(page, status)
    response.headers.update(headers)
    return response


def show_settings(template: str, error: MunimentError | None = None, **values: Any) -> Response:
    """A page of the settings, with the way to the others."""
    panels = [(endpoint, icon, title()) for endpoint, icon, title in PANELS if endpoint in current_app.view_functions]
    return show(
        template,
        error=error,
        panels=panels,
        done=request.args.get("done", ""),
        local_time=local_minute,
        local_day=local_day,
        **values,
    )


def session_user() -> User:
    """Whose settings these are; raises `PermissionDenied` for tokens, which may not change how one signs in."""
    session = current_session()
    if session is None:
        raise PermissionDenied("Sign in with a browser to change your account.")
    return session.user


def require_passwords() -> None:
    """Answer 404 where no plugin signs people in with passwords."""
    if not the_repository().users.offers_passwords:
        abort(404)


def mail_folder() -> str:
    """Where messages land when the site has no mail server; "" when it has one."""
    mail = the_repository().mail
    return "" if mail.is_configured else "var/mail"
