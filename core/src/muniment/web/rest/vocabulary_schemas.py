"""JSON Schemas of vocabularies and their terms, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from muniment.vocabularies.checking import MAX_ID
from muniment.web.rest.document import BOOLEAN, DATE_TIME, INTEGER, STRING, URI, Schema, array_of, page_of

TEXTS: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Texts by language, such as `en` or `pt-BR`.",
    "additionalProperties": STRING,
}
SELF: Final[dict[str, Any]] = {"type": "object", "properties": {"self": URI}}

_CONTENT: Final[dict[str, Any]] = {
    "id": {"type": "string", "minLength": 1, "maxLength": MAX_ID},
    "title": TEXTS,
    "description": TEXTS,
    "icon": STRING,
    "props": {"type": "object", "additionalProperties": STRING},
    "tags": array_of(STRING),
}

TERM_INPUT: Final = Schema("VocabularyTermInput", {"type": "object", "required": ["title"], "properties": _CONTENT})

TERM: Final = Schema(
    "VocabularyTerm",
    {
        "type": "object",
        "required": ["id", "type", "title", "props", "tags", "created", "updated", "revision_id", "links"],
        "properties": {
            **_CONTENT,
            "type": STRING,
            "created": DATE_TIME,
            "updated": DATE_TIME,
            "revision_id": INTEGER,
            "links": SELF,
        },
    },
)
TERM_PAGE: Final = page_of("VocabularyTermPage", TERM)

VOCABULARY: Final = Schema(
    "Vocabulary",
    {
        "type": "object",
        "required": ["id", "name", "title", "count", "links"],
        "properties": {"id": STRING, "name": STRING, "title": TEXTS, "count": INTEGER, "links": SELF},
    },
)
VOCABULARY_PAGE: Final = page_of("VocabularyPage", VOCABULARY)

_LOADED: Final[dict[str, Any]] = {"vocabularies": array_of(STRING), "force": BOOLEAN}
LOAD_INPUT: Final = Schema("VocabularyLoadInput", {"type": "object", "properties": _LOADED})
LOAD: Final = Schema("VocabularyLoad", {"type": "object", "required": ["vocabularies", "force"], "properties": _LOADED})
