"""`/api/records`: search, deposit, read, delete and restore."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request

from muniment.errors import NotFound
from muniment.search.facets import CORE_FACETS
from muniment.search.port import Scope
from muniment.search.sorts import CORE_SORTS
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state, the_actor, the_repository
from muniment.web.rates import searches
from muniment.web.rest.answers import answer_json, no_content
from muniment.web.rest.arguments import flag
from muniment.web.rest.bodies import read_object
from muniment.web.rest.conditional import expected_revision
from muniment.web.rest.document import (
    BOOLEAN,
    EXPAND,
    IF_MATCH,
    IF_NONE_MATCH,
    PAGE,
    PRETTYPRINT,
    SEARCH,
    SIZE,
    STRING,
    array_of,
    document,
    json_body,
    query,
    record_answer,
)
from muniment.web.rest.items import answer_item, answer_list
from muniment.web.rest.record_schemas import (
    DRAFT,
    DRAFT_INPUT,
    RECORD,
    RECORD_PAGE,
    REVISION,
    REVISION_PAGE,
    TOMBSTONE_INPUT,
)
from muniment.web.rest.searching import search_request
from muniment.web.rest.tombstones import tombstone_input

blueprint = Blueprint("records", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="api"),)

_SORTS: Final = {"type": "string", "enum": [option.name for option in CORE_SORTS]}

FACETS: Final = tuple(
    query(facet.name, f"Only these values of the facet '{facet.label}'.", array_of(STRING))
    for facet in CORE_FACETS
    if Scope.RECORDS in facet.scopes
)
SORT: Final = query("sort", "An order; without one the best match, or the newest first.", _SORTS)
ALL_VERSIONS: Final = query("allversions", "Find older versions too.", BOOLEAN)
INCLUDE_DELETED: Final = query("include_deleted", "Show what was deleted to those who may see it.", BOOLEAN)

ONE_RECORD: Final = record_answer(RECORD, "record", ETag="The revision; send it as If-Match with changes.")


@blueprint.get("/records")
@access("public")
@session("optional")
@searches
@document(
    "Search records",
    tag="Records",
    query=(SEARCH, SORT, PAGE, SIZE, *FACETS, ALL_VERSIONS, EXPAND, PRETTYPRINT),
    answers={200: record_answer(RECORD_PAGE, "list")},
)
def search() -> Response:
    chosen = state().representations.choose(lists=True)
    return answer_list(the_repository().records.search(the_actor(), search_request()), chosen=chosen)


@blueprint.post("/records")
@access("authenticated")
@session("optional")
@document(
    "Create a draft",
    tag="Drafts",
    description="What is invalid is left out of the stored draft and reported in `errors`.",
    query=(EXPAND, PRETTYPRINT),
    body=json_body(DRAFT_INPUT, required=False),
    answers={201: record_answer(DRAFT, "draft")},
)
def create() -> Response:
    chosen = state().representations.choose(drafts=True)
    return answer_item(the_repository().records.create(the_actor(), read_object()), 201, chosen=chosen)


@blueprint.get("/records/<id>")
@access("public")
@session("optional")
@document(
    "Read a record",
    tag="Records",
    description="The id of all versions answers 302 and leads to the newest one.",
    path={"id": "The id of a version, or of all versions."},
    query=(INCLUDE_DELETED, EXPAND, PRETTYPRINT),
    headers=(IF_NONE_MATCH,),
    answers={200: ONE_RECORD, 302: None, 304: None},
    errors=(410,),
)
def read(id: str) -> Response:
    chosen = state().representations.choose()
    include_deleted = flag("include_deleted")
    item = the_repository().records.read(the_actor(), id, include_deleted=include_deleted)
    return answer_item(item, chosen=chosen)


@blueprint.delete("/records/<id>")
@access("authenticated")
@session("optional")
@document(
    "Delete a record, leaving a tombstone with a plain citation",
    tag="Records",
    path={"id": "The id of a version."},
    headers=(IF_MATCH,),
    answers={204: None},
    errors=(410, 412),
)
def delete(id: str) -> Response:
    the_repository().records.delete(the_actor(), id, {}, revision=expected_revision())
    return no_content()


@blueprint.delete("/records/<id>/delete")
@access("authenticated")
@session("optional")
@document(
    "Delete a record and say why",
    tag="Records",
    path={"id": "The id of a version."},
    headers=(IF_MATCH,),
    body=json_body(TOMBSTONE_INPUT, required=False),
    answers={204: None},
    errors=(410, 412),
)
def delete_with_tombstone(id: str) -> Response:
    tombstone = tombstone_input(read_object())
    the_repository().records.delete(the_actor(), id, tombstone, revision=expected_revision())
    return no_content()


@blueprint.post("/records/<id>/restore")
@access("authenticated")
@session("optional")
@document(
    "Restore a deleted record",
    tag="Records",
    path={"id": "The id of a version."},
    query=(PRETTYPRINT,),
    answers={200: ONE_RECORD},
)
def restore(id: str) -> Response:
    chosen = state().representations.choose()
    return answer_item(the_repository().records.restore(the_actor(), id), chosen=chosen)


@blueprint.get("/records/<id>/revisions")
@access("authenticated")
@session("optional")
@document(
    "List the revisions of a record",
    tag="Records",
    path={"id": "The id of a version."},
    query=(PRETTYPRINT,),
    answers={200: REVISION_PAGE},
    errors=(410,),
)
def list_revisions(id: str) -> Response:
    return _revision_list(the_repository().records.revisions(the_actor(), id))


@blueprint.get("/records/<id>/revisions/<int:revision>")
@access("authenticated")
@session("optional")
@document(
    "Read one revision of a record",
    tag="Records",
    description="With `include_previous` a list of it and the revision before it.",
    path={"id": "The id of a version.", "revision": "The number of the revision."},
    query=(query("include_previous", "Answer with the revision before it too.", BOOLEAN), PRETTYPRINT),
    answers={200: {"oneOf": [REVISION, REVISION_PAGE]}},
    errors=(410,),
)
def read_revision(id: str, revision: int) -> Response:
    if not flag("include_previous"):
        return answer_json(the_repository().records.revision(the_actor(), id, revision))
    older = [one for one in the_repository().records.revisions(the_actor(), id) if one["revision_id"] <= revision]
    if not older or older[0]["revision_id"] != revision:
        raise NotFound(f"The record has no revision {revision}.")
    return _revision_list(older[:2])


def _revision_list(found: list[dict[str, Any]]) -> Response:
    address = f"{the_repository().config.site.url}{request.path}"
    return answer_json({"hits": {"hits": found, "total": len(found)}, "links": {"self": address}})
