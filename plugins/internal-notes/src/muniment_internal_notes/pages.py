"""The page on which moderators write notes, and what stands beside the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    Actor,
    BlueprintSpec,
    Fragment,
    ValidationFailed,
    access,
    keeps_form,
    local_minute,
    session,
    the_actor,
)
from muniment_internal_notes.messages import worded
from muniment_internal_notes.notes import LONGEST, InternalNotes, Note

#: Beside a record stand the newest.
_SHOWN: Final = 3


def pages(notes: InternalNotes) -> BlueprintSpec:
    pages = Blueprint("internal_notes", __name__, url_prefix="/internal-notes", template_folder="templates")

    @pages.get("/<number>")
    @access("authenticated")
    @session("required")
    def page(number: str) -> BaseResponse:
        return _page(notes, number)

    @pages.post("/<number>")
    @access("authenticated")
    @session("required")
    @keeps_form
    def add(number: str) -> BaseResponse:
        try:
            notes.add(the_actor(), number, request.form.get("note", ""))
        except ValidationFailed as error:
            return _page(notes, number, error)
        return redirect(url_for("internal_notes.page", number=number), 303)

    @pages.post("/<number>/<note>/remove")
    @access("authenticated")
    @session("required")
    def remove(number: str, note: str) -> BaseResponse:
        notes.remove(the_actor(), number, note)
        return redirect(url_for("internal_notes.page", number=number), 303)

    return BlueprintSpec(pages, "ui")


def beside_record(notes: InternalNotes, actor: Actor, number: str) -> list[Fragment]:
    """The notes beside a record or the preview of a draft; nothing for whoever may not moderate it."""
    if not notes.may_see(actor, number):
        return []
    found = notes.about(actor, number)
    newest = _lines(notes, found[: -_SHOWN - 1 : -1])
    box = render_template("internal-notes/box.html", number=number, notes=newest, count=len(found))
    return [Fragment(Markup(box), 300)]


def _page(notes: InternalNotes, number: str, error: ValidationFailed | None = None) -> Response:
    actor = the_actor()
    item = notes.subject_of(actor, number)
    problems = [(problem.field, worded(problem.message)) for problem in error.errors] if error else []
    page = render_template(
        "internal-notes/page.html",
        record=item,
        back=f"/records/{item.id}" + ("?preview=1" if item.is_draft else ""),
        notes=_lines(notes, notes.about(actor, number)),
        problems=problems,
        errors=lambda name: [message for field, message in problems if field == name],
        written=request.form.get("note", ""),
        longest=LONGEST,
    )
    return make_response(page, 422 if error else 200)


def _lines(notes: InternalNotes, found: list[Note]) -> list[Mapping[str, Any]]:
    """Notes for a template: the text is clean HTML."""
    names = notes.repository.users.names(note.author for note in found)
    return [
        {
            "id": note.id,
            "author": names.get(note.author or 0),
            "text": Markup(note.text),
            "created": note.created,
            "when": local_minute(note.created),
        }
        for note in found
    ]
