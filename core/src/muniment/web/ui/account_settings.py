"""The settings of one's own account: profile, preferences, security, and closing it."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import Busy, Conflict, MunimentError, Problem, TooManyRequests, ValidationFailed
from muniment.web.access import access, session
from muniment.web.authentication import current_session, end_session, network_address, renew_session
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.account_forms import mail_folder, require_passwords, session_user, show_settings, text

blueprint = Blueprint("account_settings", __name__, url_prefix="/account")

_PROFILE = ("full_name", "affiliations", "username", "visibility", "email_visibility")
#: Regions of time zones as people know them; the rest are old names for the same.
_REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
_PREFERENCES = ("locale", "timezone", "theme")


@blueprint.get("")
@blueprint.get("/settings")
@access("authenticated")
@session("required")
def start() -> BaseResponse:
    return redirect(url_for("account_settings.profile"))


@blueprint.get("/settings/profile")
@access("authenticated")
@session("required")
def profile() -> Response:
    return show_settings("account/profile.html", user=session_user())


@blueprint.post("/settings/profile")
@access("authenticated")
@session("required")
@keeps_form
def save_profile() -> BaseResponse:
    return _save(_PROFILE, "account/profile.html", "account_settings.profile", {})


@blueprint.get("/settings/preferences")
@access("authenticated")
@session("required")
def preferences() -> Response:
    return show_settings("account/preferences.html", user=session_user(), **_choices())


@blueprint.post("/settings/preferences")
@access("authenticated")
@session("required")
@keeps_form
def save_preferences() -> BaseResponse:
    return _save(_PREFERENCES, "account/preferences.html", "account_settings.preferences", _choices())


@blueprint.get("/settings/security")
@access("authenticated")
@session("required")
def security() -> Response:
    return _security_page()


@blueprint.post("/settings/security/password")
@access("authenticated")
@session("required")
def change_password() -> BaseResponse:
    """Change the password; other devices are signed out and this one gets a new secret."""
    require_passwords()
    user, current = session_user(), current_session()
    try:
        if text("new_password") != text("new_password_again"):
            raise ValidationFailed(errors=[Problem("new_password_again", "The two passwords are not the same.")])
        the_repository().users.change_password(
            user.subject_id,
            text("current_password"),
            text("new_password"),
            network_address(),
            keep_session=current.id if current else None,
        )
    except (ValidationFailed, TooManyRequests, Busy) as error:
        return _security_page(error)
    renew_session()
    return redirect(url_for("account_settings.security", done="password"), 303)


@blueprint.post("/settings/security/email")
@access("authenticated")
@session("required")
def change_email() -> BaseResponse:
    require_passwords()
    user = session_user()
    try:
        the_repository().users.request_email_change(user.subject_id, text("email"), text("password"), network_address())
    except (ValidationFailed, TooManyRequests, Busy) as error:
        return _security_page(error)
    return redirect(url_for("account_settings.security", done="email"), 303)


@blueprint.post("/settings/security/devices/<int(max=9223372036854775807):number>/end")
@access("authenticated")
@session("required")
def end_device(number: int) -> BaseResponse:
    user, current = session_user(), current_session()
    if current is not None and number == current.id:
        end_session()
        return redirect("/", 303)
    the_repository().sessions.end_device(user.subject_id, number)
    return redirect(url_for("account_settings.security", done="device"), 303)


@blueprint.post("/settings/security/devices/end-others")
@access("authenticated")
@session("required")
def end_other_devices() -> BaseResponse:
    user, current = session_user(), current_session()
    the_repository().sessions.end_others(user.subject_id, keep=current.id if current else None)
    return redirect(url_for("account_settings.security", done="devices"), 303)


@blueprint.get("/settings/deactivate")
@access("authenticated")
@session("required")
def deactivate() -> Response:
    return _deactivate_page()


@blueprint.post("/settings/deactivate")
@access("authenticated")
@session("required")
def send_deactivate() -> BaseResponse:
    session_user()
    try:
        the_repository().users.deactivate_self(the_actor(), text("password"), network_address())
    except (ValidationFailed, TooManyRequests, Busy, Conflict) as error:
        return _deactivate_page(error)
    end_session()
    return redirect(url_for("account.sign_in", done="deactivated"), 303)


def _save(names: tuple[str, ...], template: str, endpoint: str, choices: dict[str, Any]) -> BaseResponse:
    user = session_user()
    try:
        the_repository().users.update_profile(the_actor(), user.subject_id, {name: text(name) for name in names})
    except ValidationFailed as error:
        return show_settings(template, error, user=user, **choices)
    return redirect(url_for(endpoint, done="saved"), 303)


def _security_page(error: MunimentError | None = None) -> Response:
    user, current = session_user(), current_session()
    repository = the_repository()
    users = repository.users
    return show_settings(
        "account/security.html",
        error,
        user=user,
        devices=repository.sessions.devices(user.subject_id, current.id if current else None),
        has_password=users.offers_passwords and users.passwords.has_password(repository, user.subject_id),
        mail_folder=mail_folder(),
    )


def _deactivate_page(error: MunimentError | None = None) -> Response:
    user, repository = session_user(), the_repository()
    users = repository.users
    has_password = users.offers_passwords and users.passwords.has_password(repository, user.subject_id)
    return show_settings("account/deactivate.html", error, user=user, has_password=has_password)


def _choices() -> dict[str, Any]:
    """Languages under their own names, and time zones."""
    languages = []
    for code in the_repository().config.site.languages:
        name = Locale.parse(code.replace("-", "_")).get_display_name() or code
        languages.append((code, name[:1].upper() + name[1:]))
    zones = sorted(zone for zone in available_timezones() if zone.partition("/")[0] in _REGIONS)
    named = [(zone, zone.replace("_", " ")) for zone in zones]
    return {"languages_offered": languages, "timezones": [("UTC", "UTC"), *named]}
