"""Records in export formats: to save from their page, and in place of the page for software that asks for another
media type."""

from __future__ import annotations

from functools import lru_cache

from flask import Blueprint, Response, redirect, request

from muniment.errors import NotAcceptable, ParentRedirect
from muniment.records.export_formats import ExportFormat
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state, the_actor
from muniment.web.negotiation import Chosen, best_match
from muniment.web.rest.conditional import tagged, variant_tag
from muniment.web.typed_links import add_links

blueprint = Blueprint("record_exports", __name__)

_PAGE = ("text/html", "application/xhtml+xml")


@blueprint.get("/records/<number>/export/<name>")
@access("public")
@session("optional")
def export(number: str, name: str) -> Response:
    """A record in a format, as a file to save; older names of formats lead to the present ones."""
    exports = state().repository.exports
    renamed = exports.renamed(name)
    if renamed is not None:
        return _redirect(f"/records/{number}/export/{renamed}", 301)
    try:
        exported = exports.read(the_actor(), number, name)
    except ParentRedirect as parent:
        return _redirect(f"/records/{parent.latest_id}/export/{name}", 302)
    response = Response(exported.body, content_type=exported.format.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{exported.filename}"'
    add_links(response, exported.id, None, "api")
    return tagged(response, variant_tag(exported.id, exported.body))


def menu() -> tuple[ExportFormat, ...]:
    """The formats that stand on record pages."""
    return tuple(format for format in state().repository.exports.formats if format.listed)


def wanted() -> Chosen | None:
    """What is asked for in place of a record page; None for the page. Raises `NotAcceptable` (406)."""
    accept = request.environ.get("HTTP_ACCEPT")
    if not accept or accept.startswith("text/html"):
        return None
    offered = dict(state().representations.offered())
    offers = (*_PAGE, *offered)
    best = _best(accept, offers)
    if best is None:
        raise NotAcceptable(f"This record can be answered as: {', '.join(offers)}.")
    return None if best in _PAGE else Chosen(offered[best], offered[best].content_type or best)


@lru_cache(maxsize=64)
def _best(accept: str, offers: tuple[str, ...]) -> str | None:
    return best_match(accept, offers)


def _redirect(target: str, status: int) -> Response:
    return redirect(target, status)  # type: ignore[return-value]


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
