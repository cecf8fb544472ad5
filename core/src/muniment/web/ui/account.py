"""Signing in, out and up, and confirming an address."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import AuthenticationFailed, Busy, TooManyRequests, ValidationFailed
from muniment.users.links import CHANGE_EMAIL, CONFIRM_EMAIL, LinkRefused
from muniment.users.signing_in import SignInRefused
from muniment.web.access import access, session
from muniment.web.authentication import (
    current_session,
    end_session,
    enter_session,
    network_address,
    signed_in_address,
    start_session,
    step_address,
    unfinished_session,
)
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.account_data import blueprint as own_data
from muniment.web.ui.account_forms import mail_folder, next_path, require_passwords, show, text
from muniment.web.ui.account_recovery import blueprint as recovery
from muniment.web.ui.account_settings import blueprint as settings
from muniment.web.ui.kept_form import form_comes_back, other_ways, sent_along

blueprint = Blueprint("account", __name__)
BLUEPRINTS: Final = (
    BlueprintSpec(blueprint, mount="ui"),
    BlueprintSpec(recovery, mount="ui"),
    BlueprintSpec(settings, mount="ui"),
    BlueprintSpec(own_data, mount="ui"),
)


@blueprint.get("/login")
@access("public")
@session("required")
def sign_in() -> BaseResponse:
    """The form. Who is signed in goes on, unless the address asks them to prove it `again`."""
    if the_actor().is_authenticated and not _again():
        return redirect(next_path())
    unfinished = unfinished_session()
    return redirect(step_address(unfinished, next_path())) if unfinished is not None else _sign_in_page()


@blueprint.post("/login")
@access("public")
@session("required")
def send_sign_in() -> BaseResponse:
    require_passwords()
    try:
        user = the_repository().users.authenticate(text("email"), text("password"), network_address())
    except (AuthenticationFailed, TooManyRequests, Busy) as error:
        return form_comes_back(error) if sent_along() else _sign_in_page(error)
    if sent_along():
        enter_session(user)
        return form_comes_back()
    start_session(user, "password")
    if user.erase_at is not None:  # signing in has just taken that back; the person should know
        return redirect(signed_in_address(url_for("account_data.own_data", done="kept")), 303)
    return redirect(signed_in_address(next_path()), 303)


@blueprint.get("/logout")
@access("public")
@session("required")
def sign_out() -> BaseResponse:
    """A page with the button, for those who come by address: a link alone must not sign anybody out."""
    if not the_actor().is_authenticated:
        return redirect("/")
    return show("account/sign_out.html")


@blueprint.post("/logout")
@access("public")
@session("required")
def send_sign_out() -> BaseResponse:
    end_session()
    return redirect("/", 303)


@blueprint.get("/signup")
@access("public")
@session("required")
def sign_up() -> BaseResponse:
    if the_actor().is_authenticated:
        return redirect(next_path())
    _require_registration()
    return show("account/sign_up.html", next=next_path())


@blueprint.post("/signup")
@access("public")
@session("required")
def send_sign_up() -> BaseResponse:
    _require_registration()
    try:
        the_repository().users.register(
            text("email"), text("password"), {"full_name": text("full_name")}, network_address()
        )
    except (ValidationFailed, TooManyRequests, Busy) as error:
        return show("account/sign_up.html", error=error, next=next_path())
    return redirect(url_for("account.signed_up"), 303)


@blueprint.get("/signup/sent")
@access("public")
@session("required")
def signed_up() -> Response:
    return show("account/signed_up.html", mail_folder=mail_folder())


@blueprint.get("/confirm")
@access("public")
@session("required")
def confirm() -> Response:
    """Opening a mailed link changes nothing by itself: programs that check mail for viruses open links too."""
    return _link_page("account/confirm.html", CONFIRM_EMAIL)


@blueprint.post("/confirm")
@access("public")
@session("required")
def send_confirm() -> BaseResponse:
    try:
        user = the_repository().users.confirm(text("token"))
    except LinkRefused as error:
        return show("account/link_refused.html", error=error, purpose=CONFIRM_EMAIL)
    return redirect(url_for("account.sign_in", done="waiting" if user.waiting else "confirmed"), 303)


@blueprint.post("/confirm/again")
@access("public")
@session("required")
def send_confirmation_again() -> BaseResponse:
    try:
        the_repository().users.send_confirmation(text("email"), network_address())
    except (ValidationFailed, TooManyRequests) as error:
        return show("account/link_refused.html", error=error, purpose=CONFIRM_EMAIL)
    return redirect(url_for("account.signed_up"), 303)


@blueprint.get("/confirm-address")
@access("public")
@session("required")
def confirm_address() -> Response:
    return _link_page("account/confirm_address.html", CHANGE_EMAIL)


@blueprint.post("/confirm-address")
@access("public")
@session("required")
def send_confirm_address() -> BaseResponse:
    try:
        the_repository().users.confirm_email_change(text("token"))
    except LinkRefused as error:
        return show("account/link_refused.html", error=error, purpose=CHANGE_EMAIL)
    page = "account_settings.security" if the_actor().is_authenticated else "account.sign_in"
    return redirect(url_for(page, done="address"), 303)


def _link_page(template: str, purpose: str) -> Response:
    token = request.args.get("token", "")
    try:
        user = the_repository().users.check_link(token, purpose)
    except LinkRefused as error:
        return show("account/link_refused.html", error=error, purpose=purpose)
    return show(template, token=token, email=user.pending_email if purpose == CHANGE_EMAIL else user.email)


def _sign_in_page(error: AuthenticationFailed | TooManyRequests | Busy | None = None) -> Response:
    users = the_repository().users
    return show(
        "account/sign_in.html",
        error=error,
        offers_passwords=users.offers_passwords,
        other_ways=other_ways(next_path(), again=bool(_again())),
        offers_registration=the_repository().config.site.registration and users.offers_passwords,
        next=next_path(),
        again=_again(),
        done=request.args.get("done", ""),
        # Only this refusal comes with a message that one may look for.
        mail_folder=mail_folder() if isinstance(error, SignInRefused) and error.reason == "unconfirmed" else "",
    )


def _again() -> str:
    """The address of somebody who is signed in and is to show once more that it is them; else ""."""
    opened = current_session()
    return opened.user.email if opened is not None and request.values.get("again") == "1" else ""


def _require_registration() -> None:
    require_passwords()
    if not the_repository().config.site.registration:
        abort(404)
