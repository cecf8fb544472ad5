"""Writes events with their transaction and reads them back in an order that can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Table, bindparam, func, insert, select

from muniment.events.models import EventRow

if TYPE_CHECKING:
    from muniment.db.engine import Database
    from muniment.db.unit_of_work import UnitOfWork
    from muniment.events.event import Event


@dataclass(frozen=True)
class LogEntry:
    """One committed event, as readers of the log see it."""

    id: int
    name: str
    key: str
    payload: dict[str, Any]


class Outbox:
    """The event log of one database. `nudge` wakes whoever follows it in this process."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._listeners: list[Callable[[], None]] = []

    def write(self, unit: UnitOfWork, events: Sequence[Event]) -> int:
        """Insert `events` in order and return the id of the last one.

        On PostgreSQL transactions that emit events end one after the other from here on, so that ids become visible
        in their order: readers, who keep the last id they saw, could miss a smaller one that is committed later.
        Showing only what is older than every running transaction would do too, but then a long one in any database
        of the server would hold up the search index and all deliveries.
        """
        if not self.database.is_sqlite:
            unit.connection.execute(_ONE_AT_A_TIME)
        *others, last = [
            {"name": event.name, "key": event.key, "payload": event.payload(), "created": unit.now} for event in events
        ]
        if others:
            unit.connection.execute(insert(_EVENTS), others)
        return int(unit.connection.execute(_INSERT, last).scalar_one())

    def read_after(self, position: int, limit: int = 500) -> list[LogEntry]:
        """Events after `position`, oldest first; what is not shown yet will have a larger id than what is."""
        with self.database.single() as connection:
            return [LogEntry(*row) for row in connection.execute(_AFTER, {"position": position, "most": limit})]

    def last_id(self) -> int:
        """The id of the newest committed event, 0 when there is none."""
        with self.database.single() as connection:
            return connection.execute(_LAST).scalar() or 0

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each commit of this process that wrote events."""
        self._listeners.append(listener)

    def forget(self, listener: Callable[[], None]) -> None:
        if listener in self._listeners:
            self._listeners.remove(listener)

    def nudge(self) -> None:
        for listener in list(self._listeners):
            listener()


_EVENTS = cast(Table, EventRow.__table__)
#: Made once: every search asks for the last id.
_LAST = select(func.max(_EVENTS.c.id))
_AFTER = (
    select(_EVENTS.c.id, _EVENTS.c.name, _EVENTS.c.key, _EVENTS.c.payload)
    .where(_EVENTS.c.id > bindparam("position"))
    .order_by(_EVENTS.c.id)
    .limit(bindparam("most"))
)
_INSERT = insert(_EVENTS).returning(_EVENTS.c.id)
_ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(0x6D756E69))
