"""`/api/funders` and `/api/awards` with InvenioRDM's fields, and the grants that the deposit form suggests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from muniment.api import (
    InvalidRequest,
    TermSearch,
    access,
    answer_json,
    document,
    expected_revision,
    json_body,
    query,
    read_object,
    session,
    the_actor,
    the_repository,
)
from muniment_openaire.editing import PERMISSION, Editing
from muniment_openaire.grants import find_funders, find_grants, read_one, suggested
from muniment_openaire.models import Award, Funder

api = Blueprint("openaire_api", __name__, template_folder="templates")

_SORTS: Final = ("bestmatch", "name", "title", "newest", "oldest")
_MOST: Final = 100
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_LIST: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["hits", "links"],
    "properties": {"hits": {"type": "object"}},
}
_TERM: Final[dict[str, Any]] = {"type": "object", "required": ["id", "links"], "properties": {"id": _TEXT}}
_TITLES: Final[dict[str, Any]] = {"type": "object", "additionalProperties": _TEXT}
_ENTRIES: Final[dict[str, Any]] = {"type": "array", "items": {"type": "object"}}
_FUNDER_INPUT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": _TEXT, "name": _TEXT, "title": _TITLES, "acronym": _TEXT, "country": _TEXT, "identifiers": _ENTRIES,
    },
}  # fmt: skip
_AWARD_INPUT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["number", "funder"],
    "properties": {
        "id": _TEXT, "number": _TEXT, "funder": {"type": "object", "required": ["id"], "properties": {"id": _TEXT}},
        "title": _TITLES, "acronym": _TEXT, "program": _TEXT, "identifiers": _ENTRIES, "subjects": _ENTRIES,
        "organizations": _ENTRIES, "start_date": _TEXT, "end_date": _TEXT, "description": _TEXT,
    },
}  # fmt: skip
_KEPT: Final = "Loading a dump leaves it as it was made here."
_GONE: Final = "Records that name it keep its id. Loading a dump that has it brings it back."
_QUERY: Final = (
    query("q", "Words that must all be there."),
    query("suggest", "What was typed so far: an id, a number, an acronym or beginnings of words."),
    query("sort", "An order.", {"type": "string", "enum": list(_SORTS)}),
    query("page", "The page, from 1.", {"type": "integer"}),
    query("size", f"Entries on a page, at most {_MOST}.", {"type": "integer"}),
)


@api.get("/funders")
@access("public")
@session("none")
@document("Search funders", tag="Funding", query=_QUERY, answers={200: _LIST})
def list_funders() -> dict[str, Any]:
    wanted = _wanted()
    rows, total = find_funders(the_repository(), wanted)
    return _list("funders", wanted, [funder_json(row) for row in rows], total)


@api.get("/funders/<id>")
@access("public")
@session("none")
@document("Read a funder", tag="Funding", path={"id": "Its ROR id."}, answers={200: _TERM})
def read_funder(id: str) -> dict[str, Any]:
    return funder_json(read_one(the_repository(), Funder, id))


@api.get("/awards")
@access("public")
@session("none")
@document("Search grants", tag="Funding", query=_QUERY, answers={200: _LIST})
def list_awards() -> dict[str, Any]:
    wanted = _wanted()
    funders = [name for name in request.args.getlist("funders") if name]
    rows, total = find_grants(the_repository(), wanted, funders)
    return _list("awards", wanted, [award_json(row) for row in rows], total)


@api.get("/awards/<id>")
@access("public")
@session("none")
@document("Read a grant", tag="Funding", path={"id": "Funder and number, `00k4n6c32::777523`."}, answers={200: _TERM})
def read_award(id: str) -> dict[str, Any]:
    return award_json(read_one(the_repository(), Award, id))


@api.post("/funders")
@access(PERMISSION)
@session("optional")
@document("Add a funder", tag="Funding", body=json_body(_FUNDER_INPUT), answers={201: _TERM})
def create_funder() -> Response:
    return answer_json(funder_json(_editing().put_funder(read_object())), 201)


@api.put("/funders/<id>")
@access(PERMISSION)
@session("optional")
@document(
    "Change a funder", tag="Funding", description=_KEPT, path={"id": "Its ROR id."}, body=json_body(_FUNDER_INPUT),
    answers={200: _TERM}, errors=(412,),
)  # fmt: skip
def update_funder(id: str) -> Response:
    return answer_json(funder_json(_editing().put_funder(read_object(), id, expected_revision())))


@api.delete("/funders/<id>")
@access(PERMISSION)
@session("optional")
@document(
    "Delete a funder", tag="Funding", description=_GONE, path={"id": "Its ROR id."}, answers={204: None},
    errors=(409, 412),
)  # fmt: skip
def delete_funder(id: str) -> Response:
    _editing().delete_funder(id, expected_revision())
    return Response(status=204)


@api.post("/awards")
@access(PERMISSION)
@session("optional")
@document("Add a grant", tag="Funding", body=json_body(_AWARD_INPUT), answers={201: _TERM})
def create_award() -> Response:
    return answer_json(award_json(_editing().put_award(read_object())), 201)


@api.put("/awards/<id>")
@access(PERMISSION)
@session("optional")
@document(
    "Change a grant", tag="Funding", description=_KEPT, path={"id": "Funder and number."}, body=json_body(_AWARD_INPUT),
    answers={200: _TERM}, errors=(412,),
)  # fmt: skip
def update_award(id: str) -> Response:
    return answer_json(award_json(_editing().put_award(read_object(), id, expected_revision())))


@api.delete("/awards/<id>")
@access(PERMISSION)
@session("optional")
@document(
    "Delete a grant", tag="Funding", description=_GONE, path={"id": "Funder and number."}, answers={204: None},
    errors=(409, 412),
)  # fmt: skip
def delete_award(id: str) -> Response:
    _editing().delete_award(id, expected_revision())
    return Response(status=204)


@api.get("/openaire/grants")
@access("public")
@session("none")
@document("Suggest grants with their funders in words", tag="Funding", query=_QUERY, answers={200: _LIST})
def suggest_grants() -> dict[str, Any]:
    found = suggested(the_repository(), _wanted())
    return {"hits": {"hits": [vars(grant) for grant in found], "total": len(found)}, "links": {}}


def funder_json(row: Funder) -> dict[str, Any]:
    """A funder as InvenioRDM's API has it."""
    return {
        "id": row.id,
        "pid": {},
        "name": row.name,
        "title": row.titles,
        "country": row.country,
        "identifiers": [{"scheme": "ror", "identifier": row.id}, *row.identifiers],
        **_history("funders", row),
    }


def award_json(row: Award) -> dict[str, Any]:
    """A grant as InvenioRDM's API has it; what is not known is left out."""
    known = {"acronym": row.acronym, "program": row.program}
    return {
        "id": row.id,
        "title": row.titles,
        "number": row.number,
        "funder": {"id": row.funder_id},
        **{key: value for key, value in known.items() if value},
        **row.details,
        **_history("awards", row),
    }


def _editing() -> Editing:
    return Editing(the_repository(), the_actor())


def _history(kind: str, row: Funder | Award) -> dict[str, Any]:
    return {
        "created": row.created.isoformat(),
        "updated": row.updated.isoformat(),
        "revision_id": row.revision,
        "links": {"self": f"{_base()}/api/{kind}/{quote(row.id, safe='')}"},
    }


def _base() -> str:
    return the_repository().config.site.url


def _wanted() -> TermSearch:
    sort = request.args.get("sort", "")
    if sort and sort not in _SORTS:
        raise InvalidRequest(f"Invalid sort option '{sort}'. Use one of: {', '.join(_SORTS)}.")
    return TermSearch(
        q=_text("q"),
        suggest=_text("suggest"),
        sort="title" if sort == "name" else sort or "bestmatch",
        page=_number("page", 1, 100),
        size=_number("size", 25, _MOST),
    )


def _text(name: str) -> str:
    return request.args.get(name, "").replace("\x00", " ").strip()[:500]


def _number(name: str, usual: int, most: int) -> int:
    value = request.args.get(name, "") or str(usual)
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= most):
        raise InvalidRequest(f"Invalid '{name}': use a number from 1 to {most}.")
    return int(value)


def _list(kind: str, wanted: TermSearch, hits: list[dict[str, Any]], total: int) -> dict[str, Any]:
    links = {"self": _address(kind, wanted.page)}
    if wanted.page > 1:
        links["prev"] = _address(kind, wanted.page - 1)
    if wanted.page * wanted.size < total:
        links["next"] = _address(kind, wanted.page + 1)
    return {"hits": {"hits": hits, "total": total}, "sortBy": wanted.sort, "aggregations": {}, "links": links}


def _address(kind: str, page: int) -> str:
    given: Mapping[str, list[str]] = {**request.args.to_dict(flat=False), "page": [str(page)]}
    return f"{_base()}/api/{kind}?{urlencode(given, doseq=True)}"
