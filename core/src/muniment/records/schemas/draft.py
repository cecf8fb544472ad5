"""Loads the JSON of drafts leniently, and tells what stands against publishing them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from muniment.errors import Problem
from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas.administration import load_access, load_files, load_media_files, load_pids
from muniment.records.schemas.fields import CustomFieldsLoader, MetadataFields
from muniment.records.schemas.metadata import MetadataPart, metadata_part
from muniment.records.schemas.parts import NOT_AN_OBJECT, SELF, Errors, compact
from muniment.records.schemas.problems import problems_of
from muniment.records.schemas.references import Branch, Resolve, all_references, resolve_references


@dataclass(frozen=True)
class LoadResult:
    """What is valid of a draft's JSON, ready to be stored, and what is wrong with the rest.

    `data` always has the keys metadata, access, files, custom_fields and pids, and media_files where they are on.
    Entries of lists may be incomplete (a contributor without a role); what could not be read at all is not there.
    """

    data: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Schema:
    metadata: MetadataPart
    custom_fields: CustomFieldsLoader
    references: Branch


@lru_cache(maxsize=16)
def _schema(identifiers: IdentifierSchemes, fields: MetadataFields) -> _Schema:
    """Building marshmallow schemas costs more than loading a record with them, so it is done once a generation."""
    return _Schema(metadata_part(identifiers), CustomFieldsLoader(fields, identifiers), all_references(fields))


class DraftSchema:
    """The schema of drafts."""

    def load(
        self, data: object, *, resolve: Resolve, identifiers: IdentifierSchemes, fields: MetadataFields
    ) -> LoadResult:
        """Load any JSON value; never raises for its content.

        Required fields of the metadata are asked for when the key `metadata` is there at all, as InvenioRDM does.
        `resolve` is called once at most.
        """
        if not isinstance(data, Mapping):
            return LoadResult(_loaded({}, {}, None), [Problem("", NOT_AN_OBJECT)])
        schema = _schema(identifiers, fields)
        errors: dict[str, Errors] = {}
        metadata = _load_metadata(schema, data.get("metadata"), errors)
        custom_fields, errors["custom_fields"] = schema.custom_fields.load(data.get("custom_fields"))
        loaded = _loaded(metadata, custom_fields, data, errors)
        problems = list(_problems(errors))
        problems += resolve_references(loaded, schema.references, resolve)
        loaded["metadata"] = compact(loaded["metadata"])
        loaded["custom_fields"] = compact(loaded["custom_fields"])
        return LoadResult(loaded, problems)


def _load_metadata(schema: _Schema, value: Any, errors: dict[str, Errors]) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        errors["metadata"] = {SELF: [NOT_AN_OBJECT]}
        return {}
    loaded, errors["metadata"] = schema.metadata.load_part(value)
    return loaded


def _loaded(
    metadata: dict[str, Any],
    custom_fields: dict[str, Any],
    data: Mapping[Any, Any] | None,
    errors: dict[str, Errors] | None = None,
) -> dict[str, Any]:
    errors = {} if errors is None else errors
    data = data or {}
    access, errors["access"] = load_access(data.get("access"))
    files, errors["files"] = load_files(data.get("files"))
    media_files, errors["media_files"] = load_media_files(data.get("media_files"))
    pids, errors["pids"] = load_pids(data.get("pids"))
    found = {"metadata": metadata, "access": access, "files": files, "custom_fields": custom_fields, "pids": pids}
    return {**found, "media_files": media_files} if media_files else found


def _problems(errors: Mapping[str, Errors]) -> Iterator[Problem]:
    for part, messages in errors.items():
        yield from problems_of(messages, part)


def check_publishable(
    data: Mapping[str, Any], *, resolve: Resolve, identifiers: IdentifierSchemes, fields: MetadataFields
) -> list[Problem]:
    """Everything that stands against publishing a stored draft: all that loading reports, and missing metadata."""
    complete = {**data, "metadata": data.get("metadata") or {}}
    return DraftSchema().load(complete, resolve=resolve, identifiers=identifiers, fields=fields).problems
