"""The outbox: one row for each event, and one for each delivery to a durable handler."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.db.base import Base, not_personal
from muniment.db.types import JSONDocument, UTCDateTime

Identity = BigInteger().with_variant(Integer(), "sqlite")


class EventRow(Base):
    """An event as it was committed. Ids are given in the order in which transactions end."""

    __tablename__ = "events"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Identity, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(80), info=not_personal("name of an event"))
    key: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONDocument)
    created: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Delivery(Base):
    """What one durable handler still has to do for one event.

    `state` is pending, failed (will be tried again at `next_attempt`), dead (gave up; an operator decides) or
    done. `sequence` repeats the event's id so that the order within a key needs no join.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "state", "next_attempt"),
        Index("ix_deliveries_order", "handler", "key", "event_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Identity, primary_key=True, autoincrement=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    handler: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default="pending")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt: Mapped[datetime] = mapped_column(UTCDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(120))
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error: Mapped[str | None] = mapped_column(Text)
    finished: Mapped[datetime | None] = mapped_column(UTCDateTime)
