"""What owners do with a published record: correct it, publish a new version, describe another alike, delete it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from muniment.access.actor import Actor
from muniment.errors import MunimentError, PermissionDenied, ValidationFailed
from muniment.records.items import OpenDrafts, RecordItem
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.deposit.messages import worded_message
from muniment.web.ui.deposit.options import Options
from muniment.web.ui.language import display_locale, request_language
from muniment.web.ui.local_time import local_minute
from muniment.web.ui.record_view import RecordView, record_view

blueprint = Blueprint("record_actions", __name__)

CORRECT, VERSION = "correct", "version"


@dataclass(frozen=True)
class OwnerView:
    """What the reader may do with a record, and what of it is under way. `files_until` says until when its files could
    be replaced, "" when they cannot."""

    drafts: OpenDrafts
    may_delete: bool
    has_files: bool
    files_until: str = ""


def owner_view(actor: Actor, item: RecordItem) -> OwnerView | None:
    """None for readers who may not change the record."""
    records = the_repository().records
    if not actor.is_authenticated or not records.may(actor, item.id, "edit"):
        return None
    files = item.data.get("files") or {}
    until = records.may_modify_files_until(actor, item.id)
    return OwnerView(
        records.open_drafts(actor, item.id),
        records.may_delete(actor, item.id),
        bool(files.get("count")),
        local_minute(until) if until is not None else "",
    )


@blueprint.get("/records/<number>/edit")
@access("authenticated")
@session("required")
def edit(number: str) -> Response:
    """The one choice between correcting the description and publishing a new version."""
    item, record = _published(number)
    owner = owner_view(the_actor(), item)
    if owner is None:
        raise PermissionDenied()
    return make_response(render_template("records/edit.html", record=record, owner=owner))


@blueprint.post("/records/<number>/edit")
@access("authenticated")
@session("required")
def send_edit(number: str) -> Response:
    """Open the draft of an edit or of a new version; made unless there is one."""
    records = the_repository().records
    if request.form.get("kind") != VERSION:
        return _to_form(records.edit(the_actor(), number))
    draft = records.new_version(the_actor(), number)
    if request.form.get("import_files") and not (draft.data.get("files") or {}).get("count"):
        try:
            records.import_files(the_actor(), draft.id)
        except MunimentError:
            pass  # there is nothing to import: the form says how to add files
    return _to_form(draft)


@blueprint.post("/records/<number>/duplicate")
@access("authenticated")
@session("required")
def duplicate(number: str) -> Response:
    """A draft of another record with the same description."""
    return _to_form(the_repository().records.duplicate(the_actor(), number, draft="draft" in request.form))


@blueprint.get("/records/<number>/delete")
@access("authenticated")
@session("required")
def confirm_delete(number: str) -> Response:
    """What remains of a deleted record, and why it is to go."""
    item, record = _published(number)
    if not the_repository().records.may_delete(the_actor(), item.id):
        raise PermissionDenied()
    return _delete_page(record)


@blueprint.post("/records/<number>/delete")
@access("authenticated")
@session("required")
def delete(number: str) -> Response:
    item, record = _published(number)
    note = " ".join(request.form.get("note", "").split())
    reason = request.form.get("removal_reason", "")
    try:
        the_repository().records.delete(
            the_actor(), item.id, {"removal_reason": {"id": reason}, "note": note, "is_visible": True}
        )
    except ValidationFailed as refusal:
        return _delete_page(record, refusal)
    return _redirect(f"/records/{quote(item.id)}")


def _delete_page(record: RecordView, refusal: ValidationFailed | None = None) -> Response:
    names = {"removal_reason.id": "removal_reason"}
    problems = [
        (names.get(problem.field, problem.field), worded_message(problem.message))
        for problem in (refusal.errors if refusal else ())
    ]
    page = render_template(
        "records/delete.html",
        record=record,
        reasons=Options(the_repository().vocabularies, request_language()).choices("removalreasons"),
        problems=problems,
        errors=lambda name: [text for control, text in problems if control == name],
        form=request.form,
        days=the_repository().config.records.owner_delete_days,
    )
    return make_response(page, 422 if refusal else 200)


def _published(number: str) -> tuple[RecordItem, RecordView]:
    item = the_repository().records.read(the_actor(), number)
    return item, record_view(item.data, display_locale())


def _to_form(draft: RecordItem) -> Response:
    return _redirect(url_for("deposit.edit", number=draft.id))


def _redirect(target: str) -> Response:
    return redirect(target, 303)  # type: ignore[return-value]


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
