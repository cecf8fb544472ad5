"""Embargoes in the control panel, for those who moderate."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    BlueprintSpec,
    MunimentError,
    NotFound,
    Problem,
    ValidationFailed,
    access,
    control_page,
    control_question,
    keeps_form,
    session,
    the_actor,
)
from muniment_embargo.part import NO_DATE
from muniment_embargo.service import EmbargoService, Entry

MODERATION: Final = "moderation"


def control_pages(service: EmbargoService) -> BlueprintSpec:
    pages = Blueprint("control_embargoes", __name__, url_prefix="/control/embargoes", template_folder="templates")

    @pages.get("")
    @access(MODERATION)
    @session("required")
    def embargoes() -> Response:
        return control_page("embargo/list.html", entries=service.entries(), day=_day)

    @pages.get("/<number>")
    @access(MODERATION)
    @session("required")
    def edit(number: str) -> Response:
        return _form(_entry(number))

    @pages.post("/<number>")
    @access(MODERATION)
    @session("required")
    @keeps_form
    def move(number: str) -> BaseResponse:
        entry = _entry(number)
        try:
            service.move(the_actor(), number, _sent_day())
        except MunimentError as error:
            return _form(entry, error)
        return redirect(url_for("control_embargoes.embargoes", done="moved"), 303)

    @pages.get("/<number>/lift")
    @access(MODERATION)
    @session("required")
    def confirm_lift(number: str) -> Response:
        return _question(_entry(number))

    @pages.post("/<number>/lift")
    @access(MODERATION)
    @session("required")
    def lift(number: str) -> BaseResponse:
        try:
            service.lift(the_actor(), number)
        except MunimentError as error:
            if error.status in (403, 404):
                raise
            return control_page("embargo/list.html", error, entries=service.entries(), day=_day)
        return redirect(url_for("control_embargoes.embargoes", done="lifted"), 303)

    def _entry(number: str) -> Entry:
        found = next((entry for entry in service.entries() if entry.number == number), None)
        if found is None:
            raise NotFound()
        return found

    return BlueprintSpec(pages, "ui")


def _form(entry: Entry, error: MunimentError | None = None) -> Response:
    stored = entry.until.isoformat() if entry.until else ""
    given = request.form.get("until", "") if error else stored
    return control_page("embargo/edit.html", error, entry=entry, given=given)


def _question(entry: Entry) -> Response:
    return control_question(
        title=_("Open the files now?"),
        text=_(
            "The files of “%(title)s” become public at once. They would open on %(date)s.",
            title=entry.title,
            date=_day(entry.until),
        ),
        button=_("Open the files"),
        action=url_for("control_embargoes.lift", number=entry.number),
        back=url_for("control_embargoes.embargoes"),
    )


def _sent_day() -> date:
    try:
        return date.fromisoformat(request.form.get("until", "").strip())
    except ValueError as error:
        raise ValidationFailed(errors=[Problem("until", NO_DATE)]) from error


def _day(day: date | None) -> str:
    return str(format_date(day, "long")) if day else ""
