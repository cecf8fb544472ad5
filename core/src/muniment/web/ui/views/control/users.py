"""Accounts: finding them, what state they are in, and what moderators do about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import Conflict, InvalidRequest, MunimentError, PermissionDenied, ValidationFailed
from muniment.records.requests import SearchRequest
from muniment.users.links import CONFIRM_EMAIL, RESET_PASSWORD
from muniment.users.profiles import STATES
from muniment.users.public_view import status_of
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.account_forms import mail_folder
from muniment.web.ui.search_view import Address, pagination
from muniment.web.ui.views.control.frame import SIZE, Confirmation, argument, ask, page_number, show, text

blueprint = Blueprint("control_users", __name__, url_prefix="/control/users")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)

_NUMBER: Final = "<int(max=9223372036854775807):number>"

STATE_TITLES: Final = {
    "confirmed": lazy_gettext("Confirmed"),
    "verified": lazy_gettext("Verified"),
    "new": lazy_gettext("Address not confirmed"),
    "waiting": lazy_gettext("Waits for approval"),
    "inactive": lazy_gettext("Deactivated"),
    "blocked": lazy_gettext("Blocked"),
}


@blueprint.get("")
@access("moderation")
@session("required")
def users() -> Response:
    q, state, role, page = argument("q"), argument("state"), argument("role"), page_number()
    service = the_repository().users
    error: MunimentError | None = None
    found = None
    try:
        found = service.search(
            the_actor(), q, page=page, size=SIZE, sort=argument("sort"), everybody=True, state=state, role=role
        )
    except InvalidRequest as refused:
        error = refused
    asked = {"q": q, "state": state, "role": role, "sort": argument("sort")}
    address = Address("/control/users", [(name, value) for name, value in asked.items() if value])
    return show(
        "control/users.html",
        error,
        found=found,
        asked=asked,
        states=[("", _("All")), *((name, str(STATE_TITLES[name])) for name in STATES)],
        state_titles=STATE_TITLES,
        roles=[
            ("", _("All")),
            *((found_role.name, found_role.title or found_role.name) for found_role in service.roles()),
        ],
        pages=pagination(found.total, page, SIZE, address) if found else None,
    )


@blueprint.get(f"/{_NUMBER}")
@access("moderation")
@session("required")
def user(number: int) -> Response:
    return _page(number)


def _page(number: int, error: MunimentError | None = None) -> Response:
    repository = the_repository()
    row = repository.users.get(number)
    owned = f"parent.access.owned_by.user:{number}"
    records = repository.records.search(
        the_actor(), SearchRequest(q=owned, size=1, all_versions=True, with_facets=False)
    )
    drafts = repository.records.all_drafts(the_actor(), owner=number, size=1)
    has = {role.name for role in row.roles}
    return show(
        "control/user.html",
        error,
        user=row,
        name=row.display_name or row.email,
        state=status_of(row),
        state_titles=STATE_TITLES,
        sessions=len(repository.sessions.devices(number)),
        tokens=len(repository.tokens.of(number)),
        records=records.total,
        records_href=url_for("control_records.records", q=owned),
        drafts=drafts.total,
        roles=repository.users.roles(),
        others=[(role.name, role.title or role.name) for role in repository.users.roles() if role.name not in has],
        own=the_actor().subject == number,
        may_change=the_actor().is_administrator or "administrator" not in has,
        may_grant=the_actor().is_administrator,
        offers_passwords=repository.users.offers_passwords,
        mail_folder=mail_folder(),
    )


@blueprint.get("/invite")
@access("moderation")
@session("required")
def invite() -> Response:
    return _invitation()


@blueprint.post("/invite")
@access("moderation")
@session("required")
@keeps_form
def send_invitation() -> BaseResponse:
    """Make an account; its owner gets a link by mail, which sets the password and confirms the address."""
    try:
        made = the_repository().users.invite(
            text("email"), roles=request.form.getlist("roles"), actor=the_actor(), full_name=text("full_name")
        )
    except (ValidationFailed, Conflict, PermissionDenied) as error:
        return _invitation(error)
    return redirect(url_for("control_users.user", number=made.subject_id, done="invited"), 303)


def _invitation(error: MunimentError | None = None) -> Response:
    return show(
        "control/invite.html",
        error,
        roles=the_repository().users.roles() if the_actor().is_administrator else [],
        chosen=request.form.getlist("roles"),
        mail_folder=mail_folder(),
    )


@blueprint.post(f"/{_NUMBER}/roles")
@access("administration")
@session("required")
def grant(number: int) -> BaseResponse:
    return _done(number, "granted", lambda: the_repository().users.grant_role(number, text("role"), the_actor()))


@blueprint.post(f"/{_NUMBER}/roles/<role>/revoke")
@access("administration")
@session("required")
def revoke(number: int, role: str) -> BaseResponse:
    return _done(number, "revoked", lambda: the_repository().users.revoke_role(number, role, the_actor()))


#: What can be done to an account with one button; those that hurt are asked about first.
_ACTIONS: Final[dict[str, Callable[[int], Any]]] = {
    "block": lambda number: the_repository().users.block(number, the_actor()),
    "unblock": lambda number: the_repository().users.restore(number, the_actor()),
    "approve": lambda number: the_repository().users.approve(number, the_actor()),
    "deactivate": lambda number: the_repository().users.deactivate(number, the_actor()),
    "activate": lambda number: the_repository().users.activate(number, the_actor()),
    "confirm": lambda number: the_repository().users.confirm_address(number, the_actor()),
    "sign-out": lambda number: the_repository().users.sign_out_everywhere(number, the_actor()),
    "send-reset": lambda number: the_repository().users.send_link(number, RESET_PASSWORD, the_actor()),
    "send-confirmation": lambda number: the_repository().users.send_link(number, CONFIRM_EMAIL, the_actor()),
}


@blueprint.get(f"/{_NUMBER}/<action>")
@access("moderation")
@session("required")
def confirm(number: int, action: str) -> Response:
    """The question before somebody is kept out."""
    row = the_repository().users.get(number)
    name = row.display_name or row.email
    questions = {
        "block": (
            _("Block %(name)s?", name=name),
            _("Their sessions and access tokens end, and they cannot sign in until they are unblocked. What they "
              "published stays."),
            _("Block the account"),
        ),
        "deactivate": (
            _("Deactivate %(name)s?", name=name),
            _("Nobody can sign in to the account until it is activated again. What they published stays."),
            _("Deactivate the account"),
        ),
        "sign-out": (
            _("Sign %(name)s out everywhere?", name=name),
            _("All their browsers have to sign in again. Access tokens go on working."),
            _("Sign out everywhere"),
        ),
    }  # fmt: skip
    if action not in questions:
        abort(404)
    title, words, button = questions[action]
    return ask(
        Confirmation(
            title=title,
            text=words,
            button=button,
            action=url_for("control_users.act", number=number, action=action),
            back=url_for("control_users.user", number=number),
        )
    )


@blueprint.post(f"/{_NUMBER}/<action>")
@access("moderation")
@session("required")
def act(number: int, action: str) -> BaseResponse:
    if action not in _ACTIONS:
        abort(404)
    return _done(number, action, lambda: _ACTIONS[action](number))


def _done(number: int, told: str, change: Callable[[], Any]) -> BaseResponse:
    """Make a change and say so on the page of the account; a refusal stands on top of it."""
    try:
        change()
    except (Conflict, ValidationFailed, PermissionDenied) as error:
        return _page(number, error)
    return redirect(url_for("control_users.user", number=number, done=told), 303)
