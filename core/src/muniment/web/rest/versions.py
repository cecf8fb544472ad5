"""`/api/records/{id}/versions`: the versions of a work, the newest one, and a new one."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state, the_actor, the_repository
from muniment.web.rest.answers import answer_json
from muniment.web.rest.arguments import paging
from muniment.web.rest.document import EXPAND, PAGE, PRETTYPRINT, SIZE, Answer, document, record_answer
from muniment.web.rest.items import answer_item, answer_list
from muniment.web.rest.record_schemas import DRAFT, RECORD_PAGE, REDIRECT
from muniment.web.rest.searching import page_sizes

blueprint = Blueprint("versions", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="api"),)


@blueprint.get("/records/<id>/versions")
@access("public")
@session("optional")
@document(
    "List the versions of a record",
    tag="Versions",
    path={"id": "The id of a version, or of all versions."},
    query=(PAGE, SIZE, EXPAND, PRETTYPRINT),
    answers={200: record_answer(RECORD_PAGE, "list")},
    errors=(403, 410),
)
def list_versions(id: str) -> Response:
    chosen = state().representations.choose(lists=True)
    page, size = paging(**page_sizes())
    return answer_list(the_repository().records.versions(the_actor(), id, page, size), chosen=chosen)


@blueprint.post("/records/<id>/versions")
@access("authenticated")
@session("optional")
@document(
    "Start a new version",
    tag="Versions",
    description="Copies the description without version number, date and identifiers; files are imported separately. "
    "Answers the draft that exists when there is one.",
    path={"id": "The id of a published version."},
    query=(EXPAND, PRETTYPRINT),
    answers={201: record_answer(DRAFT, "draft")},
    errors=(410,),
)
def start_version(id: str) -> Response:
    chosen = state().representations.choose(drafts=True)
    return answer_item(the_repository().records.new_version(the_actor(), id), 201, chosen=chosen)


@blueprint.get("/records/<id>/versions/latest")
@access("public")
@session("optional")
@document(
    "Go to the newest version",
    tag="Versions",
    path={"id": "The id of a version, or of all versions."},
    answers={301: Answer(REDIRECT, headers={"Location": "The newest version."})},
    errors=(403, 410),
)
def latest(id: str) -> Response:
    newest = the_repository().records.latest(the_actor(), id)
    address = f"{the_repository().config.site.url}/api/records/{newest}"
    body = {"status": 301, "message": "Redirecting...", "location": address}
    return answer_json(body, 301, headers={"Location": address})
