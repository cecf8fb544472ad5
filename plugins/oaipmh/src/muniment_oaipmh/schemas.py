"""The JSON of sets, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

_TEXT: Final = {"type": "string"}
_MOMENT: Final = {"type": ["string", "null"], "format": "date-time"}

SET_INPUT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["name", "search_pattern"],
    "properties": {
        "spec": {**_TEXT, "description": "What harvesters call it; given once."},
        "name": _TEXT,
        "search_pattern": {**_TEXT, "description": "A search of the site that finds its records."},
        "description": {"type": ["string", "null"]},
    },
}
SET: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "spec", "name", "search_pattern", "description", "system_created", "links"],
    "properties": {
        "id": {"type": ["integer", "null"]},
        "spec": _TEXT,
        "name": _TEXT,
        "search_pattern": _TEXT,
        "description": _TEXT,
        "system_created": {"type": "boolean"},
        "created": _MOMENT,
        "updated": _MOMENT,
        "links": {"type": "object", "additionalProperties": _TEXT},
    },
}
SETS: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["hits", "links"],
    "properties": {
        "hits": {
            "type": "object",
            "required": ["hits", "total"],
            "properties": {"hits": {"type": "array", "items": SET}, "total": {"type": "integer"}},
        },
        "sortBy": _TEXT,
        "links": {"type": "object", "additionalProperties": _TEXT},
    },
}
FORMATS: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["hits"],
    "properties": {
        "hits": {
            "type": "object",
            "required": ["hits", "total"],
            "properties": {
                "hits": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["id", "schema", "namespace"],
                        "properties": {"id": _TEXT, "schema": _TEXT, "namespace": _TEXT},
                    },
                },
                "total": {"type": "integer"},
            },
        }
    },
}
