"""Catches up: with records that were there before the plugin, with what happened while it was off, with new sets.

Every step is short and remembered in its own transaction, so that it can be cut off anywhere and goes on from there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from muniment.api import LogEntry, Repository, RetryLater
from muniment_oaipmh import kept
from muniment_oaipmh.events import FOLLOWED
from muniment_oaipmh.feed import FEED, MEMBERSHIPS, Feed
from muniment_oaipmh.kept import Memory
from muniment_oaipmh.looking import Looking
from muniment_oaipmh.models import SetRow
from muniment_oaipmh.sets import RecordSet, SetService

#: Records in one step.
STEP: Final = 500
#: Events stay in the log for thirty days; after a longer time everything is looked at.
LOG_REACHES: Final = timedelta(days=29)


class CatchingUp:
    """Brings the feed to where the records are."""

    def __init__(self, repository: Repository, feed: Feed, looking: Looking, sets: SetService) -> None:
        self.repository = repository
        self.database = repository.database
        self.memory = Memory(repository)
        self.feed = feed
        self.looking = looking
        self.sets = sets

    def follow(self, repository: Repository, entry: LogEntry) -> None:
        """An event handler: look at what has changed, once the search knows it too."""
        if self.sets.made() and not repository.search.wait_for(entry.id, timeout=5.0):
            raise RetryLater("The search index has not come to this event yet.", 5)
        self.enter([int(entry.payload["record_id"])])

    def begin(self, repository: Repository, entry: LogEntry) -> None:  # noqa: ARG002 - handlers are called like this
        """An event handler: plugins or sets are others now."""
        if entry.name == "oaipmh.set_changed" and entry.payload.get("gone"):
            self.empty(entry.payload["spec"])
        self.run()

    def run(self) -> str:
        """Everything that is to be done, in the order in which it matters; returns what was done, for operators."""
        self._start()
        followed, entered, sorted_in = self.follow_log(), self.fill(), self.fill_sets()
        return f"{followed} caught up, {entered} entered, {sorted_in} looked at for sets"

    def enter(self, numbers: list[int], *, content_counts: bool = True) -> int:
        """Have the feed say what these records are; returns how many it did not know so."""
        states = self.repository.records.states(numbers)
        with self.database.write() as unit:
            changed = self.feed.write(unit, states)
        self.looking.look_at(list(states), content_counts=content_counts)
        return changed

    @property
    def is_filled(self) -> bool:
        """Whether every record has been entered."""
        return self.memory.get(kept.POSITION) is not None and self.memory.get(kept.FILLED) is None

    # Where to begin ------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        """Look whether everything has to be looked at: at first, after a long time, when plugins offer other sets."""
        offered = " ".join(sorted(one.spec for one in self.sets.offered))
        position = self.memory.get(kept.POSITION)
        too_old = position is not None and not self._was_here_lately(LOG_REACHES)
        if position is not None and not too_old and self.memory.get(kept.OFFERED) == offered:
            return
        last = self.repository.events.last_id()
        with self.database.write() as unit:
            self.memory.put(unit, **{kept.FILLED: "0", kept.OFFERED: offered})
            if position is None or too_old:
                self.memory.put(unit, **{kept.POSITION: str(last), kept.POSITION_AT: unit.now.isoformat()})

    def _was_here_lately(self, within: timedelta = timedelta(hours=1)) -> bool:
        seen = self.memory.get(kept.POSITION_AT)
        return seen is not None and self.repository.now() - datetime.fromisoformat(seen) <= within

    # What happened meanwhile ---------------------------------------------------------------------------------------

    def follow_log(self) -> int:
        """Enter what the event log tells since it was last read: nothing of it is news but what happened while the
        plugin was off. Returns how many records were."""
        news = 0
        while True:
            position = int(self.memory.get(kept.POSITION) or 0)
            entries = self.repository.events.read_after(position, STEP)
            numbers = sorted({int(entry.payload["record_id"]) for entry in entries if entry.name in FOLLOWED})
            if numbers:
                news += self._enter_missed(numbers)
            if entries or not self._was_here_lately():
                last = entries[-1].id if entries else position
                with self.database.write() as unit:
                    self.memory.put(unit, **{kept.POSITION: str(last), kept.POSITION_AT: unit.now.isoformat()})
            if len(entries) < STEP:
                return news

    def _enter_missed(self, numbers: list[int]) -> int:
        states = self.repository.records.states(numbers)
        with self.database.write() as unit:
            changed = self.feed.write(unit, states)
        if changed:
            self.looking.look_at(list(states))
        return changed

    # What was there before -----------------------------------------------------------------------------------------

    def fill(self) -> int:
        """Enter every record, in the order of their numbers, from where it was left; returns how many were news."""
        news = 0
        while (filled := self.memory.get(kept.FILLED)) is not None:
            states = self.repository.records.states_after(int(filled), STEP)
            with self.database.write() as unit:
                news += self.feed.write(unit, states)
            self.looking.look_at(list(states), content_counts=False)
            with self.database.write() as unit:
                if self.memory.get(kept.FILLED) == filled:  # nobody began anew meanwhile
                    self.memory.put(unit, **{kept.FILLED: str(max(states)) if states else None})
        return news

    # Sets ----------------------------------------------------------------------------------------------------------

    def fill_sets(self) -> int:
        """Look at all records for sets that are new or search for something else; returns how many were looked at."""
        looked = 0
        while waiting := [one for one in self.sets.made() if one.filled is not None]:
            looked += self._fill_step(waiting)
        return looked

    def _fill_step(self, waiting: list[RecordSet]) -> int:
        """The next records for the set that has come least far, and for those that have come as far."""
        first = min(waiting, key=lambda one: one.filled or 0)
        together = {one.id: one.search_pattern for one in waiting if one.filled == first.filled}
        statement = select(FEED.c.record_id).where(FEED.c.record_id > (first.filled or 0), ~FEED.c.deleted)
        with self.database.read() as session:
            numbers = list(session.execute(statement.order_by(FEED.c.record_id).limit(STEP)).scalars())
        self.looking.look_at(numbers)
        with self.database.write() as unit:
            rows = unit.session.execute(select(SetRow).where(SetRow.id.in_(together)).with_for_update()).scalars()
            for row in rows:
                if row.filled == first.filled and row.search_pattern == together[row.id]:
                    row.filled = numbers[-1] if numbers else None
        return len(numbers)

    def empty(self, spec: str) -> None:
        """Take all records out of a set that is gone."""
        while spec not in {one.spec for one in (*self.sets.made(), *self.sets.offered)}:
            of_set = select(FEED).join(MEMBERSHIPS, MEMBERSHIPS.c.record_id == FEED.c.record_id)
            with self.database.write() as unit:
                rows = unit.connection.execute(
                    of_set.where(
                        MEMBERSHIPS.c.spec == spec, (" " + FEED.c.specs + " ").contains(f" {spec} ", autoescape=True)
                    ).limit(STEP)
                ).all()
                numbers = [row.record_id for row in rows]
                for entry in self.feed.entries(unit, numbers).values():
                    self.feed.set_specs(unit, entry, entry.specs - {spec})
                self.feed.touch(unit, numbers)
            if not rows:
                return
