"""Changing who may see a published record without a new edition of its description: what ends by itself, what
moderators decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from muniment.access.actor import Actor
from muniment.access.labels import record_labels
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import PermissionDenied
from muniment.events.event import DraftSaved, RecordChanged
from muniment.records.administration import AdministrationOperations
from muniment.records.base import ACT
from muniment.records.models import Draft, Parent, Projection, Record
from muniment.records.parts import held

_BATCH = 500
#: As the partial index says it, so that both databases use that.
_HOLDS_ANYTHING = text("records.parts <> '{}'")


@dataclass(frozen=True)
class AccessState:
    """Who may see a record (or its draft) and its files, ``public`` or ``restricted``, and by path what plugins keep
    with it."""

    record: str
    files: str
    parts: Mapping[str, Any]

    def with_part(self, path: str, value: Any) -> AccessState:
        """The same with another value of one part; None removes it."""
        return replace(self, parts=held({**self.parts, path: value}))


@dataclass(frozen=True)
class PartHolder:
    """A published record in which a part of a plugin holds something."""

    number: str
    title: str
    owner: int | None
    access_record: str
    access_files: str
    stored: Any


@dataclass(frozen=True)
class AccessChanged:
    """What was done to the access of a published record."""

    record_id: int
    before: AccessState
    after: AccessState


#: What becomes of a record's access; None leaves it as it is.
AccessChange = Callable[[AccessState], "AccessState | None"]


def visibility(changed: AccessChanged) -> dict[str, Any]:
    """The details of a change for the audit trail."""
    return {
        "before": {"record": changed.before.record, "files": changed.before.files},
        "after": {"record": changed.after.record, "files": changed.after.files},
    }


class AccessOperations(AdministrationOperations):
    """The access of published records."""

    def change_access(
        self,
        actor: Actor,
        number: str,
        change: AccessChange,
        *,
        act: str = "record.access_changed",
        details: Callable[[AccessChanged], Mapping[str, Any]] = visibility,
        within: Callable[[UnitOfWork, AccessChanged], None] | None = None,
        wait: bool = True,
    ) -> bool:
        """Change who may see a published record; returns whether anything was changed.

        `change` is asked inside the transaction, with the record as it is then, so that of two who do the same one
        does nothing. When the record changes it is asked for the draft of changes to it too, if there is one, so that
        publishing that brings nothing back. The former state stays as an edition; `act` is what the audit trail says,
        with `details`. What else is to become durable with it is written by `within`. Answers once lists show it,
        unless it is not to `wait`.

        Raises `PermissionDenied` unless `actor` may manage or moderate the record, `NotFound` and `Gone`.
        """
        with self.database.write() as unit:
            record = self._changeable(unit.session, actor, number)
            before = AccessState(record.access_record, record.access_files, record.parts)
            after = change(before)
            if after is None or after == before:
                return False
            self._keep_revision(unit.session, record, actor, unit.now)
            _set(record, after)
            record.revision, record.updated = record.revision + 1, unit.now
            unit.session.execute(update(Projection).where(Projection.record_id == record.id).values(version=""))
            self.tell(unit, RecordChanged(record.id, record.parent_id))
            self._change_draft(unit, record.id, change)
            changed = AccessChanged(record.id, before, after)
            unit.audit(act, f"record:{record.id}", actor, **details(changed))
            if within is not None:
                within(unit, changed)
        if wait:
            self.repository.search.wait_for(unit.last_event_id)
        return True

    def records_holding(self, path: str) -> Iterator[PartHolder]:
        """The published records in which the part at `path` holds something, in the order of their numbers; read in
        steps, by an index of those that hold anything for any plugin."""
        last = -1
        while True:
            statement = (
                select(Record, Parent.owner_subject)
                .join(Parent, Parent.id == Record.parent_id)
                .where(_HOLDS_ANYTHING, Record.id > last)
                .order_by(Record.id)
                .limit(_BATCH)
            )
            with self.database.read() as session:
                rows = session.execute(statement).all()
            for row, owner in rows:
                if row.deletion_status != "P" or row.parts.get(path) is None:
                    continue
                yield PartHolder(
                    number=self.numbers.format(row.id),
                    title=str((row.data.get("metadata") or {}).get("title") or ""),
                    owner=owner,
                    access_record=row.access_record,
                    access_files=row.access_files,
                    stored=row.parts[path],
                )
            if len(rows) < _BATCH:
                return
            last = rows[-1][0].id

    def renew_holding(self, paths: tuple[str, ...]) -> int:
        """Have the records and drafts in which one of `paths` holds something indexed anew, since the plugin that shows
        it was switched; returns how many."""
        from muniment.plugins.stored_parts import stored_parts

        numbers: dict[str, list[int]] = {Record.__tablename__: [], Draft.__tablename__: []}
        for table, number, _ in stored_parts(self.database, paths):
            if table in numbers:
                numbers[table].append(number)
        self._renew(Record, numbers[Record.__tablename__], RecordChanged)
        self._renew(Draft, numbers[Draft.__tablename__], DraftSaved)
        return sum(map(len, numbers.values()))

    def _renew(self, model: Any, numbers: list[int], event: Callable[[int, int], RecordChanged | DraftSaved]) -> None:
        for start in range(0, len(numbers), _BATCH):
            with self.database.write() as unit:
                some = model.id.in_(numbers[start : start + _BATCH])
                for number, parent in unit.session.execute(select(model.id, model.parent_id).where(some)):
                    self.tell(unit, event(number, parent))

    def _changeable(self, session: Session, actor: Actor, number: str) -> Record:
        record, parent = self._record(session, number, actor)
        session.refresh(record, with_for_update=True)
        labels = frozenset().union(
            *(
                record_labels(action, parent.owner_subject, record.access_record, record.access_files, parent.id)
                for action in ("manage", "moderate")
            )
        )
        if not actor.holds_any(labels):
            raise PermissionDenied()
        actor.require_scope(ACT)
        return record

    def _change_draft(self, unit: UnitOfWork, number: int, change: AccessChange) -> None:
        draft = unit.session.get(Draft, number, with_for_update=True)
        if draft is None:
            return
        before = AccessState(draft.access_record, draft.access_files, draft.parts)
        after = change(before)
        if after is None or after == before:
            return
        _set(draft, after)
        draft.revision, draft.updated = draft.revision + 1, unit.now
        unit.emit(DraftSaved(draft.id, draft.parent_id))


def _set(row: Record | Draft, state: AccessState) -> None:
    row.access_record, row.access_files, row.parts = state.record, state.files, dict(state.parts)
    row.data = {**row.data, "access": {**row.data.get("access", {}), "record": state.record, "files": state.files}}
