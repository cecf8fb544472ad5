"""The plugin's tables: what is registered, what the stand-in of test mode knows, and what it plays."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import JSONDocument, UTCDateTime, plugin_base

Base = plugin_base("datacite")


class Registration(Base):
    """One DOI of this repository: what DataCite has of it, and its last answer.

    `digest` is that of the payload that DataCite took last. `state` is waiting (DataCite could not be asked, or asked
    to wait), refused (it does not take what it was sent), or that at DataCite: findable, registered. `known` is the
    state that DataCite told last, empty before it knew the DOI. `attempts` counts those since it took something last;
    `next_attempt` is when a refused one is tried again.
    """

    __tablename__ = "datacite_registrations"

    doi: Mapped[str] = mapped_column(String(300), primary_key=True)
    level: Mapped[str] = mapped_column(String(10))
    record_id: Mapped[int] = mapped_column(BigInteger, index=True)
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(12), index=True)
    known: Mapped[str] = mapped_column(String(12), default="", server_default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    answer: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    next_attempt: Mapped[datetime | None] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class TestDOI(Base):
    """A DOI as the stand-in keeps it."""

    __tablename__ = "datacite_test_dois"

    doi: Mapped[str] = mapped_column(String(300), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONDocument)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class Rehearsal(Base):
    """What the stand-in plays: one row, or none while it answers as DataCite does on a good day."""

    __tablename__ = "datacite_rehearsals"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    plays: Mapped[str] = mapped_column(String(12))
    since: Mapped[datetime] = mapped_column(UTCDateTime)
