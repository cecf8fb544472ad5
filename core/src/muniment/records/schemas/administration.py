"""The parts of a draft that are not description: who may see it, what its files are like, identifiers it brings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from muniment.identifiers.core_schemes import bare_doi
from muniment.records.schemas import limits
from muniment.records.schemas.parts import NOT_AN_OBJECT, SELF, Errors, ListOf, Part, add_error
from muniment.records.schemas.text import Text

PUBLIC, RESTRICTED = "public", "restricted"
EXTERNAL = "external"

Loaded = tuple[dict[str, Any], Errors]


def load_access(value: Any) -> Loaded:
    """`{"record", "files"}`, each public or restricted.

    Public when nothing is said; the files as the record when only that is given. What is said but not understood is
    restricted: nothing becomes public by a typing error.
    """
    if value is None:
        return {"record": PUBLIC, "files": PUBLIC}, {}
    if not isinstance(value, Mapping):
        return {"record": RESTRICTED, "files": RESTRICTED}, {SELF: [NOT_AN_OBJECT]}
    errors: Errors = {}
    record = _protection(value.get("record", PUBLIC), "record", errors)
    files = _protection(value.get("files", record), "files", errors)
    return {"record": record, "files": files}, errors


def _protection(value: Any, name: str, errors: Errors) -> str:
    if isinstance(value, str) and value in (PUBLIC, RESTRICTED):
        return value
    add_error(errors, f"'{name}' must be either 'public' or 'restricted'", name)
    return RESTRICTED


class FilesPart(Part):
    """Settings of a record's files; `enabled` is false for records that are only described."""

    enabled = fields.Boolean()
    default_preview = Text(maximum=limits.NAME)
    order = ListOf(Text(minimum=1, maximum=limits.NAME))

    def finish(self, data: dict[str, Any], errors: Errors) -> None:  # noqa: ARG002
        if not data.get("default_preview"):
            data.pop("default_preview", None)
        data["order"] = [key for key in data.get("order", []) if key is not None]
        data.setdefault("enabled", True)


_FILES = FilesPart()


def load_files(value: Any) -> Loaded:
    """`{"enabled", "order"}` and perhaps `default_preview`; enabled when nothing is said."""
    if isinstance(value, Mapping):
        return _FILES.load_part(value)
    data, _ = _FILES.load_part({})
    return data, {} if value is None else {SELF: [NOT_AN_OBJECT]}


class MediaFilesPart(Part):
    """Whether a record has media files: derived ones, such as subtitles or tiles, that are not part of the work."""

    enabled = fields.Boolean()


_MEDIA_FILES = MediaFilesPart()


def load_media_files(value: Any) -> Loaded:
    """`{"enabled": True}`, or nothing: a record has no media files unless somebody says so."""
    if not isinstance(value, Mapping):
        return {}, {} if value is None else {SELF: [NOT_AN_OBJECT]}
    data, errors = _MEDIA_FILES.load_part(value)
    return {"enabled": True} if data.get("enabled") else {}, errors


class PersistentIdentifierPart(Part):
    """An identifier as clients send it: from elsewhere (`provider` ``external``), or one that they were given."""

    identifier = Text(required=True, minimum=1, maximum=limits.IDENTIFIER)
    provider = Text(required=True, minimum=1, maximum=limits.NAME)
    client = Text(maximum=limits.NAME)


_IDENTIFIER = PersistentIdentifierPart()
_SCHEME = re.compile(r"[a-z][a-z0-9_-]{0,49}", re.ASCII)


def load_pids(value: Any) -> Loaded:
    """Identifiers by scheme. An external DOI is checked and stored without resolver; others are only made safe.

    Which identifiers of other providers may stay is for the services to decide: it depends on what was reserved.
    """
    if not isinstance(value, Mapping):
        return {}, {} if value is None else {SELF: [NOT_AN_OBJECT]}
    data: dict[str, Any] = {}
    errors: Errors = {}
    for scheme, item in value.items():
        if item is None or item == {}:
            continue
        if not isinstance(scheme, str) or _SCHEME.fullmatch(scheme) is None:
            add_error(errors, "Invalid persistent identifier scheme.")
            continue
        try:
            data[scheme] = _persistent_identifier(scheme, item)
        except ValidationError as error:
            errors[scheme] = error.messages
    return data, errors


def _persistent_identifier(scheme: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValidationError(NOT_AN_OBJECT)
    loaded, errors = _IDENTIFIER.load_part(value)
    if errors:
        raise ValidationError(errors)
    if scheme == "doi" and loaded["provider"] == EXTERNAL:
        doi = bare_doi(loaded["identifier"])
        if doi is None:
            raise ValidationError({"identifier": ["Invalid DOI identifier."]})
        loaded["identifier"] = doi
    return loaded
