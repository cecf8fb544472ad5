"""What followers of records need to know of many of them at once: who may see them, and whether they changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Executable, select

from muniment.records.models import Parent, Record
from muniment.records.reading import ReadOperations


@dataclass(frozen=True)
class RecordState:
    """A published version as it is now. `is_public` tells whether everybody may see its description; `number` is its
    public id. `revision` grows with each change of the version itself."""

    record_id: int
    parent_id: int
    number: str
    revision: int
    is_public: bool
    is_deleted: bool
    is_latest: bool
    created: datetime
    updated: datetime


class StateOperations(ReadOperations):
    """The states of many records, whoever may see them: for what follows records, never for readers."""

    def states(self, record_ids: Sequence[int]) -> dict[int, RecordState]:
        """The states of these records by their numbers, one statement for all; inside a unit of work of the same thread
        as they are in it. What was never published is left out."""
        return self._states(_STATES.where(Record.id.in_(record_ids))) if record_ids else {}

    def states_after(self, record_id: int, limit: int = 500) -> dict[int, RecordState]:
        """The states of the records with the next larger numbers, in their order; empty at the end."""
        return self._states(_STATES.where(Record.id > record_id).order_by(Record.id).limit(limit))

    def _states(self, statement: Executable) -> dict[int, RecordState]:
        with self.database.read() as session:
            rows = session.execute(statement).all()
        return {
            number: RecordState(
                number,
                parent,
                self.numbers.format(number),
                revision,
                is_public=access == "public",
                is_deleted=status != "P",
                is_latest=latest == number,
                created=created,
                updated=updated,
            )
            for number, parent, revision, access, status, latest, created, updated in rows
        }


_STATES = select(
    Record.id,
    Record.parent_id,
    Record.revision,
    Record.access_record,
    Record.deletion_status,
    Parent.latest_id,
    Record.created,
    Record.updated,
).join(Parent, Parent.id == Record.parent_id)
