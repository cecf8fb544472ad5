"""Records of everybody, deleted and restricted ones too: finding, looking at editions, deleting, restoring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import InvalidRequest, MunimentError, NotFound, ParentRedirect, PermissionDenied, ValidationFailed
from muniment.records.administration import Edition
from muniment.records.items import RecordItem
from muniment.records.plain_text import title_text
from muniment.records.requests import SearchRequest
from muniment.users.roles import ADMINISTRATION
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.comparison_view import compare
from muniment.web.ui.language import display_locale, request_language
from muniment.web.ui.search_view import Address, pagination
from muniment.web.ui.views.control.frame import SIZE, Confirmation, argument, ask, page_number, show, text

blueprint = Blueprint("control_records", __name__, url_prefix="/control/records")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)

#: What the list can be kept to: values of the facet `access_status`, or what was deleted.
STATES: Final = ("open", "restricted", "embargoed", "metadata-only", "deleted")


@dataclass(frozen=True)
class RecordRow:
    """A record as the list shows it. `status` is one of `STATES`."""

    id: str
    title: str
    status: str
    version: int
    is_latest: bool
    created: str
    owner: int | None


@blueprint.get("")
@access("moderation")
@session("required")
def records() -> Response:
    q, state, page = argument("q"), argument("state"), page_number()
    asked = SearchRequest(
        q=q,
        sort=argument("sort") or None,
        page=page,
        size=SIZE,
        facets={"access_status": [state]} if state in STATES[:-1] else {},
        all_versions=True,
        include_deleted=state != "deleted",
        only_deleted=state == "deleted",
        with_facets=False,
    )
    error: MunimentError | None = None
    rows, total = [], 0
    try:
        found = the_repository().records.search(the_actor(), asked)
        rows, total = [_row(item.data) for item in found.hits], found.total
    except InvalidRequest as refused:
        error = refused
    filled = {"q": q, "state": state, "sort": argument("sort")}
    address = Address("/control/records", [(name, value) for name, value in filled.items() if value])
    return show(
        "control/records.html",
        error,
        rows=rows,
        total=total,
        asked=filled,
        names=the_repository().users.names(row.owner for row in rows),
        pages=pagination(total, page, SIZE, address),
    )


def _row(data: Mapping[str, Any]) -> RecordRow:
    versions = data.get("versions") or {}
    deleted = (data.get("deletion_status") or {}).get("is_deleted")
    return RecordRow(
        id=str(data["id"]),
        title=title_text((data.get("metadata") or {}).get("title")),
        status="deleted" if deleted else str((data.get("access") or {}).get("status") or ""),
        version=int(versions.get("index") or 1),
        is_latest=bool(versions.get("is_latest", True)),
        created=str(data.get("created") or ""),
        owner=_owner(data),
    )


def _owner(data: Mapping[str, Any]) -> int | None:
    owner = (((data.get("parent") or {}).get("access") or {}).get("owned_by") or {}).get("user")
    return int(owner) if owner is not None else None


@blueprint.get("/<number>")
@access("moderation")
@session("required")
def record(number: str) -> BaseResponse:
    try:
        return _page(number)
    except ParentRedirect as parent:
        return redirect(url_for("control_records.record", number=parent.latest_id))


def _read(number: str) -> RecordItem:
    return the_repository().records.read(the_actor(), number, include_deleted=True)


def _page(number: str, error: MunimentError | None = None) -> Response:
    repository = the_repository()
    data = _read(number).data
    editions = repository.records.editions(the_actor(), number) if the_actor().is_administrator else []
    owner = _owner(data)
    return show(
        "control/record.html",
        error,
        record=data,
        row=_row(data),
        title=title_text((data.get("metadata") or {}).get("title")) or number,
        owner=owner,
        reason=_reason(data.get("tombstone")),
        editions=editions,
        names=repository.users.names([owner, *(edition.subject for edition in editions)]),
        may_refresh=the_actor().can(ADMINISTRATION),
        may_trace=the_actor().can(ADMINISTRATION),
    )


def _reason(tombstone: Mapping[str, Any] | None) -> str:
    """The title of the reason for which a record was deleted."""
    identifier = ((tombstone or {}).get("removal_reason") or {}).get("id")
    if not identifier:
        return ""
    pair = ("removalreasons", str(identifier))
    term = the_repository().vocabularies.resolve([pair]).get(pair)
    return term.title_for(request_language()) if term else str(identifier)


@blueprint.get("/<number>/revisions")
@access("administration")
@session("required")
def revisions(number: str) -> Response:
    """Two editions side by side; without a choice the newest and the one before it."""
    editions = the_repository().records.editions(the_actor(), number)
    new = _edition(editions, argument("new")) or editions[0]
    earlier = [edition for edition in editions if edition.revision < new.revision]
    old = _edition(editions, argument("old")) or (earlier[0] if earlier else new)
    fields = compare(old.data, new.data, display_locale())
    return show(
        "control/revisions.html",
        number=number,
        title=title_text((new.data.get("metadata") or {}).get("title")) or number,
        editions=editions,
        old=old,
        new=new,
        fields=fields if argument("all") else [field for field in fields if field.changed],
        everything=bool(argument("all")),
        names=the_repository().users.names(edition.subject for edition in editions),
    )


def _edition(editions: list[Edition], revision: str) -> Edition | None:
    return next((edition for edition in editions if str(edition.revision) == revision), None)


@blueprint.get("/<number>/delete")
@access("moderation")
@session("required")
def confirm_delete(number: str) -> Response:
    return _deletion(number)


@blueprint.post("/<number>/delete")
@access("moderation")
@session("required")
def delete(number: str) -> BaseResponse:
    """Replace a record by its tombstone."""
    tombstone = {
        "removal_reason": {"id": text("reason")},
        "note": " ".join(text("note").split()),
        "citation_text": " ".join(text("citation").split()),
        "is_visible": "visible" in request.form,
    }
    try:
        the_repository().records.delete(the_actor(), number, tombstone)
    except ValidationFailed as error:
        return _deletion(number, error)
    return redirect(url_for("control_records.record", number=number, done="deleted"), 303)


def _deletion(number: str, error: MunimentError | None = None) -> Response:
    data = _read(number).data
    if (data.get("deletion_status") or {}).get("is_deleted"):
        raise NotFound("The record is deleted already.")
    reasons = the_repository().vocabularies.search("removalreasons", size=100, sort="bestmatch").terms
    return show(
        "control/delete_record.html",
        error,
        number=number,
        title=title_text((data.get("metadata") or {}).get("title")) or number,
        reasons=[("", ""), *((term.id, term.title_for(request_language())) for term in reasons)],
    )


@blueprint.get("/<number>/restore")
@access("moderation")
@session("required")
def confirm_restore(number: str) -> Response:
    data = _read(number).data
    return ask(
        Confirmation(
            title=_("Bring “%(title)s” back?", title=title_text((data.get("metadata") or {}).get("title")) or number),
            text=_("The record and its files are public again as they were, and its tombstone goes."),
            button=_("Restore the record"),
            action=url_for("control_records.restore", number=number),
            back=url_for("control_records.record", number=number),
            danger=False,
        )
    )


@blueprint.post("/<number>/restore")
@access("moderation")
@session("required")
def restore(number: str) -> BaseResponse:
    try:
        the_repository().records.restore(the_actor(), number)
    except (InvalidRequest, PermissionDenied) as error:
        return _page(number, error)
    return redirect(url_for("control_records.record", number=number, done="restored"), 303)


@blueprint.post("/<number>/refresh")
@access("administration")
@session("required")
def refresh(number: str) -> BaseResponse:
    """Render and index one record or draft anew, then go back to where that was asked for."""
    the_repository().records.refresh(the_actor(), number)
    if text("from") == "index":
        return redirect(url_for("control_index.index", done="refreshed"), 303)
    return redirect(url_for("control_records.record", number=number, done="refreshed"), 303)
