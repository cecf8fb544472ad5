"""The shapes of answers and bodies, for the description of the API."""

from __future__ import annotations

from typing import Any, Final

TEXT: Final[dict[str, Any]] = {"type": "string"}
FLAG: Final[dict[str, Any]] = {"type": "boolean"}
OBJECT: Final[dict[str, Any]] = {"type": "object"}
ROLE: Final[dict[str, Any]] = {"type": "string", "enum": ["reader", "curator", "manager", "owner"]}

METADATA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "title": {"type": "string", "maxLength": 250},
        "description": {"type": "string", "maxLength": 250},
        "curation_policy": {"type": "string", "description": "HTML."},
        "page": {"type": "string", "description": "HTML of the page about the community."},
        "type": {"type": "object", "properties": {"id": TEXT}},
        "website": TEXT,
        "organizations": {"type": "array", "items": OBJECT},
        "funding": {"type": "array", "items": OBJECT},
    },
}
ACCESS: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "visibility": {"type": "string", "enum": ["public", "restricted"]},
        "members_visibility": {"type": "string", "enum": ["public", "restricted"]},
        "member_policy": {"type": "string", "enum": ["open", "closed"]},
        "record_policy": {"type": "string", "enum": ["open", "closed"]},
        "record_submission_policy": {"type": "string", "enum": ["open", "closed"]},
        "review_policy": {"type": "string", "enum": ["open", "closed", "members"]},
    },
}
THEME: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "enabled": FLAG,
        "style": {
            "type": "object",
            "properties": {
                "primaryColor": {"type": "string", "description": "The accent, #rrggbb; readable on light pages."},
                "primaryColorDark": {"type": "string", "description": "The accent on dark pages."},
            },
        },
    },
}
COMMUNITY_INPUT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["slug", "metadata"],
    "properties": {
        "slug": {"type": "string", "pattern": "^[-\\w]{1,100}$"},
        "metadata": METADATA,
        "access": ACCESS,
        "children": {"type": "object", "properties": {"allow": FLAG}},
        "theme": THEME,
    },
}
COMMUNITY: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "slug", "links", "metadata", "access"],
    "properties": {
        "id": TEXT,
        "slug": TEXT,
        "created": TEXT,
        "updated": TEXT,
        "revision_id": {"type": "integer"},
        "links": OBJECT,
        "metadata": METADATA,
        "access": ACCESS,
        "theme": THEME,
        "children": OBJECT,
        "parent": OBJECT,
        "is_verified": FLAG,
        "deletion_status": OBJECT,
        "ui": OBJECT,
    },
}
MEMBER: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "member", "role"],
    "properties": {"id": TEXT, "member": OBJECT, "role": ROLE, "visible": FLAG, "permissions": OBJECT},
}
NAMED: Final[dict[str, Any]] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "properties": {"type": {"type": "string", "enum": ["user", "group", "email"]}, "id": TEXT},
    },
}
MEMBERS_INPUT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["members"],
    "properties": {"members": NAMED, "role": ROLE, "visible": FLAG, "message": TEXT},
}


def list_of(item: dict[str, Any]) -> dict[str, Any]:
    hits = {"type": "object", "properties": {"hits": {"type": "array", "items": item}, "total": {"type": "integer"}}}
    return {"type": "object", "required": ["hits"], "properties": {"hits": hits, "aggregations": OBJECT}}
