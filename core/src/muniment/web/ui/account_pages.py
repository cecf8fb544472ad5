"""Pages about one's own account that plugins add: signing in, and pages of the settings, without loading all views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Response

    from muniment.errors import MunimentError
    from muniment.users.account_models import User


def account_page(template: str, error: MunimentError | None = None, *, status: int = 200, **values: Any) -> Response:
    """A page with a form for somebody who signs in or up. With `error` it comes back as 422, its problems in the
    summary and beside the controls they belong to (`problems`, `errors(name)`, `form`)."""
    from muniment.web.ui.account_forms import show

    return show(template, status, error, **values)


def settings_page(template: str, error: MunimentError | None = None, **values: Any) -> Response:
    """A page whose template extends `account/settings.html`, beside the way to the others; an entry of the menu
    ``settings`` leads to it. `error` is shown as on an `account_page`."""
    from muniment.web.ui.account_forms import show_settings

    return show_settings(template, error, **values)


def session_owner() -> User:
    """Whose settings these are; raises `PermissionDenied` for tokens, which may not change an account."""
    from muniment.web.ui.account_forms import session_user

    return session_user()
