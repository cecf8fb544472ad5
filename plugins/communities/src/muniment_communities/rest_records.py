"""The communities of a record, and the records of a community, by the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, request

from muniment.api import (
    BlueprintSpec,
    MunimentError,
    NotFound,
    Problem,
    SearchRequest,
    ValidationFailed,
    answer_json,
    json_body,
    query,
    read_object,
    the_actor,
)
from muniment_communities.arguments import asked_for, number, page_links
from muniment_communities.rendering import list_json
from muniment_communities.rest import LISTED, PATH, answer_list, rule, shown, site
from muniment_communities.shapes import COMMUNITY, OBJECT, TEXT, list_of

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin

MOST: Final = 10
_RECORD: Final = {"id": "The id of a record."}
_NAMED: Final[dict[str, Any]] = {"type": "array", "items": {"type": "object", "properties": {"id": TEXT}}}
_COMMUNITIES: Final = {"type": "object", "required": ["communities"], "properties": {"communities": _NAMED}}
_RECORDS: Final = {"type": "object", "required": ["records"], "properties": {"records": _NAMED}}
_DEFAULT: Final = {"type": "object", "required": ["default"], "properties": {"default": {"type": ["string", "null"]}}}
_NO_FACETS: Final = frozenset({"q", "sort", "page", "size", "access_token", "expand", "prettyprint"})


SEARCHED: Final = (
    query("q", "As in searches of all records."),
    query("sort", "As in searches of all records."),
    query("page", "From 1.", {"type": "integer", "minimum": 1}),
    query("size", "How many on a page, 100 at most.", {"type": "integer", "minimum": 1}),
)


def resources(plugin: Plugin) -> BlueprintSpec:
    api = Blueprint("communities_records_api", __name__)
    _of_records(api, plugin)
    _of_communities(api, plugin)
    return BlueprintSpec(api, "api")


def _of_records(api: Blueprint, plugin: Plugin) -> None:
    service = plugin.communities
    path = "/records/<id>/communities"

    @rule(api.get, path, "List the communities of a record", path=_RECORD, answers={200: list_of(COMMUNITY)})
    def communities(id: str) -> Response:
        found = service.records.of_work(the_actor(), id)
        links = {"self": f"{site()}/api/records/{id}/communities"}
        return answer_json(list_json(shown(plugin, the_actor(), found), len(found), links))

    @rule(
        api.get,
        "/records/<id>/communities-suggestions",
        "List communities that a record is not in",
        "authenticated",
        description="For who manages the record; with `membership=true` those of which they are a member.",
        path=_RECORD,
        query=(query("membership", "true for one's own only."), *LISTED),
        answers={200: list_of(COMMUNITY)},
    )
    def suggestions(id: str) -> Response:
        parent = service.repository.records.parent_for(the_actor(), id).id
        there = [one.id for one, _ in service.records.of_parents([parent])[parent]]
        own = request.args.get("membership", "").lower() in ("1", "true")
        asked = replace(asked_for(request.args, own=own), without=there)
        return answer_list(plugin, f"/api/records/{id}/communities-suggestions", asked)

    @rule(
        api.put,
        path,
        "Choose the default community of a record",
        "authenticated",
        path=_RECORD,
        body=json_body(_DEFAULT),
        answers={200: OBJECT},
    )
    def choose(id: str) -> Response:
        sent = read_object().get("default")
        if sent is not None and not isinstance(sent, str):
            raise ValidationFailed(errors=[Problem("default", "The id of a community, or null.")])
        default = service.get(the_actor(), sent).id if sent else None
        service.records.choose_default(the_actor(), id, default)
        return answer_json({"default": default})

    @rule(
        api.delete,
        path,
        "Take a record out of communities",
        "authenticated",
        path=_RECORD,
        description="Answers 400 when none was left, with why beside each community.",
        body=json_body(_COMMUNITIES),
        answers={200: OBJECT, 400: OBJECT},
    )
    def leave(id: str) -> Response:
        wanted = named(read_object(), "communities")
        service.records.parent_of(the_actor(), id)
        done, errors = each(
            wanted, "community", lambda one: service.records.remove(the_actor(), id, service.get(the_actor(), one))
        )
        return answer_json({"processed": done, "errors": errors}, 200 if done else 400)


def _of_communities(api: Blueprint, plugin: Plugin) -> None:
    service = plugin.communities

    @rule(
        api.get,
        "/communities/<id>/records",
        "Search the records of a community",
        path=PATH,
        query=SEARCHED,
        answers={200: list_of(OBJECT)},
    )
    def records(id: str) -> Response:
        community = service.get(the_actor(), id)
        within = f'parent.communities.ids:"{community.id}"'
        return answer_records(plugin, f"/api/communities/{community.id}/records", within)

    @rule(
        api.delete,
        "/communities/<id>/records",
        "Take records out of a community",
        "authenticated",
        path=PATH,
        body=json_body(_RECORDS),
        answers={200: OBJECT},
    )
    def take_out(id: str) -> Response:
        community = service.get(the_actor(), id)
        service.roles.require(the_actor(), community, "curate")
        wanted = named(read_object(), "records")
        _done, errors = each(wanted, "record", lambda one: service.records.remove(the_actor(), one, community))
        return answer_json({"errors": errors})


def answer_records(plugin: Plugin, address: str, within: str) -> Response:
    """What the query of the request finds among the records that `within` narrows to, for whoever asks."""
    page, size = number(request.args, "page", 1, 10_000), number(request.args, "size", 25, 100)
    asked = SearchRequest(
        q=request.args.get("q", "").replace("\x00", ""),
        sort=request.args.get("sort") or None,
        page=page,
        size=size,
        facets={name: values for name, values in request.args.lists() if name not in _NO_FACETS},
        within=within,
    )
    found = plugin.communities.repository.records.search(the_actor(), asked)
    links = page_links(f"{site()}{address}", request.args, found.total, page, size)
    hits = [item.data for item in found.hits]
    return answer_json(list_json(hits, found.total, links, sort=found.sort_by, aggregations=found.aggregations or {}))


def named(sent: Mapping[str, Any], key: str) -> list[str]:
    """The ids that a body lists; raises `ValidationFailed`."""
    listed = sent.get(key)
    ids = [one.get("id") if isinstance(one, Mapping) else None for one in listed] if isinstance(listed, list) else []
    if not 0 < len(ids) <= MOST or not all(isinstance(one, str) and 0 < len(one) <= 100 for one in ids):
        raise ValidationFailed(errors=[Problem(key, f"A list of 1 to {MOST} objects with an id.")])
    return list(dict.fromkeys(str(one) for one in ids))


def each(
    wanted: list[str], kind: str, deed: Callable[[str], object]
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Do something for each id; what fails is told with its reason and keeps no other from it."""
    done, errors = [], []
    for one in wanted:
        try:
            deed(one)
            done.append({f"{kind}_id" if kind == "community" else kind: one})
        except NotFound:
            errors.append({kind: one, "message": f"The {kind} does not exist."})
        except MunimentError as error:
            errors.append({kind: one, "message": error.message})
    return done, errors
