"""What became of a document that was imported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from muniment.errors import Problem
from muniment.records.importing import ImportedRecord, Loss


@dataclass(frozen=True)
class ImportResult:
    """What became of one document.

    `status` is ``imported``, ``updated`` (the source had changed), ``unchanged``, ``duplicate`` (the same source record
    came earlier in this run) or ``refused``; `id` is the record's public id, `problems` say why it was refused.
    """

    place: str
    status: str
    id: str | None = None
    source: str = ""
    source_id: str = ""
    problems: tuple[Problem, ...] = ()
    losses: tuple[Loss, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON, for reports."""
        found: dict[str, Any] = {"place": self.place, "status": self.status}
        if self.source_id:
            found |= {"source": self.source, "source_id": self.source_id}
        if self.id is not None:
            found["id"] = self.id
        found["problems"] = [{"field": item.field, "message": item.message} for item in self.problems]
        found["losses"] = [{"field": item.field, "reason": item.reason} for item in self.losses]
        return found


def refused(place: str, problems: Iterable[Problem]) -> ImportResult:
    return ImportResult(place, "refused", problems=tuple(problems))


def result_of(
    imported: ImportedRecord,
    place: str,
    status: str,
    *,
    number: str | None = None,
    problems: Iterable[Problem] = (),
    losses: Iterable[Loss] | None = None,
) -> ImportResult:
    return ImportResult(
        place,
        status,
        number,
        imported.source,
        imported.source_id,
        tuple(problems),
        tuple(imported.losses if losses is None else losses),
    )
