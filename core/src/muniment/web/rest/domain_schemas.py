"""JSON Schemas of domains of e-mail addresses, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from muniment.users.domain_fields import STATUSES
from muniment.web.rest.document import (
    BOOLEAN,
    DATE_TIME,
    INTEGER,
    STRING,
    URI,
    Schema,
    array_of,
    nullable,
    page_of,
)

_NAME: Final[dict[str, Any]] = {"type": "string", "minLength": 1, "maxLength": 253}
_STATUS: Final[dict[str, Any]] = {
    "type": "string",
    "enum": list(STATUSES),
    "description": "`new`: nothing of its own holds; `moderated`: accounts wait for approval; `verified`: accounts are "
    "vouched for; `blocked`: there are no accounts. It holds for domains below too.",
}
_ORGANISATION: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["pid", "name"],
    "properties": {
        "pid": {"type": "string", "minLength": 1, "maxLength": 255},
        "name": {"type": "string", "minLength": 1, "maxLength": 255},
        "props": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 255}},
    },
}
_SAID: Final[dict[str, Any]] = {
    "status_name": _STATUS,
    "category_name": {"type": "string", "maxLength": 80},
    "flagged": BOOLEAN,
    "flagged_source": {"type": "string", "maxLength": 255},
    "org": array_of(_ORGANISATION),
}
_NUMBERS: Final = ("users", "active", "inactive", "confirmed", "verified", "blocked")

DOMAIN_INPUT: Final = Schema(
    "DomainInput", {"type": "object", "required": ["domain"], "properties": {"domain": _NAME, **_SAID}}
)
DOMAIN_CHANGE: Final = Schema("DomainChange", {"type": "object", "properties": _SAID})
DOMAIN: Final = Schema(
    "Domain",
    {
        "type": "object",
        "required": ["id", "domain", "tld", "status", "status_name", "flagged", "revision_id", "links"],
        "properties": {
            "id": _NAME,
            "domain": _NAME,
            "tld": STRING,
            "status": {"type": "integer", "enum": list(STATUSES.values())},
            "status_name": _STATUS,
            "category": nullable(STRING),
            "category_name": nullable(STRING),
            "flagged": BOOLEAN,
            "flagged_source": STRING,
            "org": nullable(array_of(_ORGANISATION)),
            **{f"num_{name}": INTEGER for name in _NUMBERS},
            "created": nullable(DATE_TIME),
            "updated": nullable(DATE_TIME),
            "revision_id": INTEGER,
            "links": {"type": "object", "additionalProperties": URI},
        },
    },
)
DOMAIN_PAGE: Final = page_of("DomainList", DOMAIN)
