"""The step itself, setting it up, and its page among the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    BlueprintSpec,
    Conflict,
    MunimentError,
    NotFound,
    Problem,
    ValidationFailed,
    access,
    account_page,
    complete_sign_in,
    current_session,
    local_path,
    network_address,
    session,
    session_owner,
    settings_page,
    unfinished_session,
)
from muniment_mfa.codes import picture
from muniment_mfa.factors import APP, EXPIRED, METHODS, ONLY_STEP, WRONG, Offer
from muniment_mfa.passkeys import KNOWN, NOT_THIS, PASSKEY, TOO_LATE, TOO_MANY, Place, Question

if TYPE_CHECKING:
    from muniment_mfa.factors import Factors

#: Every message that a form can show; listed so that translators find them.
MESSAGES = (
    _("The code is wrong, or was used already. Codes of an app change every 30 seconds."),
    _("The picture has expired. Scan the new one."),
    _("Two-step sign-in is on already."),
    _("Your role on this site needs two-step sign-in."),
    _("This is your only second step. Connect another one first, or turn two-step sign-in off."),
    _("This took too long, or was used already. Try again."),
    _("This key could not be checked. Try again, or use a code."),
    _("An account has at most 20 keys; remove one first."),
    _("This key is connected already."),
)
assert len({WRONG, EXPIRED, ONLY_STEP, TOO_LATE, NOT_THIS, TOO_MANY, KNOWN}) == 7


def pages(factors: Factors) -> BlueprintSpec:
    blueprint = Blueprint("mfa", __name__, template_folder="templates")

    @blueprint.get("/mfa/step")
    @access("public")
    @session("required")
    def step() -> BaseResponse:
        who = _whoever()
        if who is None:
            return redirect("/login")
        if not factors.standing(who).is_on:
            return redirect(url_for("mfa.setup", next=_next()))
        return _ask(who)

    @blueprint.post("/mfa/step")
    @access("public")
    @session("required")
    def send_step() -> BaseResponse:
        who = _whoever()
        if who is None:
            return redirect("/login", 303)
        try:
            method = _check(who)
        except MunimentError as error:
            return _ask(who, error)
        complete_sign_in(method)
        return redirect(_next(), 303)

    @blueprint.get("/mfa/setup")
    @access("public")
    @session("required")
    def setup() -> BaseResponse:
        who = _whoever()
        if who is None:
            return redirect("/login")
        return _not_now(who, 302) or _connect(who, factors.offer(who))

    @blueprint.post("/mfa/setup")
    @access("public")
    @session("required")
    def send_setup() -> BaseResponse:
        who = _whoever()
        if who is None:
            return redirect("/login", 303)
        if (first := _not_now(who, 303)) is not None:
            return first
        try:
            offer = factors.offered(who, _text("offer"))
        except ValidationFailed as error:
            return _connect(who, factors.offer(who), error)
        try:
            _confirm_identity(who)
            codes = factors.set_up(who, offer, _text("code"), network_address())
        except MunimentError as error:
            return _connect(who, offer, error)
        complete_sign_in(APP)
        return _connected(codes)

    @blueprint.post("/mfa/keys")
    @access("public")
    @session("required")
    def add_key() -> BaseResponse:
        who = _whoever()
        if who is None:
            return redirect("/login", 303)
        if (first := _not_now(who, 303, further=True)) is not None:
            return first
        try:
            _confirm_identity(who)
            codes = factors.add_key(who, _place(), _text("answer"), _text("sealed"), _text("name"))
        except MunimentError as error:
            return _connect(who, factors.offer(who), error) if unfinished_session() else _settings(error)
        complete_sign_in(PASSKEY)
        return _connected(codes)

    @blueprint.post("/mfa/settings/keys/<number>/remove")
    @access("authenticated")
    @session("required")
    def remove_key(number: str) -> BaseResponse:
        user = session_owner()
        if (first := _proved_anew()) is not None:
            return first
        try:
            factors.remove_key(user.subject_id, _whole(number))
        except Conflict as error:
            return _settings(error)
        return redirect(url_for("mfa.second_step", done="key-removed"), 303)

    @blueprint.get("/mfa/settings")
    @access("authenticated")
    @session("required")
    def second_step() -> Response:
        return _settings()

    @blueprint.post("/mfa/settings/codes")
    @access("authenticated")
    @session("required")
    def codes() -> BaseResponse:
        user = session_owner()
        return _proved_anew() or _show_codes(factors.renew_codes(user.subject_id))

    @blueprint.post("/mfa/settings/off")
    @access("authenticated")
    @session("required")
    def turn_off() -> BaseResponse:
        user = session_owner()
        if (first := _proved_anew()) is not None:
            return first
        try:
            factors.turn_off(user.subject_id)
        except Conflict as error:
            return _settings(error)
        return redirect(url_for("mfa.second_step", done="mfa-off"), 303)

    def _settings(error: MunimentError | None = None) -> Response:
        user = session_owner()
        standing = factors.standing(user.subject_id)
        return settings_page(
            "mfa/settings.html",
            error,
            user=user,
            standing=standing,
            required=factors.requires(role.name for role in user.roles),
            key=None if standing.is_on and not _is_proved() else _key_to_add(user.subject_id),
            with_password=not standing.is_on and not _is_fresh(),
        )

    def _connect(who: int, offer: Offer, error: MunimentError | None = None) -> Response:
        session_now = current_session()
        with_password = session_now is not None and not _is_fresh()
        return account_page(
            "mfa/setup.html",
            error,
            offer=offer,
            picture=picture(offer.address),
            next=_next(),
            with_password=with_password,
            required=unfinished_session() is not None,
            key=_key_to_add(who) if unfinished_session() else None,
        )

    def _key_to_add(who: int) -> Question | None:
        place = Place.of(factors.repository, request.base_url)
        return factors.passkeys.ask_for_new(who, place) if place else None

    def _connected(codes: list[str]) -> BaseResponse:
        return _show_codes(codes) if codes else redirect(url_for("mfa.second_step", done="connected"), 303)

    def _not_now(who: int, status: int, *, further: bool = False) -> BaseResponse | None:
        """Whoever only knows the password must not connect something of their own to an account with a second step;
        others prove it anew before they connect a further one."""
        standing = factors.standing(who)
        if not standing.is_on:
            return None
        if unfinished_session():
            return redirect(url_for("mfa.step"), status)
        if standing.has_app and not further:
            return redirect(url_for("mfa.second_step"), status)
        return _proved_anew()

    def _check(who: int) -> str:
        if not request.form.get("answer"):
            return factors.check(who, _text("code"), network_address())
        return factors.check_key(who, _place(), _text("answer"), _text("sealed"), network_address())

    def _place() -> Place:
        place = Place.of(factors.repository, request.base_url)
        if place is None:
            raise ValidationFailed(errors=[Problem("passkey", NOT_THIS)])
        return place

    def _ask(who: int, error: MunimentError | None = None) -> Response:
        place = Place.of(factors.repository, request.base_url)
        key = factors.passkeys.ask(who, place) if place else None
        return account_page("mfa/step.html", error, next=_next(), anew=current_session() is not None, key=key)

    def _is_fresh() -> bool:
        """Whether the person was recognised a moment ago."""
        session_now = current_session()
        if session_now is None or session_now.started is None:
            return False
        return (factors.repository.now() - session_now.started).total_seconds() <= 15 * 60

    def _is_proved() -> bool:
        """Whether the person has taken the second step a moment ago."""
        return _is_fresh() and not METHODS.isdisjoint(_methods())

    def _proved_anew() -> BaseResponse | None:
        """Nobody changes the second step at a browser that was left open: the step is asked for once more."""
        if _is_proved():
            return None
        return redirect(url_for("mfa.step", next=url_for("mfa.second_step")), 303)

    def _confirm_identity(who: int) -> None:
        session_now = current_session()
        if session_now is not None:
            factors.repository.users.confirm_identity(who, session_now.started, _text("password"), network_address())

    return BlueprintSpec(blueprint, "ui")


def _whole(number: str) -> int:
    if not number.isdecimal() or len(number) > 18:
        raise NotFound("There is no such key.")
    return int(number)


def _methods() -> tuple[str, ...]:
    session_now = current_session()
    return session_now.methods if session_now is not None else ()


def _whoever() -> int | None:
    """Who is being asked: somebody who misses this step, or somebody signed in who proves it anew."""
    found = unfinished_session() or current_session()
    return found.user.subject_id if found is not None else None


def _show_codes(codes: list[str]) -> Response:
    return account_page("mfa/codes.html", codes=codes, next=_next())


def _next() -> str:
    return local_path(request.values.get("next"))


def _text(name: str) -> str:
    return request.form.get(name, "").replace("\0", "")[:20_000]
