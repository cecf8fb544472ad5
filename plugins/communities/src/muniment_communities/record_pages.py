"""The page of the communities of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import BlueprintSpec, MunimentError, PermissionDenied, access, session, the_actor, title_text
from muniment_communities.forms import problems_of_form

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin


def pages(plugin: Plugin) -> BlueprintSpec:
    blueprint = Blueprint("communities_of_records", __name__)
    service = plugin.communities

    @blueprint.get("/records/<number>/communities")
    @access("authenticated")
    @session("required")
    def show(number: str) -> Response:
        """For who manages the record, and for curators of its communities."""
        return _page(plugin, number)

    @blueprint.post("/records/<number>/communities")
    @access("authenticated")
    @session("required")
    def change(number: str) -> BaseResponse:
        actor, chosen = the_actor(), request.form.get("community", "")
        try:
            community = service.get(actor, chosen)
            if request.form.get("do") == "default":
                service.records.choose_default(actor, number, community.id)
            else:
                service.records.remove(actor, number, community)
        except MunimentError as error:
            if error.status != 400:
                raise
            return _page(plugin, number, error)
        if not _rows(plugin, number)[1] and not _manages(plugin, number):
            return redirect(f"/records/{number}", 303)
        return redirect(url_for("communities_of_records.show", number=number, done="1"), 303)

    return BlueprintSpec(blueprint, "ui")


def _page(plugin: Plugin, number: str, error: MunimentError | None = None) -> Response:
    record = plugin.communities.repository.records.read(the_actor(), number)
    rows, any_removable = _rows(plugin, number)
    manages = _manages(plugin, number)
    if not manages and not any_removable:
        raise PermissionDenied()
    page = render_template(
        "communities/of_record.html",
        number=number,
        title=title_text(record.data["metadata"].get("title")),
        rows=rows,
        manages=manages,
        problems=problems_of_form(error),
    )
    return make_response(page, 422 if error else 200)


def _manages(plugin: Plugin, number: str) -> bool:
    return plugin.communities.repository.records.may(the_actor(), number, "manage")


def _rows(plugin: Plugin, number: str) -> tuple[list[tuple[object, bool, bool]], bool]:
    """The communities of a record, each with whether it is the default and whether the reader may take it out."""
    actor, service = the_actor(), plugin.communities
    parent = service.records.parent_of(actor, number)
    manages = _manages(plugin, number)
    there = service.records.of_parents([parent])[parent]
    rows: list[tuple[object, bool, bool]] = [
        (one, is_default, manages or service.can(actor, one, "curate"))
        for one, is_default in there
        if manages or service.can(actor, one, "read")
    ]
    return rows, any(removable for _, _, removable in rows)
