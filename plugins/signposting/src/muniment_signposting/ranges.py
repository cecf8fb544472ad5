"""When each range of numbers changed last, and whether it holds anything: what the index of the sitemap says of its
files.

It follows the events of records, outside their transactions. Events may come twice, in any order and from several
workers: a date only ever grows, and whether a range holds something is looked up again after it was written.
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
#: Records that are read at once: first few, since one is often enough.
_FIRST_STEP: Final = 20
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

    def named(self, last: int) -> Mapping[int, datetime | None]:
        """The ranges up to `last` that hold a record which everybody may see, each with its last change, if that is
        known. The first is always there: its file has the first page of the site too."""
        with self.database.read() as session:
            rows = session.execute(select(Range.number, Range.changed, Range.holds)).all()
        known = {row.number: row.changed for row in rows}
        holding = {0, *(row.number for row in rows if row.holds), *self._unknown(known, max([last, *known]))}
        return {number: known.get(number) for number in sorted(holding)}

    def _unknown(self, known: Mapping[int, datetime], last: int) -> Iterator[int]:
        """The ranges up to `last` that hold something of which nothing is kept yet."""
        number = 0
        while number <= last:
            if number in known:
                number += 1
                continue
            found = next(iter(self.repository.records.states_after(number * SIZE - 1, 1)), None)
            if found is None:
                return
            if found >= (number + 1) * SIZE:  # nothing lies between
                number = found // SIZE
                continue
            if self.holds_any(number):
                yield number
            number += 1

    def holds_any(self, number: int) -> bool:
        """Whether a record of a range can be seen by everybody; reads as far as the first one."""
        return any(is_shown(state) for state in self.states(number))

    def states(self, number: int) -> Iterator[RecordState]:
        """The records of a range, read in pieces by their numbers."""
        after, end, step = number * SIZE - 1, (number + 1) * SIZE, _FIRST_STEP
        while states := self.repository.records.states_after(after, step):
            for state in states.values():
                if state.record_id >= end:
                    return
                yield state
            after, step = max(states), _STEP

    def follow(self, repository: Repository, entry: LogEntry) -> None:  # noqa: ARG002 - handlers are called like this
        """An event handler: a record has changed. What was never public is in no file, and changes none."""
        number = int(entry.payload["record_id"])
        state = self.repository.records.states([number]).get(number)
        if state is not None and (state.is_public or not entry.payload.get("first")):
            self._note(number // SIZE, state.updated)
            self._settle(number // SIZE, is_shown(state))

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
                states = list(self.states(number))
                self._note(number, max(state.updated for state in states))
                self._settle(number, any(map(is_shown, states)))
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

    def _settle(self, number: int, expected: bool) -> None:
        """Keep whether a range holds something; `expected` is what was just seen of one of its records. What was
        written is looked at again: meanwhile another worker may have seen what was missed here, and have found it kept
        that way."""
        kept = self._kept_as(number)
        if kept == expected:
            return
        while (holds := self.holds_any(number)) != kept:
            with self.database.write() as unit:
                unit.session.execute(update(Range).where(Range.number == number).values(holds=holds))
            kept = holds

    def _kept_as(self, number: int) -> bool | None:
        with self.database.read() as session:
            return session.execute(select(Range.holds).where(Range.number == number)).scalar()


def is_shown(state: RecordState) -> bool:
    """Whether a record stands in a file of the sitemap."""
    return state.is_public and not state.is_deleted
