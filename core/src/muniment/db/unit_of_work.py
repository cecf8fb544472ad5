"""The unit of work: one transaction with its events, its audit rows and what happens after the commit."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from muniment.access.actor import Actor
    from muniment.db.engine import Database
    from muniment.events.event import Event


class UnitOfWork:
    """One write transaction. Everything in it becomes durable together, or nothing does.

    `session` is SQLAlchemy's; `now` is the same moment for all rows of the unit. Nothing that talks to the
    outside belongs inside: emit an event and let a handler do it.
    """

    def __init__(self, database: Database, session: Session) -> None:
        self.database = database
        self.session = session
        self.now: datetime = database.now()
        self.last_event_id = 0
        self._events: list[Event] = []
        self._after_commit: list[Callable[[], None]] = []

    def emit(self, event: Event) -> None:
        """Write `event` to the outbox with this transaction; it is delivered after the commit."""
        self._events.append(event)

    def audit(self, action: str, resource: str, actor: Actor, **details: Any) -> None:
        """Write who did what to which resource (``record:12``) into the audit trail, with this transaction."""
        from muniment.audit.models import AuditEntry

        self.session.add(
            AuditEntry(
                at=self.now,
                action=action,
                resource=resource,
                subject_id=actor.subject,
                via=actor.via,
                details=details,
            )
        )

    def on_commit(self, function: Callable[[], None]) -> None:
        """Call `function` once the transaction is durable; use it for process-local caches and signals only."""
        self._after_commit.append(function)

    def flush_outbox(self) -> None:
        """Turn the emitted events into rows; called once, as the last step before the commit."""
        self.session.flush()
        if not self._events:
            return
        if self.database.outbox is None:
            raise RuntimeError("this database has no outbox: events cannot be emitted")
        self.last_event_id = self.database.outbox.write(self, self._events)

    def run_after_commit(self) -> None:
        """Call what waits for the commit, in order; one that raises keeps no other from being called."""
        with contextlib.ExitStack() as stack:
            if self._events and self.database.outbox is not None:
                stack.callback(self.database.outbox.nudge)
            for function in reversed(self._after_commit):
                stack.callback(function)
