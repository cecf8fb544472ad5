"""The page of personal access tokens; mounted by the built-in plugin `access-tokens`."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import ValidationFailed
from muniment.users.tokens import LONGEST
from muniment.web.access import access, session
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.account_forms import session_user, show_settings, text

blueprint = Blueprint("account_tokens", __name__, url_prefix="/account/settings/applications")

LIFETIMES: Final = (30, 90, 180, LONGEST.days)  # days


@blueprint.get("")
@access("authenticated")
@session("required")
def tokens() -> Response:
    return _page()


@blueprint.post("")
@access("authenticated")
@session("required")
@keeps_form
def create_token() -> BaseResponse:
    """Make a token and show it, this once: it is on no other page and in no address."""
    user = session_user()
    days = text("days")
    try:
        token = the_repository().tokens.create(
            user, text("name"), request.form.getlist("scopes"), timedelta(days=_days(days))
        )
    except ValidationFailed as error:
        return _page(error)
    return _page(new_token=token, new_name=text("name"))


@blueprint.post("/<int(max=9223372036854775807):number>/revoke")
@access("authenticated")
@session("required")
def revoke_token(number: int) -> BaseResponse:
    user = session_user()
    the_repository().tokens.revoke(the_actor(), user.subject_id, number)
    return redirect(url_for("account_tokens.tokens", done="revoked"), 303)


def _days(value: str) -> int:
    """The days that were chosen; 0, which the service refuses by name, for what is not on the list."""
    return int(value) if value.isdigit() and len(value) < 5 and int(value) in LIFETIMES else 0


def _page(error: ValidationFailed | None = None, new_token: str = "", new_name: str = "") -> Response:
    user = session_user()
    return show_settings(
        "account/tokens.html",
        error,
        user=user,
        tokens=the_repository().tokens.of(user.subject_id),
        scopes=[(scope.name, _(scope.title)) for scope in the_repository().tokens.personal_scopes],
        lifetimes=[(str(days), _("%(days)s days", days=days)) for days in LIFETIMES],
        new_token=new_token,
        new_name=new_name,
    )
