"""The deposit form: one page for a new upload, for a draft and for changes of a published record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from muniment.access.actor import Actor
from muniment.errors import InvalidRequest, MunimentError, NotFound, RevisionMismatch
from muniment.records.forms import SavedForm
from muniment.records.items import RecordItem
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.deposit.messages import worded_message
from muniment.web.ui.deposit.operations import LIST_DEEDS, Offered, Operation, change, operation_of
from muniment.web.ui.deposit.page import (
    form_of,
    missing_in,
    mistakes,
    myself,
    read_again,
    read_request,
    the_shape,
)
from muniment.web.ui.deposit.problems import ShownProblem, shown_problems, unique
from muniment.web.ui.deposit.reading import Reading
from muniment.web.ui.deposit.saving import failures, next_address, save_form
from muniment.web.ui.deposit.shape import ObjectNode
from muniment.web.ui.deposit.state import is_new_version
from muniment.web.ui.views.deposit_review import review_page

blueprint = Blueprint("deposit", __name__)

#: The summary above a form names so many problems.
SUMMARY: Final = 30


@blueprint.get("/uploads/new")
@access("authenticated")
@session("required")
def new() -> Response:
    """An empty form; nothing is made before something is saved."""
    return form_page(None, the_shape())


@blueprint.post("/uploads/new")
@access("authenticated")
@session("required")
@keeps_form
def create() -> Response:
    return _submitted(None)


@blueprint.get("/uploads/<number>")
@access("authenticated")
@session("required")
def edit(number: str) -> Response:
    """The form of a draft. Where there is none any more, the record that it became."""
    try:
        item = the_repository().records.read_draft(the_actor(), number)
    except NotFound:
        return _to_record(number)
    return form_page(item, the_shape(), attempted="check" in request.args)


@blueprint.post("/uploads/<number>")
@access("authenticated")
@session("required")
@keeps_form
def save(number: str) -> Response:
    try:
        item = the_repository().records.read_draft(the_actor(), number)
    except NotFound:
        return _to_record(number)
    return _submitted(item)


def _to_record(number: str) -> Response:
    """After publishing, and for old links: the record, for those who may change it."""
    records = the_repository().records
    if not records.may(the_actor(), number, "edit"):
        raise NotFound()
    return _redirect(f"/records/{quote(number)}")


# What a form's buttons do --------------------------------------------------------------------------------------------


def _submitted(item: RecordItem | None) -> Response:
    shape = the_shape()
    reading, operation = read_request(shape, item), operation_of(request.form.get("do", "save"))
    focus = ""
    if operation.deed in LIST_DEEDS:
        changed = change(shape, reading, operation, _offered(operation))
        if changed is not None:
            reading, focus = read_again(shape, changed.shown, item), changed.focus
    try:
        form = save_form(item, reading)
    except RevisionMismatch:
        return review_page(reading, str(item.id if item else ""))
    except InvalidRequest as refusal:
        return form_page(item, shape, reading, problems=[general_problem(refusal)], status=422)
    if form.failed:
        return form_page(form.item, shape, reading, problems=failures(form), status=422)
    if operation.deed in LIST_DEEDS or operation.deed == "open":
        opened = frozenset({reading.place(operation.target)}) if operation.deed == "open" else frozenset[str]()
        return form_page(form.item, shape, reading, focus=focus or next(iter(opened), ""), opened=opened)
    return _after_saving(form, shape, reading, operation)


def _offered(operation: Operation) -> Offered:
    """What comes with the form's button, and what plugins find for it."""
    path = operation.target
    found: Sequence[Mapping[str, Any]] = []
    if operation.deed == "find":
        text = request.form.get(f"find.{path}", "").strip()[:500]
        # The suggestion that was chosen, or one of those that the answer before offered below it.
        chosen = [value for value in request.form.getlist(f"find.{path}.id") if value]
        found = the_repository().records.find_entries(path, text, chosen[-1] if chosen else "")
    return Offered(request.form.get(f"paste.{path}", ""), myself(), found)


def _after_saving(form: SavedForm, shape: ObjectNode, reading: Reading, operation: Operation) -> Response:
    """Where a button leads once the draft is saved; back to the form with what is wrong."""
    saved = form.item
    if operation.deed in ("reserve", "release"):
        return _identifier(form, shape, reading, operation)
    if operation.deed == "preview" and not form.problems:
        return _redirect(f"/records/{saved.id}?preview=1")
    wrong = mistakes(saved.problems, shape, reading.tokens)
    if operation.deed == "publish":
        wrong = unique([*wrong, *missing_in(saved, the_actor(), shape, reading.tokens)])
        if not any(problem.severity == "error" for problem in wrong):
            return _redirect(
                next_address(form) if form.problems else url_for("deposit_publish.confirm", number=saved.id)
            )
        return form_page(saved, shape, reading, problems=wrong, attempted=True, status=422)
    if wrong:
        return form_page(saved, shape, reading, problems=wrong, status=422)
    return _redirect(next_address(form))


def _identifier(form: SavedForm, shape: ObjectNode, reading: Reading, operation: Operation) -> Response:
    """Reserve an identifier now, or give one back."""
    records = the_repository().records
    act = records.reserve_identifier if operation.deed == "reserve" else records.release_identifier
    try:
        act(the_actor(), form.item.id, operation.target)
    except MunimentError as refusal:
        return form_page(
            form.item, shape, reading, problems=[general_problem(refusal, "pids.doi.external")], status=422
        )
    return _redirect(next_address(form, _anchor="identifier"))


def general_problem(refusal: MunimentError, control: str = "") -> ShownProblem:
    return ShownProblem(control, "", worded_message(refusal.message))


# The page ------------------------------------------------------------------------------------------------------------


def form_page(
    item: RecordItem | None,
    shape: ObjectNode,
    reading: Reading | None = None,
    *,
    problems: list[ShownProblem] | None = None,
    attempted: bool = False,
    status: int = 200,
    **more: Any,
) -> Response:
    """The form as it is stored, or as it came back (`reading`), with what is wrong and what is missing."""
    actor: Actor = the_actor()
    missing = missing_in(item, actor, shape)
    if problems is None and item is not None:
        tokens = reading.tokens if reading else None
        found = shown_problems(item.problems, shape, tokens) if attempted else mistakes(item.problems, shape, tokens)
        problems = unique([*found, *(missing if attempted else ())])
    form = form_of(
        item,
        shape,
        reading.shown if reading else None,
        problems=problems or (),
        missing=missing,
        attempted=attempted,
        **more,
    )
    summary = [problem for problem in form.problems if status in (409, 422) or attempted]
    page = render_template(
        "deposit/form.html",
        form=form,
        draft=form.saved,
        number=form.number,
        summary=summary[:SUMMARY],
        more_problems=max(0, len(summary) - SUMMARY),
        saved="saved" in request.args,
        title=_page_title(form.saved),
    )
    return make_response(page, status)


def _page_title(saved: Any) -> str:
    if not saved:
        return str(_("New upload"))
    if saved.get("is_published"):
        return str(_("Edit the record"))
    return str(_("New version") if is_new_version(saved) else _("Edit the draft"))


def _redirect(target: str) -> Response:
    return redirect(target, 303)  # type: ignore[return-value]


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
