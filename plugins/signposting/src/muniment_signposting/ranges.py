"""When each range of numbers changed last: what the index of the sitemap says of its files.

It follows the events of records, outside their transactions. A date only ever grows, so that events may come twice, in
any order and from several workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from muniment.api import LogEntry, RecordState, Repository
from muniment_signposting.models import Range

#: Numbers in one file; the protocol allows 50,000 addresses.
SIZE: Final = 20_000
FOLLOWED: Final = ("record.published", "record.changed", "record.deleted", "record.restored")
_STEP: Final = 2000


class Ranges:
    """The ranges of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    def changed(self) -> Mapping[int, datetime]:
        """The last change of each range that has one."""
        with self.database.read() as session:
            return {row.number: row.changed for row in session.execute(select(Range.number, Range.changed))}

    def states(self, number: int) -> Iterator[RecordState]:
        """The records of a range, read in pieces by their numbers."""
        after, end = number * SIZE - 1, (number + 1) * SIZE
        while states := self.repository.records.states_after(after, _STEP):
            for state in states.values():
                if state.record_id >= end:
                    return
                yield state
            after = max(states)

    def follow(self, repository: Repository, entry: LogEntry) -> None:  # noqa: ARG002 - handlers are called like this
        """An event handler: a record has changed. What was never public is in no file, and changes none."""
        number = int(entry.payload["record_id"])
        state = self.repository.records.states([number]).get(number)
        if state is not None and (state.is_public or not entry.payload.get("first")):
            self._note(number // SIZE, state.updated)

    def begin(self, repository: Repository, entry: LogEntry) -> None:  # noqa: ARG002 - handlers are called like this
        """An event handler: when the plugin was switched on or upgraded, look at what happened before."""
        if entry.payload["plugin"] == "signposting" and entry.payload["change"] in ("enabled", "upgraded"):
            self.look_at_all()

    def look_at_all(self, *, known: frozenset[int] = frozenset()) -> int:
        """Read every record but for those of `known` ranges; returns how many ranges were read. It can be cut off
        anywhere and begun again."""
        after, read = -1, 0
        while found := list(self.repository.records.states_after(after, 1)):
            number = found[0] // SIZE
            if number not in known:
                self._note(number, max(state.updated for state in self.states(number)))
                read += 1
            after = (number + 1) * SIZE - 1
        return read

    def fill(self, repository: Repository) -> str:  # noqa: ARG002 - jobs are called like this
        """A job: read the ranges that have no date yet."""
        return f"{self.look_at_all(known=frozenset(self.changed()))} read"

    def _note(self, number: int, moment: datetime) -> None:
        """Keep a later date of a range. The index tells whole seconds, so that of many changes in one only the first is
        written."""
        moment = moment.replace(microsecond=0)
        with self.database.read() as session:
            known = session.get(Range, number)
        if known is not None and known.changed >= moment:
            return
        try:
            with self.database.write() as unit:
                if known is None:
                    unit.session.add(Range(number=number, changed=moment))
                else:
                    later = update(Range).where(Range.number == number, Range.changed < moment).values(changed=moment)
                    unit.session.execute(later)
        except IntegrityError:  # another worker was faster
            self._note(number, moment)
