"""The page of the settings about one's ORCID record, "this is me", and the page of the control panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from muniment.api import (
    BlueprintSpec,
    Conflict,
    Fragment,
    InvalidRequest,
    MunimentError,
    NotFound,
    Problem,
    ValidationFailed,
    access,
    account_page,
    control_page,
    session,
    session_owner,
    settings_page,
    the_actor,
    the_repository,
)
from muniment_orcid.permissions import REFUSED, STATES

if TYPE_CHECKING:
    from muniment_orcid.claims import Claims
    from muniment_orcid.plugin import Plugin

ADMINISTRATION: Final = "administration"


def settings_pages(plugin: Plugin) -> BlueprintSpec:
    blueprint = Blueprint("orcid", __name__, url_prefix="/account/settings/orcid", template_folder="templates")

    @blueprint.get("")
    @access("authenticated")
    @session("required")
    def record() -> Response:
        return _record_page(plugin)

    @blueprint.post("")
    @access("authenticated")
    @session("required")
    def change() -> Response:
        """Begin at ORCID, or end; both only by somebody who sits at a browser."""
        session_owner()
        wish = request.form.get("do", "")
        try:
            if wish == "start":
                plugin.permissions.ask(the_actor())
                return redirect(url_for("oidc.sign_in_orcid", ask="works", next=url_for("orcid.record")), 303)
            if wish not in ("stop", "withdraw"):
                raise InvalidRequest("Nothing was chosen.")
            plugin.permissions.stop(the_actor(), withdraw=wish == "withdraw")
        except (Conflict, NotFound) as error:
            return _record_page(plugin, ValidationFailed(errors=[Problem("", error.message)]))
        return redirect(url_for("orcid.record"), 303)

    return BlueprintSpec(blueprint, "ui")


def _record_page(plugin: Plugin, error: MunimentError | None = None) -> Response:
    user_id = session_owner().subject_id
    orcid, row = plugin.permissions.orcid_of(user_id), plugin.permissions.find(user_id)
    return settings_page(
        "orcid/record.html",
        error,
        orcid=orcid,
        address=f"{plugin.context.settings.url}/{orcid}",
        state=row.state if row is not None else "",
        offered=plugin.context.settings.works,
        works=plugin.permissions.works_of(user_id) if row is not None else [],
    )


def claim_pages(claims: Claims) -> BlueprintSpec:
    blueprint = Blueprint("orcid_claims", __name__, url_prefix="/orcid/this-is-me", template_folder="templates")

    @blueprint.get("/<number>")
    @access("authenticated")
    @session("required")
    def form(number: str) -> Response:
        return _claim_page(claims, number)

    @blueprint.post("/<number>")
    @access("authenticated")
    @session("required")
    def claim(number: str) -> Response:
        session_owner()
        place, _colon, name = request.form.get("creator", "").partition(":")
        try:
            claims.claim(the_actor(), number, place, name)
        except ValidationFailed as error:
            return _claim_page(claims, number, error)
        except Conflict as error:
            return _claim_page(claims, number, ValidationFailed(errors=[Problem("", error.message)]))
        return redirect(f"/records/{number}", 303)

    return BlueprintSpec(blueprint, "ui")


def _claim_page(claims: Claims, number: str, error: MunimentError | None = None) -> Response:
    owner = session_owner()
    creators = claims.candidates(the_actor(), number)
    if not creators:
        raise NotFound()
    orcid = claims.permissions.orcid_of(owner.subject_id)
    return account_page(
        "orcid/claim.html",
        error,
        number=number,
        title=claims.repository.records.parent_for(the_actor(), number).title,
        address=f"{claims.context.settings.url}/{orcid}",
        creators=[(f"{one.place}:{one.name}", one.name, "") for one in creators],
        chosen=request.form.get("creator", f"{creators[0].place}:{creators[0].name}" if len(creators) == 1 else ""),
    )


def fragments(claims: Claims, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
    """Beside a record: the way to say "this is me", for owners only, so that the page of visitors is one for all."""
    actor = the_actor()
    if slot != "record.actions" or not actor.is_authenticated or context["record"].is_draft:
        return []
    number = context["record"].id
    try:
        creators = claims.candidates(actor, number)
    except MunimentError:
        return []
    return [Fragment(Markup(render_template("orcid/box.html", number=number)), 60)] if creators else []


def control_pages(plugin: Plugin) -> BlueprintSpec:
    blueprint = Blueprint("control_orcid", __name__, url_prefix="/control/orcid", template_folder="templates")

    @blueprint.get("")
    @access(ADMINISTRATION)
    @session("required")
    def works() -> Response:
        state = request.args.get("state", REFUSED)
        state = state if state in STATES else REFUSED
        found = plugin.permissions.works_in(state)
        return control_page(
            "orcid/control.html",
            works=found,
            names=the_repository().users.names(work.user_id for work in found),
            counts=plugin.permissions.counts(),
            state=state,
            offered=plugin.context.settings.works,
        )

    @blueprint.post("/retry")
    @access(ADMINISTRATION)
    @session("required")
    def retry() -> Response:
        plugin.permissions.retry(the_actor())
        return redirect(url_for("control_orcid.works", done="retried"), 303)

    return BlueprintSpec(blueprint, "ui")
