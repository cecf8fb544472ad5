"""What people and programs send about a community, checked and cleaned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from marshmallow import EXCLUDE, Schema, ValidationError, fields
from marshmallow.validate import OneOf

from muniment.api import Problem, ValidationFailed, clean_text, stored_html
from muniment_communities.community import POLICIES

LONGEST_TITLE: Final = 250
LONGEST_DESCRIPTION: Final = 250
LONGEST_PAGE: Final = 50_000
TYPES: Final = ("organization", "event", "topic", "project")
_SLUG: Final = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
#: Beginnings of addresses of pages and of the API.
_TAKEN: Final = frozenset({"new", "search", "featured", "browse", "invitations"})
NO_SLUG: Final = "Use letters, digits, hyphens and underscores only."
TAKEN_SLUG: Final = "This is the beginning of another address; choose something else."


class _Line(fields.Field):  # type: ignore[type-arg]  # it is not generic in marshmallow 3
    """A text on one line."""

    def __init__(self, longest: int, **more: Any) -> None:
        super().__init__(**more)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        if not isinstance(value, str):
            raise ValidationError("Not a valid string.")
        return clean_text(value, maximum=self.longest)


class _Title(_Line):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not text:
            raise ValidationError("Missing data for required field.")
        return text


class _Page(fields.Field):  # type: ignore[type-arg]
    """A page of HTML."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        if not isinstance(value, str):
            raise ValidationError("Not a valid string.")
        return stored_html(clean_text(value, maximum=LONGEST_PAGE, lines=True))


class _Website(_Line):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            parts = urlsplit(text)
            known = not text or (parts.scheme in ("http", "https") and bool(parts.hostname))
        except ValueError:
            known = False
        if not known or any(mark in text for mark in ' "<>'):
            raise ValidationError("Not a valid URL.")
        return text


class _Type(Schema):
    class Meta:
        unknown = EXCLUDE

    id = fields.String(required=True, validate=OneOf(TYPES))


class _Organization(Schema):
    class Meta:
        unknown = EXCLUDE

    id = _Line(200)
    name = _Line(250)


class _Metadata(Schema):
    class Meta:
        unknown = EXCLUDE

    title = _Title(LONGEST_TITLE, required=True)
    description = _Line(LONGEST_DESCRIPTION)
    curation_policy = _Page()
    page = _Page()
    type = fields.Nested(_Type, allow_none=True)
    website = _Website(2000)
    organizations = fields.List(fields.Nested(_Organization))
    funding = fields.List(fields.Dict())


class _Access(Schema):
    class Meta:
        unknown = EXCLUDE


_POLICY_FIELDS: Final[Mapping[str, Any]] = {
    name: fields.String(validate=OneOf(values)) for name, values in POLICIES.items()
}
_ACCESS: Final = _Access.from_dict(dict(_POLICY_FIELDS))


class _Children(Schema):
    class Meta:
        unknown = EXCLUDE

    allow = fields.Boolean()


class _Community(Schema):
    class Meta:
        unknown = EXCLUDE

    slug = fields.String(required=True)
    metadata = fields.Nested(_Metadata, required=True)
    access = fields.Nested(_ACCESS(unknown=EXCLUDE), load_default=dict)
    children = fields.Nested(_Children, load_default=dict)


def checked(sent: Mapping[str, Any], *, slug: str | None = None) -> dict[str, Any]:
    """What to store: `slug`, `metadata`, `access` and `children`. Without a slug in it `slug` stays. Raises
    `ValidationFailed` that names each field."""
    try:
        found: dict[str, Any] = _Community().load({"slug": slug, **sent} if slug else dict(sent))
    except ValidationError as error:
        raise ValidationFailed(errors=list(_problems(error.messages_dict))) from error
    found["slug"] = checked_slug(found["slug"])
    found["metadata"] = {name: value for name, value in found["metadata"].items() if value not in ("", None, [], {})}
    return found


def checked_slug(slug: Any) -> str:
    """A slug that can stand in addresses. Raises `ValidationFailed`."""
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug) or _UUID.fullmatch(slug.lower()):
        raise ValidationFailed(errors=[Problem("slug", NO_SLUG)])
    if slug.lower() in _TAKEN:
        raise ValidationFailed(errors=[Problem("slug", TAKEN_SLUG)])
    return slug


def checked_tombstone(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What a tombstone says besides who and when. Raises `ValidationFailed`."""
    note, reason, shown = sent.get("note", ""), sent.get("removal_reason"), sent.get("is_visible", True)
    if not isinstance(note, str) or len(note) > 1000:
        raise ValidationFailed(errors=[Problem("note", "Not a valid string.")])
    if not isinstance(shown, bool):
        raise ValidationFailed(errors=[Problem("is_visible", "Not a valid boolean.")])
    known = isinstance(reason, Mapping) and isinstance(reason.get("id"), str) and len(str(reason["id"])) <= 100
    if reason is not None and not known:
        raise ValidationFailed(errors=[Problem("removal_reason", "An object with an id.")])
    return {"note": note, "is_visible": shown, **({"removal_reason": {"id": reason["id"]}} if reason else {})}


def _problems(messages: Any, path: str = "") -> list[Problem]:
    if isinstance(messages, Mapping):
        return [
            problem
            for name, inner in messages.items()
            for problem in _problems(inner, f"{path}.{name}" if path else str(name))
        ]
    return [Problem(path, str(message)) for message in messages]
