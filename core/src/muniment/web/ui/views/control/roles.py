"""Roles: what they allow, who has them, and those of the site's own."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import MunimentError, ValidationFailed
from muniment.users.roles import ADMINISTRATION, BUILT_IN, MODERATION
from muniment.web.access import AUTHENTICATED, PUBLIC, access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state, the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.views.control.frame import Confirmation, ask, show, text

blueprint = Blueprint("control_roles", __name__, url_prefix="/control/roles")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)

#: Members that the page of a role lists; the search for users has them all.
_LISTED: Final = 50

PERMISSION_TITLES: Final = {
    ADMINISTRATION: lazy_gettext("Everything in the control panel but the roles"),
    MODERATION: lazy_gettext("Users, records and drafts in the control panel"),
}


@blueprint.get("")
@access("administration")
@session("required")
def roles() -> Response:
    return _list()


@blueprint.post("")
@access("administration")
@session("required")
@keeps_form
def create() -> BaseResponse:
    try:
        the_repository().users.create_role(
            text("name"), text("title"), request.form.getlist("permissions"), the_actor()
        )
    except ValidationFailed as error:
        return _list(error)
    return redirect(url_for("control_roles.role", name=text("name"), done="created"), 303)


@blueprint.get("/<name>")
@access("administration")
@session("required")
def role(name: str) -> Response:
    return _page(name)


@blueprint.post("/<name>")
@access("administration")
@session("required")
@keeps_form
def change(name: str) -> BaseResponse:
    try:
        the_repository().users.update_role(name, text("title"), request.form.getlist("permissions"), the_actor())
    except ValidationFailed as error:
        return _page(name, error)
    return redirect(url_for("control_roles.role", name=name, done="saved"), 303)


@blueprint.get("/<name>/delete")
@access("administration")
@session("required")
def confirm_delete(name: str) -> Response:
    return _question(name)


@blueprint.post("/<name>/delete")
@access("administration")
@session("required")
def delete(name: str) -> BaseResponse:
    try:
        the_repository().users.delete_role(name, the_actor())
    except ValidationFailed as error:
        return _question(name, error)
    return redirect(url_for("control_roles.roles", done="deleted"), 303)


def _list(error: MunimentError | None = None) -> Response:
    service = the_repository().users
    found = [
        (item, service.search(the_actor(), everybody=True, role=item.name, size=1).total, item.name in BUILT_IN)
        for item in service.roles()
    ]
    return show(
        "control/roles.html",
        error,
        roles=found,
        permissions=known_permissions(),
        titles=PERMISSION_TITLES,
        chosen=request.form.getlist("permissions"),
        may_change=the_actor().is_administrator,
    )


def _page(name: str, error: MunimentError | None = None) -> Response:
    service = the_repository().users
    found = service.role(name)
    chosen = request.form.getlist("permissions") if error else list(found.permissions)
    return show(
        "control/role.html",
        error,
        role=found,
        built_in=name in BUILT_IN,
        permissions=sorted({*known_permissions(), *found.permissions}),
        titles=PERMISSION_TITLES,
        chosen=chosen,
        members=service.search(the_actor(), everybody=True, role=name, size=_LISTED),
        may_change=the_actor().is_administrator,
    )


def _question(name: str, error: MunimentError | None = None) -> Response:
    found = the_repository().users.role(name)
    return ask(
        Confirmation(
            title=_("Delete the role %(name)s?", name=found.title or name),
            text=_("Everybody who has it loses what it allows."),
            button=_("Delete the role"),
            action=url_for("control_roles.delete", name=name),
            back=url_for("control_roles.role", name=name),
        ),
        error,
    )


def known_permissions() -> list[str]:
    """The permissions that pages of the core and of enabled plugins ask for."""
    asked = {policy.access for policy in state().policies.values()}
    return sorted({ADMINISTRATION, MODERATION, *asked} - {PUBLIC, AUTHENTICATED})
