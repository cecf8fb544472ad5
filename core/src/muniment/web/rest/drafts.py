"""`/api/records/{id}/draft`: read, save, discard, publish, import files, reserve identifiers."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state, the_actor, the_repository
from muniment.web.rest.answers import no_content
from muniment.web.rest.bodies import read_object
from muniment.web.rest.conditional import expected_revision
from muniment.web.rest.document import (
    EXPAND,
    IF_MATCH,
    IF_NONE_MATCH,
    PRETTYPRINT,
    document,
    json_body,
    record_answer,
)
from muniment.web.rest.items import answer_item
from muniment.web.rest.record_schemas import DRAFT, DRAFT_INPUT, RECORD

blueprint = Blueprint("drafts", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="api"),)

ONE_DRAFT: Final = record_answer(DRAFT, "draft", ETag="The revision; send it as If-Match with changes.")


@blueprint.get("/records/<id>/draft")
@access("public")
@session("optional")
@document(
    "Read a draft",
    tag="Drafts",
    path={"id": "The id of the draft."},
    query=(EXPAND, PRETTYPRINT),
    headers=(IF_NONE_MATCH,),
    answers={200: ONE_DRAFT, 304: None},
    errors=(403,),
)
def read(id: str) -> Response:
    chosen = state().representations.choose(drafts=True)
    return answer_item(the_repository().records.read_draft(the_actor(), id), chosen=chosen)


@blueprint.post("/records/<id>/draft")
@access("authenticated")
@session("optional")
@document(
    "Edit a published record",
    tag="Drafts",
    description="Makes a draft of the record, or answers the one that exists.",
    path={"id": "The id of a published version."},
    query=(EXPAND, PRETTYPRINT),
    answers={201: ONE_DRAFT},
    errors=(410,),
)
def edit(id: str) -> Response:
    chosen = state().representations.choose(drafts=True)
    return answer_item(the_repository().records.edit(the_actor(), id), 201, chosen=chosen)


@blueprint.post("/records/<id>/file-modification")
@access("authenticated")
@session("optional")
@document(
    "Replace the files of a published record",
    tag="Drafts",
    description="Answers the draft of the record, whose files can be changed from then on. Administrators always may; "
    "whoever manages the record for some days after it was published, where the repository allows it. Publish the "
    "draft before the time for it is over.",
    path={"id": "The id of a published version."},
    query=(EXPAND, PRETTYPRINT),
    answers={200: ONE_DRAFT},
    errors=(410,),
)
def modify_files(id: str) -> Response:
    chosen = state().representations.choose(drafts=True)
    return answer_item(the_repository().records.modify_files(the_actor(), id), chosen=chosen)


@blueprint.put("/records/<id>/draft")
@access("public")
@session("optional")
@document(
    "Save a draft",
    tag="Drafts",
    description="Replaces the whole draft. What is invalid is left out and reported in `errors`.",
    path={"id": "The id of the draft."},
    query=(EXPAND, PRETTYPRINT),
    headers=(IF_MATCH,),
    body=json_body(DRAFT_INPUT, required=False),
    answers={200: ONE_DRAFT},
    errors=(403, 412),
)
def save(id: str) -> Response:
    chosen = state().representations.choose(drafts=True)
    revision = expected_revision()
    item = the_repository().records.update_draft(the_actor(), id, read_object(), revision=revision)
    return answer_item(item, chosen=chosen)


@blueprint.delete("/records/<id>/draft")
@access("authenticated")
@session("optional")
@document(
    "Discard a draft",
    tag="Drafts",
    path={"id": "The id of the draft."},
    headers=(IF_MATCH,),
    answers={204: None},
    errors=(412,),
)
def discard(id: str) -> Response:
    the_repository().records.delete_draft(the_actor(), id, revision=expected_revision())
    return no_content()


@blueprint.post("/records/<id>/draft/actions/publish")
@access("authenticated")
@session("optional")
@document(
    "Publish a draft",
    tag="Drafts",
    description="Answers when the record can be found. All that is missing or wrong is reported at once.",
    path={"id": "The id of the draft."},
    query=(EXPAND, PRETTYPRINT),
    headers=(IF_MATCH,),
    answers={202: record_answer(RECORD, "record")},
    errors=(409, 412),
)
def publish(id: str) -> Response:
    chosen = state().representations.choose()
    item = the_repository().records.publish(the_actor(), id, revision=expected_revision())
    return answer_item(item, 202, chosen=chosen)


@blueprint.post("/records/<id>/draft/pids/<scheme>")
@access("authenticated")
@session("optional")
@document(
    "Reserve an identifier",
    tag="Drafts",
    path={"id": "The id of the draft.", "scheme": "For instance `doi`."},
    query=(EXPAND, PRETTYPRINT),
    answers={201: ONE_DRAFT},
    errors=(409,),
)
def reserve_identifier(id: str, scheme: str) -> Response:
    chosen = state().representations.choose(drafts=True)
    item = the_repository().records.reserve_identifier(the_actor(), id, scheme)
    return answer_item(item, 201, chosen=chosen)


@blueprint.delete("/records/<id>/draft/pids/<scheme>")
@access("authenticated")
@session("optional")
@document(
    "Give a reserved identifier back",
    tag="Drafts",
    path={"id": "The id of the draft.", "scheme": "For instance `doi`."},
    query=(EXPAND, PRETTYPRINT),
    answers={200: ONE_DRAFT},
    errors=(409,),
)
def release_identifier(id: str, scheme: str) -> Response:
    chosen = state().representations.choose(drafts=True)
    item = the_repository().records.release_identifier(the_actor(), id, scheme)
    return answer_item(item, chosen=chosen)
