"""`/api/vocabularies`: the lists that metadata refers to, their terms, and changes by administrators."""

from __future__ import annotations

import zlib
from typing import Any, Final

import orjson
from flask import Blueprint, Response, request

from muniment.access.actor import ANONYMOUS
from muniment.errors import InvalidRequest, NotAcceptable, Problem, ValidationFailed
from muniment.vocabularies.service import SORTS, TermPage, VocabularyInfo
from muniment.vocabularies.term import Term
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.negotiation import JSON, best_match
from muniment.web.rest.answers import answer_json, no_content
from muniment.web.rest.arguments import paging, text
from muniment.web.rest.bodies import read_object
from muniment.web.rest.conditional import expected_revision, tagged, variant_tag
from muniment.web.rest.document import (
    IF_MATCH,
    IF_NONE_MATCH,
    PAGE,
    PRETTYPRINT,
    SEARCH,
    SIZE,
    document,
    json_body,
    query,
)
from muniment.web.rest.envelope import join_list, page_links
from muniment.web.rest.representations import UI_TYPE, language_of
from muniment.web.rest.vocabulary_schemas import LOAD, LOAD_INPUT, TERM, TERM_INPUT, TERM_PAGE, VOCABULARY_PAGE

blueprint = Blueprint("vocabularies", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="api"),)

TAG: Final = "Vocabularies"
MEDIA_TYPES: Final = (JSON, UI_TYPE)

SUGGEST: Final = query("suggest", "What was typed so far: finds the beginnings of words in titles and ids.")
TAGS: Final = query("tags", "Only terms with this tag; repeat it for several.")
SORT: Final = query("sort", "An order.", {"type": "string", "enum": list(SORTS)})
PATH: Final = {"type": "The name of a vocabulary, such as `languages`.", "id": "The id of a term."}


@blueprint.get("/vocabularies/", endpoint="list_types_slash")
@blueprint.get("/vocabularies")
@access("public")
@session("none")
@document("List the vocabularies", tag=TAG, query=(PRETTYPRINT,), answers={200: VOCABULARY_PAGE})
def list_types() -> Response:
    base = the_repository().config.site.url
    hits = [_vocabulary(info, base) for info in the_repository().vocabularies.types()]
    return answer_json({"hits": {"hits": hits, "total": len(hits)}, "links": {"self": f"{base}/api/vocabularies"}})


@blueprint.post("/vocabularies/tasks")
@access("administration")
@session("optional")
@document(
    "Have vocabularies loaded",
    tag=TAG,
    description="A worker brings them in line with the files of the software and its plugins; what was changed here "
    "stays. Without `vocabularies` it is all of them. Streams of data from elsewhere (`readers`, `writers`) are not "
    "taken: they would have the server open any file or address.",
    query=(PRETTYPRINT,),
    body=json_body(LOAD_INPUT, required=False),
    answers={202: LOAD},
)
def request_load() -> Response:
    data = read_object()
    if "readers" in data or "writers" in data:
        raise InvalidRequest("Streams of data are not taken here; name the 'vocabularies' whose files to load.")
    names, force = data.get("vocabularies"), data.get("force", False)
    if not isinstance(force, bool):
        raise ValidationFailed(errors=[Problem("force", "Not a valid boolean.")])
    if names is not None and not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise ValidationFailed(errors=[Problem("vocabularies", "Not a valid list.")])
    service = the_repository().vocabularies
    for name in names or ():
        if name not in service.registered:
            raise ValidationFailed(errors=[Problem("vocabularies", f"There is no vocabulary named '{name}'.")])
    return answer_json({"vocabularies": service.request_load(the_actor(), names, force=force), "force": force}, 202)


@blueprint.get("/vocabularies/<type>")
@access("public")
@session("none")
@document(
    "Search the terms of a vocabulary",
    tag=TAG,
    description="`application/vnd.inveniordm.v1+json` answers texts in the language of `Accept-Language` only.",
    path=PATH,
    query=(SEARCH, SUGGEST, TAGS, SORT, PAGE, SIZE, PRETTYPRINT),
    headers=(IF_NONE_MATCH,),
    answers={200: TERM_PAGE, 304: None},
)
def search(type: str) -> Response:
    media_type = _media_type()
    page, size = paging()
    found = the_repository().vocabularies.search(
        type,
        q=text("q"),
        suggest=text("suggest"),
        tags=[tag for tag in request.args.getlist("tags") if tag],
        sort=text("sort") or None,
        page=page,
        size=size,
    )
    body = _page(found, media_type)
    return _vary(tagged(answer_json(body, media_type=media_type), f"{zlib.crc32(body):08x}"))


@blueprint.get("/vocabularies/<type>/<id>")
@access("public")
@session("none")
@document(
    "Read a term",
    tag=TAG,
    path=PATH,
    query=(PRETTYPRINT,),
    headers=(IF_NONE_MATCH,),
    answers={200: TERM, 304: None},
)
def read(type: str, id: str) -> Response:
    return _answer(the_repository().vocabularies.get(type, id))


@blueprint.post("/vocabularies/<type>")
@access("administration")
@session("optional")
@document("Add a term", tag=TAG, path=PATH, query=(PRETTYPRINT,), body=json_body(TERM_INPUT), answers={201: TERM})
def create(type: str) -> Response:
    return _answer(the_repository().vocabularies.create(the_actor(), type, read_object()), 201)


@blueprint.put("/vocabularies/<type>/<id>")
@access("administration")
@session("optional")
@document(
    "Change a term",
    tag=TAG,
    description="Loading the vocabulary's file again leaves the term as it was made here.",
    path=PATH,
    query=(PRETTYPRINT,),
    headers=(IF_MATCH,),
    body=json_body(TERM_INPUT),
    answers={200: TERM},
    errors=(412,),
)
def update(type: str, id: str) -> Response:
    data = read_object()
    return _answer(the_repository().vocabularies.update(the_actor(), type, id, data, expected_revision()))


@blueprint.delete("/vocabularies/<type>/<id>")
@access("administration")
@session("optional")
@document(
    "Delete a term",
    tag=TAG,
    description="Only terms that were added here; those of the vocabulary's file would come back.",
    path=PATH,
    headers=(IF_MATCH,),
    answers={204: None},
    errors=(409, 412),
)
def delete(type: str, id: str) -> Response:
    the_repository().vocabularies.delete(the_actor(), type, id, expected_revision())
    return no_content()


def _media_type() -> str:
    """The best of the two forms for the request's Accept header."""
    chosen = best_match(request.headers.get("Accept"), MEDIA_TYPES)
    if chosen is None:
        raise NotAcceptable(f"Invalid 'Accept' header. Expected one of: {', '.join(MEDIA_TYPES)}")
    return chosen


def _answer(term: Term, status: int = 200) -> Response:
    media_type = _media_type()
    response = answer_json(_shown(term, media_type), status, media_type=media_type)
    revision = str(term.revision)
    plain = media_type == JSON and "prettyprint" not in request.args
    return _vary(tagged(response, revision if plain else variant_tag(revision, response.get_data())))


def _shown(term: Term, media_type: str) -> dict[str, Any]:
    return term.to_dict(the_repository().config.site.url) if media_type == JSON else _localized(term)


def _localized(term: Term) -> dict[str, Any]:
    """The form for pages: the texts in one language."""
    # Read by everybody in the same way: only the request's headers choose the language.
    language = language_of(ANONYMOUS)
    shown: dict[str, Any] = {"id": term.id, "title_l10n": term.title_for(language)}
    if term.description:
        shown["description_l10n"] = term.description_for(language)
    if term.icon:
        shown["icon"] = term.icon
    return {**shown, "props": dict(term.props), "tags": list(term.tags)}


def _page(page: TermPage, media_type: str) -> bytes:
    base = the_repository().config.site.url
    return join_list(
        (orjson.dumps(_shown(term, media_type)) for term in page.terms),
        total=page.total,
        links=page_links(base, page=page.page, size=page.size, total=page.total),
        sort_by=page.sort_by,
    )


def _vocabulary(info: VocabularyInfo, base: str) -> dict[str, Any]:
    vocabulary = info.vocabulary
    return {
        "id": vocabulary.name,
        "name": vocabulary.title["en"],
        "title": dict(vocabulary.title),
        "count": info.count,
        "links": {"self": f"{base}/api/vocabularies/{vocabulary.name}"},
    }


def _vary(response: Response) -> Response:
    response.vary.add("Accept")
    response.vary.add("Accept-Language")
    return response
