"""What a searchable field is, and the map from the names that people use to fields: the safety boundary of search."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from muniment.search.folding import fold_exact


class Kind(Enum):
    """How a field is searched: by words, by whole values, by number, by day or by moment."""

    TEXT = "text"
    KEYWORD = "keyword"
    INTEGER = "integer"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class SearchField:
    """A field that queries may name.

    `aliases` are further names. `columns` names the number columns of the index: one for a value, two for the
    beginning and end of a period. `normalise` brings a keyword into the form that is indexed. `path` leads to the
    values in the record's JSON for the fields that plugins add (``("custom_fields", "journal:journal", "title")``);
    fields of the core have none, they are filled by `document`. `read` takes the values from the JSON where a path
    does not lead to them.
    """

    name: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    normalise: Callable[[str], str] = field(default=fold_exact, compare=False)
    path: tuple[str, ...] = ()
    read: Callable[[Mapping[str, Any]], list[str]] | None = field(default=None, compare=False)

    @property
    def is_extension(self) -> bool:
        return bool(self.path)

    @property
    def is_numeric(self) -> bool:
        return self.kind in (Kind.INTEGER, Kind.DAY, Kind.MOMENT)


class FieldMap:
    """All names that a query may use. A name that is not here cannot reach the index.

    Raises `ValueError` when two fields claim one name.
    """

    def __init__(self, fields: Iterable[SearchField]) -> None:
        self.fields: dict[str, SearchField] = {}
        self._names: dict[str, SearchField] = {}
        for entry in fields:
            self.fields[entry.name] = entry
            for name in (entry.name, *entry.aliases):
                known = self._names.setdefault(name.casefold(), entry)
                if known is not entry:
                    raise ValueError(f"the search name '{name}' belongs to '{known.name}' and to '{entry.name}'")

    @cached_property
    def extensions(self) -> tuple[SearchField, ...]:
        """The fields that plugins add."""
        return tuple(entry for entry in self.fields.values() if entry.is_extension)

    @cached_property
    def readers(self) -> tuple[SearchField, ...]:
        """Those of them that look at every record, wherever their values stand."""
        return tuple(entry for entry in self.extensions if entry.read is not None)

    @cached_property
    def first_columns(self) -> tuple[tuple[str, str], ...]:
        """The names of the fields with number columns, each with its first."""
        return tuple((name, entry.columns[0]) for name, entry in self.fields.items() if entry.columns)

    def get(self, name: str) -> SearchField | None:
        return self._names.get(name.casefold())

    def similar(self, name: str) -> list[str]:
        """Up to three known names that look like `name`, for the error message."""
        return difflib.get_close_matches(name.casefold(), self._names, n=3, cutoff=0.7)

    def extended(self, fields: Iterable[SearchField]) -> FieldMap:
        return FieldMap([*self.fields.values(), *fields])
