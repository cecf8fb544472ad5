"""Harvesting in the control panel: sets, formats, and what could not be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    BlueprintSpec,
    MunimentError,
    access,
    control_page,
    control_question,
    session,
    the_actor,
)
from muniment_oaipmh.sets import RecordSet, SetInput, set_number

if TYPE_CHECKING:
    from muniment_oaipmh.plugin import Plugin

ADMINISTRATION: Final = "administration"
_NUMBER: Final = "<number>"
_FIELDS: Final = ("spec", "name", "search_pattern", "description")


def pages(plugin: Plugin) -> BlueprintSpec:
    pages = Blueprint("control_oaipmh", __name__, url_prefix="/control/oaipmh", template_folder="templates")

    @pages.get("")
    @access(ADMINISTRATION)
    @session("required")
    def overview() -> Response:
        provider = plugin.provider
        return control_page(
            "oaipmh/overview.html",
            sets=plugin.sets.all(),
            formats=list(provider.formats.values()),
            failures=provider.failures.latest(),
            base=provider.identity.base,
            count=provider.lists.count_all(),
            filled=plugin.engine.is_filled,
        )

    @pages.get("/new")
    @access(ADMINISTRATION)
    @session("required")
    def new() -> Response:
        return _form(None)

    @pages.post("/new")
    @access(ADMINISTRATION)
    @session("required")
    def create() -> BaseResponse:
        try:
            plugin.sets.create(the_actor(), _sent())
        except MunimentError as error:
            return _form(None, error)
        return redirect(url_for("control_oaipmh.overview", done="saved"), 303)

    @pages.get(f"/{_NUMBER}")
    @access(ADMINISTRATION)
    @session("required")
    def edit(number: str) -> Response:
        return _form(plugin.sets.get(set_number(number)))

    @pages.post(f"/{_NUMBER}")
    @access(ADMINISTRATION)
    @session("required")
    def save(number: str) -> BaseResponse:
        present = plugin.sets.get(set_number(number))
        try:
            plugin.sets.update(the_actor(), set_number(number), _sent())
        except MunimentError as error:
            return _form(present, error)
        return redirect(url_for("control_oaipmh.overview", done="saved"), 303)

    @pages.get(f"/{_NUMBER}/delete")
    @access(ADMINISTRATION)
    @session("required")
    def confirm_delete(number: str) -> Response:
        one = plugin.sets.get(set_number(number))
        return control_question(
            title=_("Remove this set?"),
            text=_("Harvesters of “%(name)s” get nothing any more. The records stay.", name=one.name),
            button=_("Remove the set"),
            action=url_for("control_oaipmh.delete", number=number),
            back=url_for("control_oaipmh.edit", number=number),
        )

    @pages.post(f"/{_NUMBER}/delete")
    @access(ADMINISTRATION)
    @session("required")
    def delete(number: str) -> BaseResponse:
        plugin.sets.delete(the_actor(), set_number(number))
        return redirect(url_for("control_oaipmh.overview", done="deleted"), 303)

    return BlueprintSpec(pages, "ui")


def _form(one: RecordSet | None, error: MunimentError | None = None) -> Response:
    given = {name: getattr(one, name) if one else "" for name in _FIELDS}
    if error is not None:
        given |= {name: request.form.get(name, "") for name in _FIELDS if name in request.form}
    return control_page("oaipmh/set.html", error, one=one, given=given)


def _sent() -> SetInput:
    sent = {name: request.form.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip() for name in _FIELDS}
    return SetInput(**sent)
