"""JSON Schemas of files in the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from muniment.web.rest.document import BOOLEAN, DATE_TIME, INTEGER, OBJECT, STRING, URI, Schema, array_of, nullable

_ACCESS: Final[dict[str, Any]] = {"type": "object", "properties": {"hidden": BOOLEAN}}
_SIZE: Final[dict[str, Any]] = {"type": "integer", "minimum": 0, "description": "Bytes."}
_NAME: Final[dict[str, Any]] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 1024,
    "description": "The file's name; folders are separated by slashes.",
}

FILE: Final = Schema(
    "File",
    {
        "type": "object",
        "required": ["key", "status", "created", "updated", "mimetype", "links", "access", "metadata", "transfer"],
        "properties": {
            "key": STRING,
            "status": {"type": "string", "enum": ["pending", "completed"]},
            "size": _SIZE,
            "checksum": {"type": "string", "description": "`md5:` and 32 hexadecimal digits."},
            "mimetype": STRING,
            "metadata": OBJECT,
            "access": _ACCESS,
            "transfer": {"type": "object", "properties": {"type": STRING, "parts": INTEGER, "part_size": INTEGER}},
            "storage_class": STRING,
            "file_id": STRING,
            "version_id": STRING,
            "bucket_id": STRING,
            "created": DATE_TIME,
            "updated": DATE_TIME,
            "links": {
                "type": "object",
                "properties": {
                    "self": URI,
                    "content": URI,
                    "commit": URI,
                    "upload": {"description": "The tus upload that is under way.", **URI},
                    "parts": array_of(
                        {"type": "object", "properties": {"part": INTEGER, "url": URI, "expiration": DATE_TIME}}
                    ),
                },
            },
        },
    },
)

FILE_LIST: Final = Schema(
    "FileList",
    {
        "type": "object",
        "required": ["enabled", "links"],
        "properties": {
            "enabled": BOOLEAN,
            "links": {"type": "object", "properties": {"self": URI, "archive": URI}},
            "entries": array_of(FILE),
            "default_preview": nullable(STRING),
            "order": array_of(STRING),
        },
    },
)

FILES_INPUT: Final = Schema(
    "FilesInput",
    array_of(
        {
            "type": "object",
            "required": ["key"],
            "additionalProperties": False,
            "properties": {
                "key": _NAME,
                "size": _SIZE,
                "checksum": {
                    "type": "string",
                    "pattern": "^(md5:[0-9a-fA-F]{32}|sha256:[0-9a-fA-F]{64})$",
                    "description": "Compared with what arrives.",
                },
                "metadata": OBJECT,
                "access": {**_ACCESS, "additionalProperties": False},
                "storage_class": STRING,
                "transfer": {
                    "type": "object",
                    "properties": {
                        "type": {"type": "string", "enum": ["L", "M"]},
                        "parts": {"type": "integer", "minimum": 1, "maximum": 10_000},
                        "part_size": {"type": "integer", "minimum": 1},
                    },
                },
            },
        },
        minItems=1,
    ),
)

FILE_UPDATE: Final = Schema(
    "FileUpdate",
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {"metadata": OBJECT, "access": {**_ACCESS, "additionalProperties": False}},
    },
)
