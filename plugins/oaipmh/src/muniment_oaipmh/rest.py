"""Administration of sets by the API, at InvenioRDM's addresses and with its JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from muniment.api import (
    BlueprintSpec,
    InvalidRequest,
    Problem,
    ValidationFailed,
    access,
    answer_json,
    document,
    json_body,
    query,
    read_object,
    session,
    the_actor,
    the_repository,
)
from muniment_oaipmh.schemas import FORMATS, SET, SET_INPUT, SETS
from muniment_oaipmh.sets import RecordSet, SetInput, set_number

if TYPE_CHECKING:
    from muniment_oaipmh.plugin import Plugin

ADMINISTRATION: Final = "administration"
_TAG: Final = "OAI-PMH"
_LARGEST: Final = 1000
_NUMBER: Final = "<id>"
_SORTS: Final[dict[str, Callable[[RecordSet], Any]]] = {
    "name": lambda one: one.name.casefold(),
    "spec": lambda one: one.spec,
    "created": lambda one: "" if one.created is None else one.created.isoformat(),
    "updated": lambda one: "" if one.updated is None else one.updated.isoformat(),
}
_QUERY: Final = (
    query("q", "Words in the name, the spec or the search."),
    query("sort", "`name`, `spec`, `created` or `updated`.", {"type": "string", "enum": sorted(_SORTS)}),
    query("sort_direction", "`asc` or `desc`.", {"type": "string", "enum": ["asc", "desc"]}),
    query("managed", "Only sets that plugins offer, or only those that operators made.", {"type": "boolean"}),
    query("page", "From 1.", {"type": "integer", "minimum": 1}),
    query("size", f"How many on a page, {_LARGEST} at most.", {"type": "integer", "minimum": 1}),
)


def resources(plugin: Plugin) -> BlueprintSpec:
    api = Blueprint("oaipmh_api", __name__, url_prefix="/oaipmh")

    @api.get("/sets")
    @access(ADMINISTRATION)
    @session("optional")
    @document("List OAI-PMH sets", tag=_TAG, query=_QUERY, answers={200: SETS})
    def sets() -> Response:
        return answer_json(_listed(plugin.sets.all()))

    @api.post("/sets")
    @access(ADMINISTRATION)
    @session("optional")
    @document("Make an OAI-PMH set", tag=_TAG, body=json_body(SET_INPUT), answers={201: SET})
    def create() -> Response:
        return answer_json(shown(plugin.sets.create(the_actor(), _sent())), 201)

    @api.get(f"/sets/{_NUMBER}")
    @access(ADMINISTRATION)
    @session("optional")
    @document("Read an OAI-PMH set", tag=_TAG, answers={200: SET})
    def read(id: str) -> Response:
        return answer_json(shown(plugin.sets.get(set_number(id))))

    @api.put(f"/sets/{_NUMBER}")
    @access(ADMINISTRATION)
    @session("optional")
    @document("Change an OAI-PMH set", tag=_TAG, body=json_body(SET_INPUT), answers={200: SET})
    def update(id: str) -> Response:
        return answer_json(shown(plugin.sets.update(the_actor(), set_number(id), _sent())))

    @api.delete(f"/sets/{_NUMBER}")
    @access(ADMINISTRATION)
    @session("optional")
    @document("Remove an OAI-PMH set", tag=_TAG, answers={204: None})
    def delete(id: str) -> Response:
        plugin.sets.delete(the_actor(), set_number(id))
        return Response(status=204)

    @api.get("/formats")
    @access("public")
    @session("none")
    @document("List the metadata formats of OAI-PMH", tag=_TAG, answers={200: FORMATS})
    def formats() -> Response:
        hits = [
            {"id": one.prefix, "schema": one.schema, "namespace": one.namespace}
            for one in plugin.provider.formats.values()
        ]
        return answer_json({"hits": {"hits": hits, "total": len(hits)}})

    return BlueprintSpec(api, "api")


def shown(one: RecordSet) -> dict[str, Any]:
    """A set as InvenioRDM writes it. Those that plugins offer have no number and no address of their own."""
    site = the_repository().config.site.url
    links = {
        f"oai-{verb.lower()}": f"{site}/oai2d?{urlencode({'verb': verb, 'metadataPrefix': 'oai_dc', 'set': one.spec})}"
        for verb in ("ListRecords", "ListIdentifiers")
    }
    if one.id is not None:
        links["self"] = f"{site}/api/oaipmh/sets/{one.id}"
    return {
        "id": one.id,
        "spec": one.spec,
        "name": one.name,
        "search_pattern": one.search_pattern,
        "description": one.description,
        "system_created": one.id is None,
        "created": one.created,
        "updated": one.updated,
        "links": links,
    }


def _listed(found: list[RecordSet]) -> dict[str, Any]:
    words = request.args.get("q", "").casefold().split()
    managed = _flag("managed")
    sort, direction = request.args.get("sort", "spec"), request.args.get("sort_direction", "asc")
    if sort not in _SORTS or direction not in ("asc", "desc"):
        raise InvalidRequest(f"'sort' is one of {', '.join(_SORTS)}, 'sort_direction' is asc or desc.")
    page, size = _number("page", 1), min(_number("size", 25), _LARGEST)
    chosen = [one for one in found if (managed is None or managed == (one.id is None)) and _has(one, words)]
    chosen.sort(key=_SORTS[sort], reverse=direction == "desc")
    hits = [shown(one) for one in chosen[(page - 1) * size : page * size]]
    links = {"self": _address(page, size)}
    if page > 1:
        links["prev"] = _address(page - 1, size)
    if page * size < len(chosen):
        links["next"] = _address(page + 1, size)
    return {"hits": {"hits": hits, "total": len(chosen)}, "sortBy": sort, "links": links}


def _has(one: RecordSet, words: list[str]) -> bool:
    text = f"{one.name} {one.spec} {one.search_pattern}".casefold()
    return all(word in text for word in words)


def _address(page: int, size: int) -> str:
    given = {key: value for key, value in request.args.items() if key not in ("page", "size")}
    return f"{the_repository().config.site.url}/api/oaipmh/sets?{urlencode({**given, 'page': page, 'size': size})}"


def _number(name: str, default: int) -> int:
    value = request.args.get(name, "") or str(default)
    if not (value.isascii() and value.isdigit() and 0 < len(value) < 10 and int(value) > 0):
        raise ValidationFailed(errors=[Problem(name, "Must be a whole number from 1 on.")])
    return int(value)


def _flag(name: str) -> bool | None:
    value = request.args.get(name)
    if value in (None, ""):
        return None
    if value not in ("true", "false", "1", "0"):
        raise ValidationFailed(errors=[Problem(name, "Not a valid boolean.")])
    return value in ("true", "1")


def _sent() -> SetInput:
    """The set that a client sent; what the server gives, such as times and links, may stand in it."""
    sent = read_object()
    problems = [
        Problem(name, "Not a valid string.")
        for name in ("spec", "name", "search_pattern", "description")
        if not isinstance(sent.get(name) or "", str)
    ]
    if problems:
        raise ValidationFailed(errors=problems)
    return SetInput(
        spec=sent.get("spec") or "",
        name=sent.get("name") or "",
        search_pattern=sent.get("search_pattern") or "",
        description=sent.get("description") or "",
    )
