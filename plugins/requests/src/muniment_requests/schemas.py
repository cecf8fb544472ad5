"""The JSON of requests, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_FLAG: Final[dict[str, Any]] = {"type": "boolean"}
_MOMENT: Final[dict[str, Any]] = {"type": ["string", "null"], "format": "date-time"}
_LINKS: Final[dict[str, Any]] = {"type": "object"}
_PARTY: Final[dict[str, Any]] = {
    "type": "object",
    "description": 'One key, the kind of the party, with its id: `{"user": "3"}`, `{"group": "moderator"}`.',
    "additionalProperties": _TEXT,
}

REQUEST: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "number", "type", "title", "status", "created_by", "receiver", "topic", "links"],
    "properties": {
        "id": _TEXT,
        "number": _TEXT,
        "type": _TEXT,
        "title": _TEXT,
        "description": _TEXT,
        "status": {"type": "string", "enum": ["created", "submitted", "accepted", "declined", "cancelled", "expired"]},
        "is_open": _FLAG,
        "is_closed": _FLAG,
        "is_expired": _FLAG,
        "is_locked": _FLAG,
        "expires_at": _MOMENT,
        "created_by": _PARTY,
        "receiver": _PARTY,
        "topic": {"type": ["object", "null"], "additionalProperties": _TEXT},
        "reviewers": {"type": "array", "items": _PARTY},
        "payload": {"type": "object"},
        "created": _MOMENT,
        "updated": _MOMENT,
        "last_activity_at": _MOMENT,
        "last_reply": {"type": ["object", "null"], "description": "The newest comment."},
        "revision_id": {"type": "integer"},
        "links": _LINKS,
    },
}
CHANGES: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "title": {**_TEXT, "maxLength": 250},
        "description": _TEXT,
        "reviewers": {"type": "array", "items": _PARTY, "maxItems": 15},
        "payload": {"type": "object", "description": "Only before the request is submitted."},
    },
}
SAID: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "payload": {
            "type": "object",
            "required": ["content"],
            "properties": {
                "content": _TEXT,
                "format": {"type": "string", "enum": ["html"]},
                "files": {
                    "type": "array",
                    "maxItems": 10,
                    "items": {"type": "object", "required": ["key"], "properties": {"key": _TEXT}},
                },
            },
        }
    },
}
FILE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["key", "original_filename", "size", "mimetype", "links"],
    "properties": {
        "key": _TEXT,
        "original_filename": _TEXT,
        "size": {"type": "integer"},
        "mimetype": _TEXT,
        "links": _LINKS,
    },
}
EVENT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "type", "created", "created_by", "payload"],
    "properties": {
        "id": _TEXT,
        "type": {"type": "string", "enum": ["C", "L", "R"]},
        "created": _MOMENT,
        "updated": _MOMENT,
        "revision_id": {"type": "integer"},
        "created_by": _PARTY,
        "payload": {"type": "object"},
        "permissions": {"type": "object", "additionalProperties": _FLAG},
        "parent_id": {"type": ["string", "null"]},
        "links": _LINKS,
    },
}


def list_of(item: dict[str, Any]) -> dict[str, Any]:
    """The envelope of a list."""
    hits = {
        "type": "object",
        "required": ["hits", "total"],
        "properties": {"hits": {"type": "array", "items": item}, "total": {"type": "integer"}},
    }
    return {
        "type": "object",
        "required": ["hits", "links"],
        "properties": {"hits": hits, "sortBy": _TEXT, "links": _LINKS},
    }
