"""Custom fields: metadata beyond the common schema, each with its validation, search and display hints."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from marshmallow import ValidationError
from marshmallow import fields as marshmallow_fields

from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas.parts import NOT_AN_OBJECT, Errors
from muniment.records.schemas.references import Reference
from muniment.records.schemas.term_relations import TermRelation

_NAME = re.compile(r"[a-z][a-z0-9-]*:[A-Za-z][A-Za-z0-9_-]*", re.ASCII)

#: Builds the marshmallow field that loads a value; called once for each generation of plugins.
FieldFactory = Callable[[IdentifierSchemes], "marshmallow_fields.Field"]  # type: ignore[type-arg]


@dataclass(frozen=True)
class VocabularyUse:
    """Which ids of a value belong to which vocabulary: a dotted path inside the value, empty for the value itself."""

    vocabulary: str
    path: str = ""


@dataclass(frozen=True)
class FacetHint:
    """A facet over the values at a dotted path inside the field (empty: the value itself)."""

    name: str
    label: str
    path: str = ""
    vocabulary: str = ""


@dataclass(frozen=True)
class IndexHints:
    """Paths inside the value that search reads: `text` word by word, `exact` as a whole; ``*`` is every entry."""

    text: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    facet: FacetHint | None = None


@dataclass(frozen=True)
class DisplayHints:
    """How pages show the field: under which heading, in which order, and with which labels for its keys.

    Texts are English and are translated when shown.
    """

    section: str
    order: int = 100
    labels: Mapping[str, str] = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True)
class MetadataField:
    """A custom field (`custom_fields` in the JSON). `name` has a namespace: ``journal:journal``.

    Raises `ValueError` for a name of another form.
    """

    name: str
    title: str
    field: FieldFactory
    vocabularies: tuple[VocabularyUse, ...] = ()
    index: IndexHints = IndexHints()
    display: DisplayHints = DisplayHints("Other")

    def __post_init__(self) -> None:
        if _NAME.fullmatch(self.name) is None:
            raise ValueError(f"a custom field cannot be named '{self.name}': use a namespace and a name (code:license)")

    @property
    def namespace(self) -> str:
        return self.name.partition(":")[0]

    @property
    def references(self) -> tuple[Reference, ...]:
        """Where ids of vocabularies stand in a record's document."""
        return tuple(
            Reference(
                ("custom_fields", self.name, *(use.path.split(".") if use.path else ())), use.vocabulary, TermRelation()
            )
            for use in self.vocabularies
        )


class MetadataFields:
    """The custom fields of one generation of plugins, in the order in which they are shown.

    Raises `ValueError` when two fields have one name.
    """

    def __init__(self, fields: Iterable[MetadataField] = ()) -> None:
        ordered = sorted(fields, key=lambda item: (item.display.order, item.name))
        self._fields = {item.name: item for item in ordered}
        if len(self._fields) != len(ordered):
            names = [item.name for item in ordered]
            raise ValueError(f"two custom fields are named '{next(n for n in names if names.count(n) > 1)}'")
        self.references = tuple(reference for item in ordered for reference in item.references)

    def __iter__(self) -> Iterator[MetadataField]:
        return iter(self._fields.values())

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def get(self, name: str) -> MetadataField | None:
        return self._fields.get(name)

    def hidden(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The custom fields of a stored document that belong to plugins which are not enabled.

        They are neither shown nor changed, and are kept until their plugin comes back.
        """
        stored = document.get("custom_fields")
        return {name: value for name, value in (stored or {}).items() if name not in self._fields}

    def sections(self) -> list[tuple[str, list[MetadataField]]]:
        """The fields by heading; a heading stands where its first field does."""
        first: dict[str, int] = {}
        for position, item in enumerate(self):
            first.setdefault(item.display.section, position)
        ordered = sorted(self, key=lambda item: first[item.display.section])
        return [(section, list(items)) for section, items in groupby(ordered, key=lambda item: item.display.section)]


class CustomFieldsLoader:
    """Loads `custom_fields` with the fields of a generation; names that no enabled plugin knows are left out."""

    def __init__(self, fields: MetadataFields, schemes: IdentifierSchemes) -> None:
        self._loaders = {item.name: item.field(schemes) for item in fields}

    def load(self, value: Any) -> tuple[dict[str, Any], Errors]:
        """What is valid, and the errors of the rest."""
        data: dict[str, Any] = {}
        errors: Errors = {}
        if not isinstance(value, Mapping):
            return data, {} if value is None else {"_schema": [NOT_AN_OBJECT]}
        for name, loader in self._loaders.items():
            if value.get(name) is None:
                continue
            try:
                data[name] = loader.deserialize(value[name])
            except ValidationError as error:
                errors[name] = error.messages
                if error.valid_data:
                    data[name] = error.valid_data
        return data, errors
