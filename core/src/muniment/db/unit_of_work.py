"""The unit of work: one transaction with its events, its audit rows and what happens after the commit."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from functools import cache, cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Insert, Table, insert
from sqlalchemy.orm import DeclarativeBase, Session

from muniment.db.detached import values_of

if TYPE_CHECKING:
    from muniment.access.actor import Actor
    from muniment.db.engine import Database
    from muniment.events.event import Event


class UnitOfWork:
    """One write transaction. Everything in it becomes durable together, or nothing does.

    `session` is SQLAlchemy's, on `connection`, made when it is first asked for; `now` is the same moment for all rows
    of the unit. Nothing that talks to the outside belongs inside: emit an event and let a handler do it.
    """

    def __init__(self, database: Database, connection: Connection) -> None:
        self.database = database
        self.connection = connection
        self.now: datetime = database.now()
        self.last_event_id = 0
        self._events: list[Event] = []
        self._acts: list[dict[str, Any]] = []
        self._before_commit: dict[Callable[[UnitOfWork], None], None] = {}
        self._after_commit: list[Callable[[], None]] = []

    @cached_property
    def session(self) -> Session:
        """Made late: many units go by with the connection, and a session costs as much as two statements."""
        return Session(self.connection, autoflush=True, expire_on_commit=False)

    def flush(self) -> None:
        """Write what the session holds back, so that statements on the connection see it."""
        if self._has_session:
            self.session.flush()

    @property
    def _has_session(self) -> bool:
        return "session" in self.__dict__

    def emit(self, event: Event) -> None:
        """Write `event` to the outbox with this transaction; it is delivered after the commit."""
        self._events.append(event)

    def audit(self, action: str, resource: str, actor: Actor, **details: Any) -> None:
        """Write who did what to which resource (``record:12``) into the audit trail, with this transaction."""
        self._acts.append(
            {
                "at": self.now,
                "action": action,
                "resource": resource,
                "subject_id": actor.subject,
                "via": actor.via,
                "details": details,
            }
        )

    def insert(self, *rows: DeclarativeBase) -> None:
        """Write new rows at once, in this order, without the session: a third of what adding and flushing costs, and
        one statement for rows of one table that follow each other.

        Every column without a default of the database has to be set; the objects stay outside the session.
        """
        for model, alike in groupby(rows, type):
            self.connection.execute(_insert(model), [values_of(row) for row in alike])

    @property
    def events(self) -> tuple[Event, ...]:
        """What was emitted in this unit so far."""
        return tuple(self._events)

    def before_commit(self, function: Callable[[UnitOfWork], None]) -> None:
        """Call `function` with this unit as its last step, once however often it is named here; events can no longer be
        emitted then.

        On PostgreSQL units with events end one after the other from there on: a few statements at most.
        """
        self._before_commit[function] = None

    def on_commit(self, function: Callable[[], None]) -> None:
        """Call `function` once the transaction is durable; use it for process-local caches and signals only."""
        self._after_commit.append(function)

    def flush_outbox(self) -> None:
        """Turn the acts and the emitted events into rows and do what waits for that; called once, before the commit."""
        from muniment.audit.models import AuditEntry

        self.flush()
        if self._acts:
            self.connection.execute(_insert(AuditEntry), self._acts)
        if self._events:
            if self.database.outbox is None:
                raise RuntimeError("this database has no outbox: events cannot be emitted")
            self.last_event_id = self.database.outbox.write(self, self._events)
        for function in self._before_commit:
            function(self)

    def commit(self) -> None:
        """Make all of it durable; what comes before the commit is done by `flush_outbox`."""
        if self._has_session:
            self.session.commit()
        self.connection.commit()

    def rollback(self) -> None:
        """Let nothing of it remain."""
        if self._has_session:
            self.session.rollback()
        self.connection.rollback()

    def close(self) -> None:
        """Let the session go; what was loaded in it stays usable."""
        if self._has_session:
            self.session.close()

    def run_after_commit(self) -> None:
        """Call what waits for the commit, in order; one that raises keeps no other from being called."""
        with contextlib.ExitStack() as stack:
            if self._events and self.database.outbox is not None:
                stack.callback(self.database.outbox.nudge)
            for function in reversed(self._after_commit):
                stack.callback(function)


@cache
def _insert(model: type[DeclarativeBase]) -> Insert:
    """Made once: building a statement, and the key by which SQLAlchemy finds its text, costs half of running it."""
    return insert(cast(Table, model.__table__))
