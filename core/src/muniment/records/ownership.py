"""Who owns records: giving one to somebody else, handing all over when somebody leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import delete, select, update

from muniment.access.actor import SYSTEM, Actor
from muniment.access.labels import draft_labels
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import Conflict, NotFound, PermissionDenied
from muniment.events.event import DraftSaved, RecordChanged
from muniment.events.models import EventRow
from muniment.files.events import FileCommitted, FileDeleted
from muniment.records.base import WRITE, WRITING
from muniment.records.models import Draft, Parent, Projection, Record
from muniment.records.plain_text import title_text
from muniment.records.snapshots import ParentHandle
from muniment.records.uploads import UploadOperations
from muniment.users.account_models import User

_BATCH = 200


class OwnershipOperations(UploadOperations):
    """Whose records are, and the end of somebody's part in the repository."""

    def parent_for(self, actor: Actor, number: str, action: str = "manage") -> ParentHandle:
        """The parent of the record or draft with this id, when `actor` may do `action` with all of it.

        What is public is not enough for that: it is asked as of what is restricted. Raises `NotFound` and
        `PermissionDenied`, which deleted records answer too.
        """
        if action in WRITING:
            actor.require_scope(WRITE)
        key = self.number_of(number)
        with self.database.read() as session:
            record, draft = session.get(Record, key), session.get(Draft, key)
            row = record or draft
            if row is None:
                raise NotFound()
            parent = self._parent(session, row.parent_id)
            gone = record is not None and record.deletion_status != "P"
        if gone or not actor.holds_any(draft_labels(action, parent.owner_subject, parent.id)):
            raise PermissionDenied()
        return self._parent_handle(row, parent)

    def parent_number_of(self, number: str) -> int | None:
        """The number of the parent that the record or draft with this id belongs to, or that has the id itself; None
        when there is none. Tells nothing else, whoever asks."""
        key = self.numbers.parse(number)
        if key is None:
            return None
        with self.database.read() as session:
            row = session.get(Record, key) or session.get(Draft, key)
            parent = session.get(Parent, row.parent_id if row is not None else key)
        return parent.id if parent is not None else None

    def parents(self, parent_ids: Sequence[int]) -> dict[int, ParentHandle]:
        """What these parents show, by number: the newest version, or before there is one a draft; whoever may see
        them. What is gone is left out."""
        found: dict[int, ParentHandle] = {}
        with self.database.read() as session:
            latest: Any = select(Record, Parent).join(Parent, Parent.latest_id == Record.id)
            drafts: Any = select(Draft, Parent).join(Parent, Parent.id == Draft.parent_id).order_by(Draft.id)
            for statement in (drafts, latest):
                for row, parent in session.execute(statement.where(Parent.id.in_(parent_ids))).all():
                    found[parent.id] = self._parent_handle(row, parent)
        return found

    def _parent_handle(self, row: Record | Draft, parent: Parent) -> ParentHandle:
        title = (row.data.get("metadata") or {}).get("title")
        return ParentHandle(
            id=parent.id,
            owner=parent.owner_subject,
            number=self.numbers.format(row.id),
            title=title_text(title),
            is_draft=isinstance(row, Draft),
            published=parent.latest_id is not None,
            access_record=row.access_record,
            access_files=row.access_files,
        )

    def transfer(
        self,
        actor: Actor,
        parent_id: int,
        *,
        giver: int | None,
        receiver: int,
        within: Callable[[UnitOfWork], None] | None = None,
    ) -> None:
        """Let all versions and drafts of a parent be somebody else's. Both must have agreed: that is for the caller.

        What else is to become durable with it is written by `within`. Answers once lists show it. Raises `Conflict`
        when they are not `giver`'s any more or `receiver` has no account that can be used, and `NotFound`.
        """
        with self.database.write() as unit:
            parent = unit.session.get(Parent, parent_id, with_for_update=True)
            if parent is None:
                raise NotFound()
            user = unit.session.get(User, receiver)
            if parent.owner_subject != giver or giver == receiver:
                raise Conflict("The record belongs to somebody else by now.")
            if user is None or not user.may_act:
                raise Conflict("The account that was to own the record cannot be used.")
            self._give(unit, [parent_id], receiver)
            unit.audit("record.transferred", f"parent:{parent_id}", actor, giver=giver, receiver=receiver)
            if within is not None:
                within(unit)
        self.repository.search.wait_for(unit.last_event_id)

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
            self._give(unit, parents, heir)
            unit.audit("records.handed_over", f"user:{subject}", actor, heir=heir, records=len(parents))
        return len(parents)

    def _give(self, unit: UnitOfWork, parents: Sequence[int], owner: int | None) -> None:
        unit.session.execute(update(Parent).where(Parent.id.in_(parents)).values(owner_subject=owner))
        self.renew_parents(unit, parents)

    def renew_parents(self, unit: UnitOfWork, parent_ids: Sequence[int]) -> None:
        """Have what shows and finds the published versions and drafts of these parents made again, since something that
        a plugin keeps about them changed in this transaction; their number is for the caller to bound.

        What is being rendered or published of them elsewhere at this moment shows what was before, and is not stored.
        """
        locked = select(Parent.id).where(Parent.id.in_(parent_ids)).order_by(Parent.id).with_for_update()
        unit.session.execute(locked)
        unit.session.execute(update(Parent).where(Parent.id.in_(parent_ids)).values(updated=unit.now))
        records = unit.session.execute(select(Record.id, Record.parent_id).where(Record.parent_id.in_(parent_ids)))
        rows = [(row.id, row.parent_id) for row in records]
        unit.session.execute(
            update(Projection).where(Projection.record_id.in_([number for number, _ in rows])).values(version="")
        )
        for number, parent in rows:
            self.tell(unit, RecordChanged(number, parent))
        self.renew_drafts(unit, parent_ids)

    def renew_drafts(self, unit: UnitOfWork, parent_ids: Sequence[int]) -> None:
        """Have the drafts of these parents found by what a plugin says of them after this transaction; their number is
        for the caller to bound. Nothing is kept waiting by it."""
        drafts = select(Draft.id, Draft.parent_id).where(Draft.parent_id.in_(parent_ids))
        for number, parent in unit.session.execute(drafts):
            unit.emit(DraftSaved(number, parent))
