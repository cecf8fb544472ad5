"""What an import format is: it turns one document of another system into the JSON of a draft, and says what it lost.

Formats come from plugins through the hook `register_import_formats`; `muniment.records.record_importer` uses them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from muniment.errors import Problem


class KnownTerms(Protocol):
    """Answers which vocabulary terms this repository has, so that a format links only to what exists."""

    def has(self, vocabulary: str, term: str) -> bool:
        """Whether `term` is an id of the vocabulary (`licenses`, `languages`, `affiliations`, …)."""
        ...


@dataclass(frozen=True)
class Loss:
    """Something of the source that the draft does not carry, or carries in another form.

    `field` is a dotted path in the source document (`rightsList.0`), or of the draft where the repository's
    own schema left something out (`metadata.dates.2.date`).
    """

    field: str
    reason: str


@dataclass(frozen=True)
class ImportedRecord:
    """One source document as the JSON of a draft: `metadata`, `custom_fields`, `access`, `pids`, `files`.

    `source` and `source_id` together name the source record for ever: importing a document with the same
    pair again updates the record that the first import made. Documents with a DOI use `("doi", <lower case DOI>)`.
    """

    source_id: str
    data: Mapping[str, Any]
    losses: tuple[Loss, ...] = ()
    source: str = "doi"


@dataclass(frozen=True)
class ImportFormat:
    """A format that records can be read from.

    `detect(document)` says whether a parsed JSON document is in this format; it must be cheap and never raise.
    `read(document, known)` makes the draft; it raises `RecordRefused` only where the document cannot become a
    record at all. What the repository's schema demands is not its business: it leaves out what the source lacks.

    Formats that are no JSON name the endings of their files in `suffixes` (in lower case, with the dot) and `parse` a
    whole file into documents as `detect` and `read` know them. `parse` raises `ValueError` for what cannot be read,
    with words for people.
    """

    name: str
    title: str
    detect: Callable[[Mapping[str, Any]], bool]
    read: Callable[[Mapping[str, Any], KnownTerms], ImportedRecord]
    order: int = field(default=100)
    suffixes: tuple[str, ...] = ()
    parse: Callable[[bytes], Iterable[Mapping[str, Any]]] | None = None


class RecordRefused(Exception):
    """A document that cannot become a record; `problems` says why, field by field."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.field}: {problem.message}" for problem in self.problems))
