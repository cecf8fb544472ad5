"""The feed: which records harvesters are told of, and when each last changed. Written with the change itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, cast

import structlog
from sqlalchemy import Table, bindparam, delete, insert, select, update

from muniment.api import RecordEvent, RecordState, Repository, UnitOfWork
from muniment_oaipmh.models import FeedRow, Membership
from muniment_oaipmh.moments import is_late, stamp

log = structlog.get_logger(__name__)

FEED = cast(Table, FeedRow.__table__)
MEMBERSHIPS = cast(Table, Membership.__table__)

_CHANGE = (
    update(FEED)
    .where(FEED.c.record_id == bindparam("number"))
    .values(
        datestamp=bindparam("new_datestamp"), deleted=bindparam("new_deleted"), state=bindparam("new_state"), etag=None
    )
)
_MOVE = (
    update(MEMBERSHIPS)
    .where(MEMBERSHIPS.c.record_id == bindparam("number"))
    .values(datestamp=bindparam("new_datestamp"))
)


_NO_SETS: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as the feed knows it."""

    record_id: int
    datestamp: int
    deleted: bool
    state: str
    etag: str | None
    specs: frozenset[str]


def state_of(record: RecordState) -> str:
    """Changes with whatever harvesters are to fetch again."""
    return f"{record.revision}{'' if record.is_latest else '-'}"


def is_shown(record: RecordState) -> bool:
    return record.is_public and not record.is_deleted


#: Which sets records are in by what plugins say of them, of those they were in before; by number.
Sort = Callable[[Mapping[int, frozenset[str]]], Mapping[int, frozenset[str]]]


class Feed:
    """The feed of one repository. `sort` says into which sets of plugins records belong."""

    def __init__(self, repository: Repository, sort: Sort) -> None:
        self.repository = repository
        self.database = repository.database
        self._sort = sort

    def follow(self, unit: UnitOfWork, events: Sequence[RecordEvent]) -> None:
        """Write what a transaction changed, as its last step, with the sets of plugins: so a harvester fetches it once.
        Sets that are searches follow when the search knows the record."""
        states = self.repository.records.states(sorted({event.record_id for event in events}))
        entries = {entry.record_id: entry for entry in self._write(unit, states) if is_shown(states[entry.record_id])}
        for number, specs in self._sort({number: entry.specs for number, entry in entries.items()}).items():
            if specs != entries[number].specs:
                self.set_specs(unit, entries[number], specs)

    def write(self, unit: UnitOfWork, states: Mapping[int, RecordState]) -> int:
        """Tell harvesters of records that are not what the feed says; returns how many.

        A record that was never public does not enter. One that is so no longer is told as deleted, whatever became of
        it, and one that comes back is a record again.
        """
        return len(self._write(unit, states))

    def _write(self, unit: UnitOfWork, states: Mapping[int, RecordState]) -> list[Entry]:
        """What was told, as the feed says it now."""
        known = self.entries(unit, states)
        new = [number for number, state in states.items() if number not in known and is_shown(state)]
        changed = [number for number, entry in known.items() if _differs(entry, states[number])]
        if not new and not changed:
            return []
        stamped = stamp(unit)
        entered = [Entry(number, stamped, False, state_of(states[number]), None, _NO_SETS) for number in new]
        if entered:
            rows = [
                {"record_id": entry.record_id, "datestamp": stamped, "deleted": False, "state": entry.state}
                for entry in entered
            ]
            unit.connection.execute(insert(FEED).values(specs="", etag=None), rows)
        moved = [_changed(known[number], states[number], stamped) for number in changed]
        if moved:
            self._change(unit, moved)
        self._look_at_the_clock(unit, stamped, [*new, *changed])
        return [*entered, *moved]

    def touch(self, unit: UnitOfWork, numbers: Sequence[int]) -> None:
        """Have harvesters fetch these records again, since their content or their sets changed.

        Of a datestamp that has not passed yet nobody was told that everything before it has come.
        """
        if numbers:
            stamped = stamp(unit)
            for table in (FEED, MEMBERSHIPS):
                unit.connection.execute(
                    update(table)
                    .where(table.c.record_id.in_(numbers), table.c.datestamp < stamped - 1)
                    .values(datestamp=stamped)
                )
            self._look_at_the_clock(unit, stamped, numbers)

    def entries(self, unit: UnitOfWork, numbers: Iterable[int]) -> dict[int, Entry]:
        """What the feed knows of these records, locked until the transaction ends."""
        statement = select(FEED).where(FEED.c.record_id.in_(list(numbers))).order_by(FEED.c.record_id).with_for_update()
        return {row.record_id: entry_of(row) for row in unit.connection.execute(statement)}

    def set_specs(self, unit: UnitOfWork, entry: Entry, specs: frozenset[str]) -> None:
        """Put a record into these sets and all those above them, and into no others. `touch` it afterwards."""
        unit.connection.execute(delete(MEMBERSHIPS).where(MEMBERSHIPS.c.record_id == entry.record_id))
        rows = [
            {"spec": spec, "datestamp": entry.datestamp, "record_id": entry.record_id} for spec in with_ancestors(specs)
        ]
        if rows:
            unit.connection.execute(insert(MEMBERSHIPS), rows)
        unit.connection.execute(
            update(FEED).where(FEED.c.record_id == entry.record_id).values(specs=" ".join(sorted(specs)))
        )

    def _change(self, unit: UnitOfWork, entries: Sequence[Entry]) -> None:
        rows = [
            {
                "number": entry.record_id,
                "new_datestamp": entry.datestamp,
                "new_deleted": entry.deleted,
                "new_state": entry.state,
            }
            for entry in entries
        ]
        unit.connection.execute(_CHANGE, rows)
        moved = [{"number": entry.record_id, "new_datestamp": entry.datestamp} for entry in entries if entry.specs]
        if moved:
            unit.connection.execute(_MOVE, moved)

    def _look_at_the_clock(self, unit: UnitOfWork, stamped: int, numbers: Sequence[int]) -> None:
        unit.on_commit(partial(self._stamp_again_when_late, unit, stamped, numbers))

    def _stamp_again_when_late(self, committed: UnitOfWork, stamped: int, numbers: Sequence[int]) -> None:
        if is_late(committed, stamped):
            log.warning("oaipmh_late_commit", records=len(numbers))
            with self.database.write() as unit:
                self.touch(unit, numbers)


def entry_of(row: Any) -> Entry:
    """The entry in a row of `FEED`."""
    number, datestamp, deleted, state, etag, specs = row
    return Entry(number, datestamp, deleted, state, etag, frozenset(specs.split()) if specs else _NO_SETS)


def _changed(entry: Entry, state: RecordState, stamped: int) -> Entry:
    """The entry for another state of its record."""
    return replace(
        entry,
        datestamp=max(stamped, entry.datestamp),
        deleted=not is_shown(state),
        state=state_of(state),
        etag=None,
    )


def with_ancestors(specs: Iterable[str]) -> list[str]:
    """The sets and those above them in the hierarchy: `a:b:c` is in `a:b` and in `a` too."""
    found: set[str] = set()
    for spec in specs:
        parts = spec.split(":")
        found.update(":".join(parts[: length + 1]) for length in range(len(parts)))
    return sorted(found)


def _differs(entry: Entry, state: RecordState) -> bool:
    """Whether harvesters have to be told; of what is deleted anyway they need no news."""
    if not is_shown(state):
        return not entry.deleted
    return entry.deleted or entry.state != state_of(state)
