"""Scheduled jobs and the positions of log readers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Float, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.db.base import Base, not_personal
from muniment.db.types import UTCDateTime


class JobRow(Base):
    """One scheduled job: when it runs next, who runs it now, how the last run ended."""

    __tablename__ = "jobs"

    name: Mapped[str] = mapped_column(String(120), primary_key=True, info=not_personal("name of a job"))
    next_run: Mapped[datetime] = mapped_column(UTCDateTime)
    locked_by: Mapped[str | None] = mapped_column(String(120))
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_run: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_seconds: Mapped[float | None] = mapped_column(Float)
    last_result: Mapped[str | None] = mapped_column(String(400))
    last_error: Mapped[str | None] = mapped_column(Text)
    failures: Mapped[int] = mapped_column(Integer, default=0)


class LogPosition(Base):
    """How far a reader of the event log has come."""

    __tablename__ = "log_positions"

    reader: Mapped[str] = mapped_column(String(80), primary_key=True, info=not_personal("name of a log reader"))
    position: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"))
    updated: Mapped[datetime] = mapped_column(UTCDateTime)
