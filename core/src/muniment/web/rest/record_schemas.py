"""JSON Schemas of records, drafts, tombstones and revisions, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from muniment.web.rest.document import (
    BOOLEAN,
    DATE_TIME,
    INTEGER,
    OBJECT,
    STRING,
    Schema,
    array_of,
    nullable,
    page_of,
)
from muniment.web.rest.metadata_schemas import LINKS, METADATA, PIDS, TERM

_VISIBILITY: Final[dict[str, Any]] = {"type": "string", "enum": ["public", "restricted"]}

_OWNER: Final[dict[str, Any]] = {
    "type": ["object", "null"],
    "properties": {"user": {"type": "string", "description": "Opaque id of the owner."}},
}

ACCESS: Final = Schema(
    "Access",
    {
        "type": "object",
        "properties": {
            "record": _VISIBILITY,
            "files": _VISIBILITY,
            "embargo": {
                "type": "object",
                "properties": {
                    "active": BOOLEAN,
                    "until": nullable(STRING),
                    "reason": nullable(STRING),
                },
            },
            "status": {"type": "string", "enum": ["open", "embargoed", "restricted", "metadata-only"]},
        },
    },
)

FILES_SECTION: Final = Schema(
    "FilesSection",
    {
        "type": "object",
        "description": "`count`, `total_bytes` and `entries` are there for those who may read the files.",
        "properties": {
            "enabled": BOOLEAN,
            "order": array_of(STRING),
            "default_preview": nullable(STRING),
            "count": INTEGER,
            "total_bytes": INTEGER,
            "entries": {"type": "object", "additionalProperties": OBJECT},
        },
    },
)

PARENT: Final = Schema(
    "Parent",
    {
        "type": "object",
        "description": "What all versions share.",
        "required": ["id"],
        "properties": {
            "id": STRING,
            "pids": PIDS,
            "access": {"type": "object", "properties": {"owned_by": _OWNER, "settings": OBJECT}},
            "communities": OBJECT,
        },
    },
)

TOMBSTONE: Final = Schema(
    "Tombstone",
    {
        "type": "object",
        "properties": {
            "removal_reason": TERM,
            "note": STRING,
            "removed_by": _OWNER,
            "removal_date": STRING,
            "citation_text": STRING,
            "is_visible": BOOLEAN,
        },
    },
)

TOMBSTONE_INPUT: Final = Schema(
    "TombstoneInput",
    {
        "type": "object",
        "properties": {
            "removal_reason": {"type": "object", "required": ["id"], "properties": {"id": STRING}},
            "note": STRING,
            "citation_text": STRING,
            "is_visible": BOOLEAN,
        },
    },
)

_PROBLEMS: Final = array_of(
    {
        "type": "object",
        "required": ["field", "messages"],
        "properties": {"field": STRING, "messages": array_of(STRING)},
    },
    description="What keeps the draft from being published, or was not stored.",
)

_COMMON: Final[dict[str, Any]] = {
    "id": STRING,
    "created": DATE_TIME,
    "updated": DATE_TIME,
    "revision_id": INTEGER,
    "is_published": BOOLEAN,
    "is_draft": BOOLEAN,
    "status": STRING,
    "pids": PIDS,
    "parent": PARENT,
    "versions": {
        "type": "object",
        "properties": {"index": INTEGER, "is_latest": BOOLEAN, "is_latest_draft": BOOLEAN},
    },
    "access": ACCESS,
    "files": FILES_SECTION,
    "media_files": FILES_SECTION,
    "metadata": METADATA,
    "custom_fields": OBJECT,
    "stats": OBJECT,
    "expanded": OBJECT,
    "links": LINKS,
}

_REQUIRED: Final = [
    "id", "created", "updated", "revision_id", "is_published", "is_draft", "parent", "versions", "access", "files",
    "metadata", "links",
]  # fmt: skip

RECORD: Final = Schema(
    "Record",
    {
        "type": "object",
        "description": "A published version of a record.",
        "required": _REQUIRED,
        "properties": {
            **_COMMON,
            "deletion_status": {
                "type": "object",
                "properties": {"is_deleted": BOOLEAN, "status": STRING},
            },
            "tombstone": TOMBSTONE,
            "ui": OBJECT,
        },
    },
)

DRAFT: Final = Schema(
    "Draft",
    {
        "type": "object",
        "description": "Work in progress: of a new record, of an edit or of a new version.",
        "required": _REQUIRED,
        "properties": {**_COMMON, "expires_at": nullable(DATE_TIME), "errors": _PROBLEMS, "ui": OBJECT},
    },
)

DRAFT_INPUT: Final = Schema(
    "DraftInput",
    {
        "type": "object",
        "description": "Everything is optional; unknown keys are ignored, invalid values are reported in `errors`.",
        "properties": {
            "access": {"type": "object", "properties": {"record": _VISIBILITY, "files": _VISIBILITY}},
            "files": {
                "type": "object",
                "properties": {"enabled": BOOLEAN, "default_preview": nullable(STRING), "order": array_of(STRING)},
            },
            "metadata": METADATA,
            "custom_fields": OBJECT,
            "pids": PIDS,
        },
    },
)

RECORD_PAGE: Final = page_of("RecordPage", RECORD)
USER_RECORD_PAGE: Final = page_of("UserRecordPage", {"anyOf": [DRAFT, RECORD]})

REDIRECT: Final = Schema(
    "Redirect",
    {
        "type": "object",
        "required": ["status", "message", "location"],
        "properties": {"status": INTEGER, "message": STRING, "location": STRING},
    },
)

REVISION: Final = Schema(
    "Revision",
    {
        "type": "object",
        "description": "A record as it stood after one change.",
        "required": ["revision_id"],
        "properties": {"revision_id": INTEGER, "updated": DATE_TIME},
    },
)
REVISION_PAGE: Final = page_of("RevisionPage", REVISION)
