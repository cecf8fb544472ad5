"""The plugin's tables. A change here needs a new file in `migrations/versions`.

Numbers of records are no references: what was once told to harvesters is remembered for ever.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import UTCDateTime, not_personal, plugin_base

Base = plugin_base("oaipmh")

NAMES_A_SET = not_personal("what operators call a set of records")


class FeedRow(Base):
    """A record that harvesters know, or are to learn of. `datestamp` is in seconds since 1970: when it last changed.

    `state` tells which state of the record the row was written for, and `etag` which content was seen since; None
    before it was looked at. `specs` are the sets that it is in, separated by spaces.
    """

    __tablename__ = "oaipmh_feed"
    __table_args__ = (Index("ix_oaipmh_feed_datestamp", "datestamp", "record_id"),)

    record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    datestamp: Mapped[int] = mapped_column(BigInteger)
    deleted: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(40))
    etag: Mapped[str | None] = mapped_column(String(80))
    specs: Mapped[str] = mapped_column(Text, default="")


class Membership(Base):
    """A record's place in a set, with the feed's datestamp, so that a set is listed by one index."""

    __tablename__ = "oaipmh_memberships"
    __table_args__ = (Index("ix_oaipmh_memberships_record_id", "record_id"), {"sqlite_with_rowid": False})

    spec: Mapped[str] = mapped_column(String(255), primary_key=True)
    datestamp: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class SetRow(Base):
    """A set that operators made: what a search finds. Records with numbers up to `filled` were looked at since its
    search changed; None when all were."""

    __tablename__ = "oaipmh_sets"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    spec: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(255), info=NAMES_A_SET)
    search_pattern: Mapped[str] = mapped_column(Text, info=NAMES_A_SET)
    description: Mapped[str] = mapped_column(Text, info=NAMES_A_SET)
    filled: Mapped[int | None] = mapped_column(BigInteger)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class Kept(Base):
    """What the engine remembers about itself, by name."""

    __tablename__ = "oaipmh_kept"

    name: Mapped[str] = mapped_column(String(40), primary_key=True, info=not_personal("what is remembered"))
    value: Mapped[str] = mapped_column(Text)


class Failure(Base):
    """A record that a format could not be made of, as operators see it."""

    __tablename__ = "oaipmh_failures"

    record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    prefix: Mapped[str] = mapped_column(String(80), primary_key=True)
    message: Mapped[str] = mapped_column(Text, info=not_personal("an error of a program"))
    seen: Mapped[datetime] = mapped_column(UTCDateTime)
