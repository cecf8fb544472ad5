"""The outbox as operators see it: what waits, what failed, what was set aside; and what they can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, update

from muniment.access.actor import SYSTEM, Actor
from muniment.errors import NotFound, PermissionDenied
from muniment.events.models import Delivery, EventRow
from muniment.jobs.models import LogPosition
from muniment.users.roles import ADMINISTRATION

if TYPE_CHECKING:
    from muniment.db.engine import Database
    from muniment.repository import Repository

READER: Final = "deliveries"
UNFINISHED: Final = ("pending", "failed", "dead")


@dataclass(frozen=True)
class Outstanding:
    """A delivery that has not ended well. `event` is the name of what happened, `created` when; `error` is the whole
    text of the last failure. `state` is pending, failed (it will be tried again) or dead (it was set aside)."""

    id: int
    handler: str
    event: str
    key: str
    state: str
    attempts: int
    created: datetime
    next_attempt: datetime
    error: str | None

    @property
    def answer(self) -> str:
        """The last line of the error: what the other side said."""
        return self.error.strip().splitlines()[-1] if self.error and self.error.strip() else ""


@dataclass(frozen=True)
class OutboxPage:
    """Deliveries, the oldest first; `after` is where the next ones begin, None at the end."""

    deliveries: list[Outstanding]
    after: int | None


class OutstandingDeliveries:
    """Listing, retrying and dropping deliveries; base of `DeliveryService`."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database: Database = repository.database

    def counts(self) -> dict[str, int]:
        """The number of unfinished deliveries by state, and under ``events`` those that no handler was asked about."""
        with self.database.read() as session:
            rows = session.execute(
                select(Delivery.state, func.count()).where(Delivery.state.in_(UNFINISHED)).group_by(Delivery.state)
            )
            states = {state: count for state, count in rows}  # noqa: C416 - rows have no type as pairs
            position = session.execute(select(LogPosition.position).where(LogPosition.reader == READER)).scalar() or 0
            unread = session.execute(select(func.count()).where(EventRow.id > position)).scalar_one()
        return {**dict.fromkeys(UNFINISHED, 0), **states, "events": unread}

    def outstanding(
        self, states: Sequence[str] = UNFINISHED, *, handler: str = "", after: int = 0, size: int = 50
    ) -> OutboxPage:
        """Unfinished deliveries in these states, of one handler when it is given."""
        statement = (
            select(Delivery, EventRow.name, EventRow.created)
            .join(EventRow, EventRow.id == Delivery.event_id)
            .where(Delivery.state.in_([state for state in states if state in UNFINISHED]), Delivery.id > after)
            .order_by(Delivery.id)
            .limit(size + 1)
        )
        if handler:
            statement = statement.where(Delivery.handler == handler)
        with self.database.read() as session:
            rows = [_outstanding(*row) for row in session.execute(statement)]
        return OutboxPage(rows[:size], rows[size - 1].id if len(rows) > size else None)

    def find(self, delivery_id: int) -> Outstanding:
        """One unfinished delivery; raises `NotFound`."""
        statement = (
            select(Delivery, EventRow.name, EventRow.created)
            .join(EventRow, EventRow.id == Delivery.event_id)
            .where(Delivery.id == delivery_id, Delivery.state.in_(UNFINISHED))
        )
        with self.database.read() as session:
            row = session.execute(statement).first()
        if row is None:
            raise NotFound("There is no such delivery; it may have succeeded meanwhile.")
        return _outstanding(*row)

    def rows(self, *, finished: bool = False, limit: int = 200) -> list[dict[str, Any]]:
        """The deliveries for operators, newest first; those that are done only when `finished`."""
        statement = select(Delivery).order_by(Delivery.id.desc()).limit(limit)
        if not finished:
            statement = statement.where(Delivery.state != "done")
        with self.database.read() as session:
            return [
                {
                    "id": row.id,
                    "handler": row.handler,
                    "key": row.key,
                    "state": row.state,
                    "attempts": row.attempts,
                    "next": row.next_attempt,
                    "error": row.error.strip().splitlines()[-1] if row.error else None,
                }
                for row in session.execute(statement).scalars()
            ]

    def retry(self, delivery_id: int | None = None, actor: Actor = SYSTEM) -> int:
        """Make failed and dead deliveries (or one of them) due now; returns how many. Raises `PermissionDenied`."""
        _require_administrator(actor)
        with self.database.write() as unit:
            statement = (
                update(Delivery)
                .where(Delivery.state.in_(("failed", "dead")))
                .values(state="pending", attempts=0, next_attempt=unit.now, claimed_until=None)
            )
            if delivery_id is not None:
                statement = statement.where(Delivery.id == delivery_id)
            count = int(unit.session.execute(statement).rowcount)  # type: ignore[attr-defined]
            resource = "deliveries" if delivery_id is None else f"delivery:{delivery_id}"
            unit.audit("delivery.retried", resource, actor, count=count)
        return count

    def drop(self, delivery_id: int, actor: Actor = SYSTEM) -> None:
        """Give up a delivery that failed: its handler will never hear of that event.

        Raises `PermissionDenied`, and `NotFound` for one that is being tried, was done or was never there.
        """
        _require_administrator(actor)
        with self.database.write() as unit:
            row = unit.session.get(Delivery, delivery_id, with_for_update=True)
            if row is None or row.state not in ("failed", "dead"):
                raise NotFound("There is no such delivery among those that failed; it may have succeeded meanwhile.")
            unit.session.delete(row)
            unit.audit("delivery.dropped", f"delivery:{delivery_id}", actor, handler=row.handler, key=row.key)


def _outstanding(row: Delivery, event: str, created: datetime) -> Outstanding:
    return Outstanding(
        row.id, row.handler, event, row.key, row.state, row.attempts, created, row.next_attempt, row.error
    )


def _require_administrator(actor: Actor) -> None:
    if not actor.can(ADMINISTRATION):
        raise PermissionDenied()
