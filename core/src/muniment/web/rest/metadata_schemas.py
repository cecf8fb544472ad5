"""JSON Schemas of the metadata of records, in and out, for the OpenAPI document.

Nothing inside is required: drafts may be incomplete in every part. What publishing needs is said in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from muniment.web.rest.document import OBJECT, STRING, URI, Schema, array_of

_TITLES: Final[dict[str, Any]] = {"type": "object", "additionalProperties": STRING}

TERM: Final = Schema(
    "Term",
    {
        "type": "object",
        "description": "A term of a vocabulary; `id` is what is sent, the rest is added in answers.",
        "required": ["id"],
        "properties": {"id": STRING, "title": _TITLES},
    },
)

IDENTIFIER: Final = Schema(
    "Identifier",
    {
        "type": "object",
        "properties": {
            "identifier": STRING,
            "scheme": {"type": "string", "description": "Detected when it is not given."},
        },
    },
)

PERSON_OR_ORGANISATION: Final = Schema(
    "PersonOrOrganisation",
    {
        "type": "object",
        "properties": {
            "type": {"type": "string", "enum": ["personal", "organizational"]},
            "name": {"type": "string", "description": "Computed as `Family, Given` for persons."},
            "family_name": STRING,
            "given_name": STRING,
            "identifiers": array_of(IDENTIFIER),
        },
    },
)

AFFILIATION: Final = Schema(
    "Affiliation",
    {"type": "object", "properties": {"id": STRING, "name": STRING, "identifiers": array_of(IDENTIFIER)}},
)

CREATOR: Final = Schema(
    "Creator",
    {
        "type": "object",
        "properties": {
            "person_or_org": PERSON_OR_ORGANISATION,
            "role": TERM,
            "affiliations": array_of(AFFILIATION),
        },
    },
)


def _typed(name: str, text: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {name: STRING, "type": TERM, **more}, "title": text}


_RIGHT: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A licence by `id`, or one of your own with `title`.",
    "properties": {
        "id": STRING, "title": _TITLES, "description": _TITLES, "link": STRING, "icon": STRING, "props": OBJECT,
    },
}  # fmt: skip

_RELATED: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"identifier": STRING, "scheme": STRING, "relation_type": TERM, "resource_type": TERM},
}

_LOCATIONS: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "features": array_of(
            {
                "type": "object",
                "properties": {
                    "geometry": {"type": "object", "description": "GeoJSON Point, MultiPoint or Polygon."},
                    "place": STRING,
                    "description": STRING,
                    "identifiers": array_of(IDENTIFIER),
                },
            }
        )
    },
}

_FUNDING: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "funder": {"type": "object", "properties": {"id": STRING, "name": STRING}},
        "award": {
            "type": "object",
            "properties": {
                "id": STRING, "title": _TITLES, "number": STRING, "acronym": STRING, "program": STRING,
                "identifiers": array_of(IDENTIFIER),
            },
        },
    },
}  # fmt: skip

_EDTF: Final[dict[str, Any]] = {
    "type": "string",
    "description": "EDTF level 0: a year, month, day, or an interval of two.",
    "examples": ["2026", "2026-05", "2026-05-14", "2025-01/2026-03"],
}

_PROPERTIES: Final[Mapping[str, Any]] = {
    "resource_type": TERM,
    "creators": array_of(CREATOR),
    "title": STRING,
    "publication_date": _EDTF,
    "additional_titles": array_of(_typed("title", "Additional title", lang=TERM)),
    "publisher": STRING,
    "subjects": array_of(
        {"type": "object", "properties": {"id": STRING, "subject": STRING, "scheme": STRING, "props": OBJECT}}
    ),
    "contributors": array_of(CREATOR),
    "dates": array_of(
        {
            "type": "object",
            "properties": {"date": _EDTF, "type": TERM, "description": STRING},
        }
    ),
    "languages": array_of(TERM),
    "identifiers": array_of(IDENTIFIER),
    "related_identifiers": array_of(_RELATED),
    "sizes": array_of(STRING),
    "formats": array_of(STRING),
    "version": {"type": "string", "maxLength": 191},
    "rights": array_of(_RIGHT),
    "copyright": STRING,
    "description": {"type": "string", "description": "HTML; what is not on the list of harmless tags is removed."},
    "additional_descriptions": array_of(_typed("description", "Additional description", lang=TERM)),
    "locations": _LOCATIONS,
    "funding": array_of(_FUNDING),
    "references": array_of(
        {
            "type": "object",
            "properties": {"reference": STRING, "scheme": STRING, "identifier": STRING},
        }
    ),
}

METADATA: Final = Schema(
    "Metadata",
    {
        "type": "object",
        "description": "The description of a record, after DataCite 4.6. To publish, `resource_type`, `creators`, "
        "`title` and `publication_date` are required.",
        "properties": dict(_PROPERTIES),
    },
)

PIDS: Final = Schema(
    "Pids",
    {
        "type": "object",
        "description": "Persistent identifiers by scheme.",
        "additionalProperties": {
            "type": "object",
            "properties": {"identifier": STRING, "provider": STRING, "client": STRING},
        },
    },
)

LINKS: Final = Schema(
    "Links",
    {
        "type": "object",
        "description": "Absolute addresses of what belongs to the record.",
        "properties": {"self": URI, "self_html": URI},
    },
)
