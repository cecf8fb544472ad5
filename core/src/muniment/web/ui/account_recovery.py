"""Forgotten passwords, and first passwords by a one-time link."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import Busy, Problem, TooManyRequests, ValidationFailed
from muniment.users.links import INVITE, RESET_PASSWORD, SET_PASSWORD, LinkRefused
from muniment.web.access import access, session
from muniment.web.authentication import network_address, signed_in_address, start_session
from muniment.web.current import the_repository
from muniment.web.ui.account_forms import mail_folder, require_passwords, show, text

blueprint = Blueprint("account_recovery", __name__)


@blueprint.get("/lost-password")
@access("public")
@session("required")
def forgot() -> Response:
    require_passwords()
    return show("account/forgot.html", email=request.args.get("email", ""))


@blueprint.post("/lost-password")
@access("public")
@session("required")
def send_forgot() -> BaseResponse:
    require_passwords()
    try:
        the_repository().users.forgot_password(text("email"), network_address())
    except (ValidationFailed, TooManyRequests) as error:
        return show("account/forgot.html", error=error, email=text("email"))
    return redirect(url_for("account_recovery.forgot_sent"), 303)


@blueprint.get("/lost-password/sent")
@access("public")
@session("required")
def forgot_sent() -> Response:
    """Says the same whether the address has an account or not."""
    return show("account/forgot_sent.html", mail_folder=mail_folder())


@blueprint.get("/reset-password", endpoint="reset")
@blueprint.get("/set-password", endpoint="set_password")
@access("public")
@session("required")
def password_form() -> Response:
    return _password_page(request.args.get("token", ""))


@blueprint.post("/reset-password", endpoint="send_reset")
@blueprint.post("/set-password", endpoint="send_set_password")
@access("public")
@session("required")
def send_password() -> BaseResponse:
    """Set the password and sign in: whoever has the link and chose the password need not type it again."""
    require_passwords()
    token = text("token")
    try:
        if text("password") != text("password_again"):
            raise ValidationFailed(errors=[Problem("password_again", "The two passwords are not the same.")])
        user = the_repository().users.reset_password(token, text("password"))
    except (ValidationFailed, Busy) as error:
        return _password_page(token, error)
    except LinkRefused as error:
        return show("account/link_refused.html", error=error, purpose=RESET_PASSWORD)
    if user.waiting:  # the link has confirmed the address, and those of its domain wait for approval
        return redirect(url_for("account.sign_in", done="waiting"), 303)
    start_session(user, "password")
    return redirect(signed_in_address(url_for("account_settings.profile", done="password")), 303)


def _password_page(token: str, error: ValidationFailed | Busy | None = None) -> Response:
    require_passwords()
    try:
        user = the_repository().users.check_link(token, RESET_PASSWORD, SET_PASSWORD, INVITE)
    except LinkRefused as refused:
        return show("account/link_refused.html", error=refused, purpose=RESET_PASSWORD)
    return show("account/set_password.html", error=error, token=token, email=user.email)
