"""Publishing a draft after a short confirmation, and discarding one."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from muniment.errors import Conflict, NotFound, PermissionDenied, RevisionMismatch, ValidationFailed
from muniment.records.items import RecordItem
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.deposit.state import is_new_version
from muniment.web.ui.language import display_locale
from muniment.web.ui.record_view import record_view

blueprint = Blueprint("deposit_publish", __name__)


@blueprint.get("/uploads/<number>/publish")
@access("authenticated")
@session("required")
def confirm(number: str) -> Response:
    """What becomes permanent, and the button that does it; back to the form while something is missing."""
    try:
        item = _own(number)
    except NotFound:
        return _after(number)
    return _to_form(number) if _is_unfinished(item) else _page(item)


@blueprint.post("/uploads/<number>/publish")
@access("authenticated")
@session("required")
def publish(number: str) -> Response:
    """Publish the revision that was confirmed. A second press of the button finds the record."""
    records = the_repository().records
    try:
        item = records.read_draft(the_actor(), number)
        if _is_unfinished(item):
            return _to_form(number)
        if (instead := records.publication(the_actor(), number)) is not None:
            return _redirect(instead.carry_out(the_actor(), number, _revision(item)))
        record = records.publish(the_actor(), number, revision=_revision(item))
    except NotFound:
        return _after(number)
    except ValidationFailed:
        return _to_form(number)
    except (Conflict, RevisionMismatch):
        return _changed_meanwhile(number)
    return _redirect(url_for("record_pages.page", number=record.id, published=1))


@blueprint.get("/uploads/<number>/discard")
@access("authenticated")
@session("required")
def confirm_discard(number: str) -> Response:
    item = _own(number)
    if not the_repository().records.may_discard(the_actor(), number):
        raise PermissionDenied()
    return make_response(render_template("deposit/discard.html", record=_view(item), number=item.id))


@blueprint.post("/uploads/<number>/discard")
@access("authenticated")
@session("required")
def discard(number: str) -> Response:
    """Discard a draft; of an edit the published record stays."""
    records = the_repository().records
    try:
        published = bool(records.read_draft(the_actor(), number).data["is_published"])
        records.delete_draft(the_actor(), number)
    except NotFound:
        return _redirect(url_for("my.uploads"))
    return _redirect(f"/records/{quote(number)}" if published else url_for("my.uploads", done="discarded"))


def _own(number: str) -> RecordItem:
    """The draft, for those who may change it: who only may look at it is asked nothing that would be refused then."""
    records = the_repository().records
    item = records.read_draft(the_actor(), number)
    if not records.may(the_actor(), number, "edit"):
        raise PermissionDenied()
    return item


def _revision(item: RecordItem) -> int:
    sent = request.form.get("revision", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 12 else item.revision


def _is_unfinished(item: RecordItem) -> bool:
    """Whether publishing would refuse the draft, or leave out something that was typed and could not be stored."""
    problems = [*item.problems, *the_repository().records.what_is_missing(the_actor(), item.id)]
    return any(problem.severity == "error" for problem in problems)


def _page(item: RecordItem, *, changed: bool = False, status: int = 200) -> Response:
    page = render_template(
        "deposit/publish.html",
        record=_view(item),
        number=item.id,
        revision=item.revision,
        changed=changed,
        same_files=is_new_version(item.data) and the_repository().records.has_files_of_previous(the_actor(), item.id),
        publication=the_repository().records.publication(the_actor(), item.id),
        files_open=the_repository().records.draft_for(the_actor(), item.id, "read").files_open_until is not None,
        owner_delete_days=the_repository().config.records.owner_delete_days,
        file_modification_days=the_repository().config.records.file_modification_days,
    )
    return make_response(page, status)


def _changed_meanwhile(number: str) -> Response:
    """The draft is another one than what was confirmed: it is shown again."""
    try:
        item = the_repository().records.read_draft(the_actor(), number)
    except NotFound:
        return _after(number)
    return _to_form(number) if _is_unfinished(item) else _page(item, changed=True, status=409)


def _view(item: RecordItem) -> Any:
    return record_view(item.data, display_locale(), preview=True)


def _after(number: str) -> Response:
    """The draft is gone: published by the first press of a button, or discarded."""
    if not the_repository().records.may(the_actor(), number, "edit"):
        raise NotFound()
    return _redirect(f"/records/{quote(number)}")


def _to_form(number: str) -> Response:
    return _redirect(url_for("deposit.edit", number=number, check=1))


def _redirect(target: str) -> Response:
    return redirect(target, 303)  # type: ignore[return-value]


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
