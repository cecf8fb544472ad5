"""Everybody's drafts, with their age and what keeps them from being published."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.records.administration import DRAFT_KINDS
from muniment.records.plain_text import title_text
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.search_view import Address, pagination
from muniment.web.ui.views.control.frame import SIZE, Confirmation, argument, ask, page_number, show

blueprint = Blueprint("control_drafts", __name__, url_prefix="/control/drafts")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)


@blueprint.get("")
@access("moderation")
@session("required")
def drafts() -> Response:
    kind, order, page = argument("kind"), argument("sort"), page_number()
    owner = argument("owner")
    subject = int(owner) if owner.isascii() and owner.isdigit() and len(owner) < 19 else None
    found = the_repository().records.all_drafts(
        the_actor(), owner=subject, kind=kind, oldest=order == "oldest", page=page, size=SIZE
    )
    asked = {"kind": kind, "sort": order, "owner": str(subject) if subject is not None else ""}
    address = Address("/control/drafts", [(name, value) for name, value in asked.items() if value])
    names = the_repository().users.names([subject, *(draft.owner for draft in found.drafts)])
    return show(
        "control/drafts.html",
        found=found,
        asked=asked,
        kinds=DRAFT_KINDS,
        names=names,
        owner=names.get(subject, f"#{subject}") if subject is not None else "",
        pages=pagination(found.total, page, SIZE, address),
        may_discard=the_actor().is_administrator,
    )


@blueprint.get("/<number>/discard")
@access("administration")
@session("required")
def confirm_discard(number: str) -> Response:
    draft = the_repository().records.read_draft(the_actor(), number)
    title = title_text((draft.data.get("metadata") or {}).get("title")) or number
    return ask(
        Confirmation(
            title=_("Discard the draft “%(title)s”?", title=title),
            text=_("Its files are removed with it, and it cannot be brought back. A published version stays as it is."),
            button=_("Discard the draft"),
            action=url_for("control_drafts.discard", number=number),
            back=url_for("control_drafts.drafts"),
        )
    )


@blueprint.post("/<number>/discard")
@access("administration")
@session("required")
def discard(number: str) -> BaseResponse:
    the_repository().records.delete_draft(the_actor(), number)
    return redirect(url_for("control_drafts.drafts", done="discarded"), 303)
