"""Hands committed events to durable handlers: spread out from the log, claimed, delivered, tried again."""

from __future__ import annotations

import random
import traceback
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import ColumnElement, Executable, delete, exists, insert, select, update
from sqlalchemy.orm import aliased

from muniment.db.inserting import insert_missing
from muniment.events.models import Delivery, EventRow
from muniment.events.outbox import LogEntry
from muniment.jobs.declarations import EventHandler, RetryLater
from muniment.jobs.models import LogPosition
from muniment.jobs.outstanding import READER, OutstandingDeliveries
from muniment.jobs.recovery import WORKER_ID

if TYPE_CHECKING:
    from muniment.repository import Repository

log = structlog.get_logger(__name__)

LONGEST_PAUSE = timedelta(hours=1)
KEEP_DELIVERED = timedelta(days=30)


@dataclass(frozen=True)
class _Claim:
    """A delivery that this worker has for itself: its `attempt` (from 1), and how long its event has waited."""

    delivery_id: int
    handler: EventHandler
    attempt: int
    entry: LogEntry
    waited: timedelta


class DeliveryService(OutstandingDeliveries):
    """Deliveries of one generation: its handlers are those of the enabled plugins."""

    def __init__(self, repository: Repository) -> None:
        super().__init__(repository)
        self.handlers: dict[str, EventHandler] = {
            handler.name: handler for handler in repository.hooks.register_event_handlers()
        }
        self.worker: str = repository.resources.get(WORKER_ID, lambda: uuid.uuid4().hex)

    def spread(self, limit: int = 500) -> int:
        """Make delivery rows for new events; returns how many events were read."""
        with self.database.read() as session:
            position = session.execute(
                select(LogPosition.position).where(LogPosition.reader == READER)
            ).scalar_one_or_none()
        entries = self.repository.events.read_after(position or 0, limit)
        if not entries:
            return 0
        with self.database.write() as unit:
            if position is None:
                insert_missing(unit.session, LogPosition, reader=READER, position=0, updated=unit.now)
            current = unit.session.get_one(LogPosition, READER, with_for_update=True)
            if current.position != (position or 0):
                return 0  # another worker was faster
            rows = [
                {"event_id": entry.id, "handler": handler.name, "key": entry.key, "state": "pending",
                 "attempts": 0, "next_attempt": unit.now}
                for entry in entries
                for handler in self.handlers.values()
                if entry.name in handler.events
            ]  # fmt: skip
            if rows:
                unit.session.execute(insert(Delivery), rows)
            current.position, current.updated = entries[-1].id, unit.now
        return len(entries)

    def deliver_due(self, limit: int = 50) -> int:
        """Deliver what is due now; returns the number of deliveries that were tried."""
        tried = 0
        while tried < limit and (claimed := self._claim()) is not None:
            self._deliver(claimed)
            tried += 1
        return tried

    def run_until_idle(self, rounds: int = 1000) -> int:
        """Spread and deliver until nothing is due; for commands and tests."""
        total = 0
        for _ in range(rounds):
            work = self.spread() + self.deliver_due()
            if not work:
                break
            total += work
        return total

    def _claim(self) -> _Claim | None:
        """Take what is due next; nobody else delivers it until the lease of its handler ends."""
        while self.handlers and self._anything_due():
            with self.database.write() as unit:
                row = unit.session.execute(self._next(unit.now)).first()
                if row is None:
                    return None
                delivery, event = row
                handler = self.handlers[delivery.handler]
                if delivery.attempts < handler.attempts:
                    delivery.attempts += 1
                    delivery.claimed_by, delivery.claimed_until = self.worker, unit.now + handler.timeout
                    entry = LogEntry(event.id, event.name, event.key, event.payload)
                    return _Claim(delivery.id, handler, delivery.attempts, entry, unit.now - event.created)
                delivery.state, delivery.error = "dead", "The worker ended each time while it delivered this."
                delivery.claimed_by = delivery.claimed_until = None
        return None

    def _next(self, now: datetime) -> Executable:
        """The oldest delivery that is due and has no unfinished one before it with its handler and key."""
        earlier = aliased(Delivery)
        return (
            select(Delivery, EventRow)
            .join(EventRow, EventRow.id == Delivery.event_id)
            .where(
                *self._due(now),
                ~exists().where(
                    earlier.handler == Delivery.handler,
                    earlier.key == Delivery.key,
                    earlier.event_id < Delivery.event_id,
                    earlier.state.in_(("pending", "failed")),
                ),
            )
            .order_by(Delivery.event_id)
            .limit(1)
            .with_for_update(skip_locked=True, of=Delivery)
        )

    def _due(self, now: datetime) -> tuple[ColumnElement[bool], ...]:
        return (
            Delivery.state.in_(("pending", "failed")),
            Delivery.handler.in_(list(self.handlers)),
            Delivery.next_attempt <= now,
            (Delivery.claimed_until.is_(None)) | (Delivery.claimed_until < now),
        )

    def _anything_due(self) -> bool:
        with self.database.read() as session:
            return bool(session.execute(select(exists().where(*self._due(self.repository.now())))).scalar())

    def _deliver(self, claim: _Claim) -> None:
        try:
            claim.handler.function(self.repository, claim.entry)
        except RetryLater as error:
            pause = timedelta(seconds=error.seconds) if error.seconds is not None else _as_long_again(claim.waited)
            self._finish(claim, "failed", pause, str(error), counts=False)
        except Exception as error:  # noqa: BLE001 - the edge of the job runner: every failure is kept and shown
            log.warning(
                "delivery_failed", handler=claim.handler.name, event_id=claim.entry.id, error=type(error).__name__
            )
            state = "failed" if claim.attempt < claim.handler.attempts else "dead"
            self._finish(claim, state, _pause(claim.attempt), traceback.format_exc(limit=20))
        else:
            self._finish(claim, "done", timedelta(), None)

    def _finish(self, claim: _Claim, state: str, pause: timedelta, error: str | None, *, counts: bool = True) -> None:
        """Write how a delivery ended, unless the lease ended before it did."""
        with self.database.write() as unit:
            unit.session.execute(
                update(Delivery)
                .where(Delivery.id == claim.delivery_id, Delivery.claimed_by == self.worker)
                .values(
                    state=state,
                    attempts=claim.attempt if counts else claim.attempt - 1,
                    next_attempt=unit.now + pause,
                    claimed_by=None,
                    claimed_until=None,
                    error=error,
                    finished=unit.now if state == "done" else None,
                )
            )

    def discard_old(self) -> int:
        """Remove events that every handler has had for thirty days; returns how many."""
        unfinished = exists().where(Delivery.event_id == EventRow.id, Delivery.state != "done")
        with self.database.write() as unit:
            positions = list(unit.session.execute(select(LogPosition.position)).scalars())
            if not positions:
                return 0
            result = unit.session.execute(
                delete(EventRow).where(
                    EventRow.created < unit.now - KEEP_DELIVERED, EventRow.id <= min(positions), ~unfinished
                )
            )
            return int(result.rowcount)  # type: ignore[attr-defined]


def _pause(attempt: int) -> timedelta:
    """Exponential back-off from two seconds to an hour, spread so that many deliveries do not come together."""
    return _spread(min(2.0**attempt, LONGEST_PAUSE.total_seconds()))


def _as_long_again(waited: timedelta) -> timedelta:
    """The pause for a partner who is away, which grows without counting: as long as the event has waited so far."""
    return _spread(min(max(waited.total_seconds(), 2.0), LONGEST_PAUSE.total_seconds()))


def _spread(seconds: float) -> timedelta:
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))
