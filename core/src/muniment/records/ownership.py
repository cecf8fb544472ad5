"""Who owns records: handing them over when somebody leaves."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from muniment.access.actor import SYSTEM, Actor
from muniment.errors import NotFound, PermissionDenied
from muniment.events.event import RecordChanged
from muniment.events.models import EventRow
from muniment.files.events import FileCommitted, FileDeleted
from muniment.records.models import Draft, Parent, Projection, Record
from muniment.records.uploads import UploadOperations

_BATCH = 200


class OwnershipOperations(UploadOperations):
    """The end of somebody's part in the repository."""

    def leave(self, actor: Actor, subject: int, heir: int | None = None) -> None:
        """Discard the drafts of somebody who leaves and give their published records to `heir`, or to nobody.

        For the system and administrators. Works in steps that can be repeated, so that a failure in between leaves
        nothing but the rest to do.
        """
        if not actor.is_administrator:
            raise PermissionDenied()
        numbers = self._drafts_of(subject)
        for number in numbers:
            try:
                self.delete_draft(SYSTEM, self.numbers.format(number))
            except NotFound:
                continue  # another process was faster
        self._forget_file_names(numbers)
        while self._hand_over(actor, subject, heir):
            pass

    def _drafts_of(self, subject: int) -> list[int]:
        statement = select(Draft.id).join(Parent, Parent.id == Draft.parent_id).where(Parent.owner_subject == subject)
        with self.database.read() as session:
            return list(session.execute(statement).scalars())

    def _forget_file_names(self, numbers: list[int]) -> None:
        """Take events about the files of discarded drafts out of the log: their names are the person's words."""
        keys = [f"draft:{number}" for number in numbers]
        for start in range(0, len(keys), _BATCH):
            gone = delete(EventRow).where(
                EventRow.name.in_([FileCommitted.name, FileDeleted.name]),
                EventRow.key.in_(keys[start : start + _BATCH]),
            )
            with self.database.write() as unit:
                unit.session.execute(gone)

    def _hand_over(self, actor: Actor, subject: int, heir: int | None) -> int:
        """Give the next records away; returns how many. What shows or finds them is made again."""
        with self.database.write() as unit:
            parents = list(
                unit.session.execute(
                    select(Parent.id).where(Parent.owner_subject == subject).order_by(Parent.id).limit(_BATCH)
                ).scalars()
            )
            if not parents:
                return 0
            unit.session.execute(
                update(Parent).where(Parent.id.in_(parents)).values(owner_subject=heir, updated=unit.now)
            )
            records = unit.session.execute(select(Record.id, Record.parent_id).where(Record.parent_id.in_(parents)))
            rows = [(row.id, row.parent_id) for row in records]
            unit.session.execute(
                update(Projection).where(Projection.record_id.in_([number for number, _ in rows])).values(version="")
            )
            for number, parent in rows:
                self.tell(unit, RecordChanged(number, parent))
            unit.audit("records.handed_over", f"user:{subject}", actor, heir=heir, records=len(parents))
        return len(parents)
