"""JSON Schemas of accounts, groups and sessions."""

from __future__ import annotations

from typing import Final

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

_MOMENT: Final = nullable(DATE_TIME)
_VISIBILITY: Final = {"type": "string", "enum": ["public", "restricted"]}

PROFILE: Final = Schema("UserProfile", {"type": "object", "properties": {"full_name": STRING, "affiliations": STRING}})
PREFERENCES: Final = Schema(
    "UserPreferences",
    {
        "type": "object",
        "properties": {
            "visibility": _VISIBILITY,
            "email_visibility": _VISIBILITY,
            "locale": STRING,
            "timezone": STRING,
        },
    },
)
USER: Final = Schema(
    "User",
    {
        "type": "object",
        "required": ["id", "username", "profile", "active", "is_current_user", "links"],
        "properties": {
            "id": STRING,
            "username": nullable(STRING),
            "email": STRING,
            "profile": PROFILE,
            "preferences": PREFERENCES,
            "identities": {"type": "object"},
            "active": BOOLEAN,
            "confirmed": BOOLEAN,
            "blocked": BOOLEAN,
            "verified": BOOLEAN,
            "domain": STRING,
            "status": {"type": "string", "enum": ["new", "confirmed", "verified", "blocked", "waiting", "inactive"]},
            "is_current_user": BOOLEAN,
            "confirmed_at": _MOMENT,
            "verified_at": _MOMENT,
            "blocked_at": _MOMENT,
            "current_login_at": _MOMENT,
            "last_login_at": _MOMENT,
            "login_count": INTEGER,
            "roles": array_of(STRING),
            "created": DATE_TIME,
            "updated": DATE_TIME,
            "revision_id": INTEGER,
            "links": {"type": "object", "additionalProperties": URI},
        },
    },
)
USER_PAGE: Final = page_of("UserList", USER)
USER_INPUT: Final = Schema(
    "UserInput",
    {
        "type": "object",
        "required": ["email"],
        "properties": {
            "email": {"type": "string", "format": "email"},
            "username": STRING,
            "profile": PROFILE,
            "preferences": PREFERENCES,
        },
    },
)
GROUP: Final = Schema(
    "Group",
    {
        "type": "object",
        "required": ["id", "name", "is_managed", "links"],
        "properties": {
            "id": STRING,
            "name": STRING,
            "title": STRING,
            "description": STRING,
            "permissions": array_of(STRING),
            "is_managed": {"type": "boolean", "description": "Whether the site can change or remove it."},
            "links": {"type": "object", "additionalProperties": URI},
        },
    },
)
GROUP_PAGE: Final = page_of("GroupList", GROUP)
GROUP_INPUT: Final = Schema(
    "GroupInput",
    {
        "type": "object",
        "required": ["name"],
        "properties": {"name": STRING, "title": STRING, "permissions": array_of(STRING)},
    },
)
GROUP_CHANGE: Final = Schema(
    "GroupChange", {"type": "object", "properties": {"title": STRING, "permissions": array_of(STRING)}}
)
_SHORT_GROUPS: Final = array_of({"type": "object", "properties": {"id": STRING, "name": STRING}})
USER_GROUPS: Final = Schema(
    "UserGroups",
    {
        "type": "object",
        "required": ["hits", "groups", "available_groups", "total", "links"],
        "properties": {
            **GROUP_PAGE.body["properties"],
            "groups": _SHORT_GROUPS,
            "available_groups": {**_SHORT_GROUPS, "description": "Those that you can give; empty if you cannot."},
            "total": INTEGER,
        },
    },
)
GROUP_REFERENCES: Final = Schema(
    "GroupReferences",
    {"type": "object", "properties": {"groups": array_of(STRING), "id": STRING}},
)
SESSION: Final = Schema(
    "Session",
    {
        "type": "object",
        "required": ["id", "current", "created", "last_activity"],
        "properties": {
            "id": STRING,
            "current": BOOLEAN,
            "device": STRING,
            "ip": STRING,
            "created": DATE_TIME,
            "last_activity": DATE_TIME,
            "links": {"type": "object", "additionalProperties": URI},
        },
    },
)
SESSION_PAGE: Final = page_of("SessionList", SESSION)
MESSAGE: Final = Schema("Message", {"type": "object", "required": ["message"], "properties": {"message": STRING}})


def fields_of(name: str, **properties: dict[str, object]) -> Schema:
    """A body whose fields are all required."""
    return Schema(name, {"type": "object", "required": sorted(properties), "properties": properties})


EMAIL: Final = {"type": "string", "format": "email", "maxLength": 254}
PASSWORD: Final = {"type": "string", "format": "password", "maxLength": 128}

SIGN_IN: Final = fields_of("SignIn", email=STRING, password=PASSWORD)
REGISTRATION: Final = Schema(
    "Registration",
    {
        "type": "object",
        "required": ["email", "password"],
        "properties": {"email": EMAIL, "password": {**PASSWORD, "minLength": 8}, "profile": PROFILE},
    },
)
EMAIL_ONLY: Final = fields_of("EmailAddress", email=EMAIL)
LINK_TOKEN: Final = fields_of("LinkToken", token=STRING)
NEW_PASSWORD: Final = fields_of("NewPassword", token=STRING, new_password=PASSWORD)
PASSWORD_CHANGE: Final = fields_of("PasswordChange", password=PASSWORD, new_password=PASSWORD)
