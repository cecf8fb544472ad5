"""`/api/names`: people and organisations that are suggested to those who deposit, in InvenioRDM's shape."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response

from muniment.errors import InvalidRequest, Problem
from muniment.names.suggested import NameType, SuggestedName
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.rest.answers import answer_json
from muniment.web.rest.arguments import text
from muniment.web.rest.document import PRETTYPRINT, document, query

blueprint = Blueprint("names", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="api"),)

_TYPES: Final[tuple[NameType, ...]] = ("personal", "organizational")
_TEXT: Final = {"type": "string"}
_NAME: Final = {
    "type": "object",
    "required": ["name", "type", "identifiers", "affiliations"],
    "properties": {
        "name": _TEXT,
        "type": {"type": "string", "enum": list(_TYPES)},
        "given_name": _TEXT,
        "family_name": _TEXT,
        "identifiers": {
            "type": "array",
            "items": {"type": "object", "properties": {"scheme": _TEXT, "identifier": _TEXT}},
        },
        "affiliations": {"type": "array", "items": {"type": "object", "properties": {"id": _TEXT, "name": _TEXT}}},
    },
}
_PAGE: Final = {
    "type": "object",
    "required": ["hits"],
    "properties": {
        "hits": {
            "type": "object",
            "properties": {"hits": {"type": "array", "items": _NAME}, "total": {"type": "integer"}},
        }
    },
}


@blueprint.get("/names")
@access("authenticated")
@session("optional")
@document(
    "Suggest names",
    tag="Names",
    description="People or organisations that public records of this repository name, and those that plugins know, "
    "twenty at most.",
    query=(
        query("suggest", "What was typed so far, at least two characters."),
        query("type", "Which names.", {"type": "string", "enum": list(_TYPES), "default": "personal"}),
        PRETTYPRINT,
    ),
    answers={200: _PAGE},
)
def suggest() -> Response:
    asked = text("type") or _TYPES[0]
    kind = next((known for known in _TYPES if known == asked), None)
    if kind is None:
        message = f"Must be one of: {', '.join(_TYPES)}."
        raise InvalidRequest("A validation error occurred.", errors=[Problem("type", message)])
    found = the_repository().names.suggest(the_actor(), text("suggest"), kind)
    return answer_json({"hits": {"hits": [_document(name) for name in found], "total": len(found)}})


def _document(name: SuggestedName) -> dict[str, Any]:
    said = {"given_name": name.given_name, "family_name": name.family_name}
    return {
        "name": name.name,
        "type": name.type,
        **{key: value for key, value in said.items() if value},
        "identifiers": [{"scheme": scheme, "identifier": identifier} for scheme, identifier in name.identifiers],
        "affiliations": [{"id": id, "name": place} if id else {"name": place} for id, place in name.affiliations],
    }
