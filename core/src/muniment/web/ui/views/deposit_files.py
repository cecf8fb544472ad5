"""The files in the deposit form: what is shown of them, what would be refused before its bytes travel, and the buttons
of the form where there is no script. With one the bytes come by the REST API (tus), as from other programs."""

from __future__ import annotations

from os import SEEK_END
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from muniment.errors import InvalidRequest, MunimentError, RevisionMismatch
from muniment.files.errors import FileNotFound
from muniment.files.names import InvalidName
from muniment.files.proposals import Proposal, Refusal, Verdict
from muniment.records.items import RecordItem
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.form_files import takes_files
from muniment.web.kept_forms import keeps_form
from muniment.web.rest.answers import answer_json
from muniment.web.rest.bodies import read_object
from muniment.web.ui.deposit.operations import Operation, operation_of
from muniment.web.ui.deposit.page import read_request, the_shape
from muniment.web.ui.deposit.problems import ShownProblem
from muniment.web.ui.deposit.reading import Reading
from muniment.web.ui.deposit.saving import failures, next_address, save_form
from muniment.web.ui.file_messages import worded
from muniment.web.ui.language import display_locale
from muniment.web.ui.upload_view import moved, upload_view
from muniment.web.ui.views.deposit import form_page, general_problem

blueprint = Blueprint("deposit_files", __name__)

#: Files that one question may be about.
MOST: Final = 500


@blueprint.get("/uploads/<number>/files")
@access("authenticated")
@session("required")
def stored(number: str) -> Response:
    """The list of files as a part of the page, for scripts; people are led to the page itself."""
    if request.headers.get("Sec-Fetch-Mode") == "navigate":
        return redirect(f"/uploads/{number}#files", 302)  # type: ignore[return-value]
    item = the_repository().records.read_draft(the_actor(), number)
    return make_response(render_template("deposit/stored_files.html", draft=item.data, number=item.id))


@blueprint.post("/uploads/<number>/files/check")
@access("authenticated")
@session("required")
def check(number: str) -> Response:
    """Say for each of ``{"files": [{"key", "size"}]}`` what would become of it.

    ``state`` is new, pending (with the address of its `upload` when there is one, and whether that came in `parts` so
    far), exists or refused (with the `problem` in the reader's language).
    """
    verdicts = the_repository().files.propose(the_actor(), number, _proposals(read_object()))
    return answer_json({"files": [_answer(number, verdict) for verdict in verdicts]})


@blueprint.get("/uploads/<number>/files/received/<uuid:upload>")
@access("authenticated")
@session("required")
def received(number: str, upload: UUID) -> Response:
    """What has come of a file, as ``{"pieces": [[start, length, sha256], …]}``: a browser that does not know the upload
    compares its file with that."""
    pieces = the_repository().files.resumable.pieces(the_actor(), number, upload)
    return answer_json({"pieces": [[piece.start, piece.length, piece.sha256] for piece in pieces]})


@blueprint.post("/uploads/<number>/files/received/<uuid:upload>")
@access("authenticated")
@session("required")
def take_over(number: str, upload: UUID) -> Response:
    """Go on in this browser with what another program began to send in parts; the answer tells the `offset`."""
    return answer_json({"offset": the_repository().files.resumable.take_over(the_actor(), number, upload).offset})


@blueprint.post("/uploads/<number>/files/rename")
@access("authenticated")
@session("required")
def rename(number: str) -> Response:
    """Rename the file ``key`` to ``name``, both in the JSON that is sent; a refusal comes in the reader's language."""
    data = read_object()
    key, name = data.get("key"), data.get("name")
    if not isinstance(key, str) or not isinstance(name, str):
        raise InvalidRequest("Send the 'key' of a file and its new 'name'.")
    try:
        entry = the_repository().files.rename(the_actor(), number, key, name.strip())
    except (InvalidRequest, InvalidName) as refusal:
        return make_response({"problem": worded(refusal, display_locale())}, 400)
    return answer_json({"key": entry.key})


# Buttons of the form, for those who do without scripts ---------------------------------------------------------------


@blueprint.post("/uploads/new/files")
@access("authenticated")
@session("required")
@takes_files
@keeps_form
def begin() -> Response:
    return _submitted(None)


@blueprint.post("/uploads/<number>/files")
@access("authenticated")
@session("required")
@takes_files
@keeps_form
def act(number: str) -> Response:
    return _submitted(the_repository().records.read_draft(the_actor(), number))


def _submitted(item: RecordItem | None) -> Response:
    """Save what the form says, then do what its button asks for."""
    shape = the_shape()
    reading, operation = read_request(shape, item), operation_of(request.form.get("do", ""))
    problems = _rename(item, operation) if operation.deed == "file-rename" else []
    if not problems:
        _arrange(reading, item, operation)
    try:
        form = save_form(item, reading)
    except RevisionMismatch:
        return form_page(item, shape, reading, notice="conflict", status=409)
    except InvalidRequest as refusal:
        return form_page(item, shape, reading, problems=[general_problem(refusal)], status=422)
    problems += [*failures(form), *_carry_out(form.item, operation)]
    if problems:
        now = the_repository().records.read_draft(the_actor(), form.item.id)
        return form_page(now, shape, reading, problems=problems, status=422)
    return redirect(next_address(form, _anchor="files"), 303)  # type: ignore[return-value]


def _arrange(reading: Reading, item: RecordItem | None, operation: Operation) -> None:
    """What a button changes of the order of files and of the one that is shown first is saved with the form."""
    settings = reading.document.get("files")
    if item is None or not isinstance(settings, dict):
        return
    key = operation.target
    if operation.deed in ("file-up", "file-down"):
        shown = upload_view(the_repository(), the_actor(), item.data, display_locale())
        keys = [file.key for file in shown.root.walk()]
        if key in keys:
            settings["order"] = moved(keys, key, -1 if operation.deed == "file-up" else 1)
    elif operation.deed == "file-sort":
        settings["order"] = []
    elif operation.deed == "file-delete":
        settings["order"] = [other for other in settings.get("order") or [] if other != key]
        if settings.get("default_preview") == key:
            del settings["default_preview"]
    elif operation.deed == "file-rename":
        settings["order"] = [_new_name(key) if other == key else other for other in settings.get("order") or []]
        if settings.get("default_preview") == key:
            settings["default_preview"] = _new_name(key)


def _new_name(key: str) -> str:
    """What was typed as the name of a file."""
    return request.form.get(f"rename.{key}", "").strip()


def _carry_out(saved: RecordItem, operation: Operation) -> list[ShownProblem]:
    """Upload, delete, import or open for changes; returns what was refused, each with its file."""
    repository, actor = the_repository(), the_actor()
    try:
        if operation.deed == "file-upload":
            return _receive(saved.id)
        if operation.deed == "file-delete":
            repository.files.delete(actor, saved.id, operation.target)
        elif operation.deed == "file-import":
            repository.records.import_files(actor, saved.id)
        elif operation.deed == "files-open":
            repository.records.modify_files(actor, saved.id)
    except FileNotFound:
        return []
    except MunimentError as error:
        return [ShownProblem("files.upload", "", worded(error, display_locale()))]
    return []


def _rename(item: RecordItem | None, operation: Operation) -> list[ShownProblem]:
    """Rename a file before the form is saved, which then says where the new name stands; returns what was refused."""
    if item is None:
        return []
    key = operation.target
    try:
        the_repository().files.rename(the_actor(), item.id, key, _new_name(key))
    except (MunimentError, InvalidName) as error:
        return [ShownProblem("files.upload", key, worded(error, display_locale()))]
    return []


def _receive(number: str) -> list[ShownProblem]:
    """Keep the files that came with the form; each that cannot be taken is told, the others are kept."""
    repository, actor, locale = the_repository(), the_actor(), display_locale()
    problems = []
    for sent in request.files.getlist("uploads"):
        if not sent.filename:
            continue
        length = sent.stream.seek(0, SEEK_END)
        sent.stream.seek(0)
        (verdict,) = repository.files.propose(actor, number, [Proposal(sent.filename, length)])
        refusal: MunimentError | Refusal | None = verdict.refusal
        if verdict.present is not None:
            refusal = Refusal("", "file.exists", {"name": verdict.key})
        if refusal is None:
            try:
                repository.files.add(actor, number, verdict.key, sent.stream)
            except MunimentError as error:
                refusal = error
        if refusal is not None:
            problems.append(ShownProblem("files.upload", sent.filename, worded(refusal, locale)))
    return problems


def _proposals(data: dict[str, Any]) -> list[Proposal]:
    files = data.get("files")
    if not isinstance(files, list) or len(files) > MOST:
        raise InvalidRequest(f"Send up to {MOST} files as a list 'files'.")
    found = []
    for item in files:
        key, size = (item.get("key"), item.get("size")) if isinstance(item, dict) else (None, None)
        if not isinstance(key, str) or not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise InvalidRequest("Each file needs a 'key' and its 'size' in bytes.")
        found.append(Proposal(key, size))
    return found


def _answer(number: str, verdict: Verdict) -> dict[str, Any]:
    shown: dict[str, Any] = {"key": verdict.key, "state": "new"}
    if verdict.refusal is not None:
        return {**shown, "state": "refused", "problem": worded(verdict.refusal, display_locale())}
    if verdict.present is not None:
        shown["state"] = "exists" if verdict.present.completed else "pending"
    if verdict.upload is not None:
        shown |= {"upload": f"/api/records/{number}/draft/uploads/{verdict.upload.id}", "size": verdict.upload.length}
        shown["parts"] = verdict.upload.kind == "multipart"
    return shown


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
