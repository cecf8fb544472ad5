"""The plugin's tables: what is registered, and what the stand-in of test mode knows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import JSONDocument, UTCDateTime, plugin_base

Base = plugin_base("datacite")


class Registration(Base):
    """One DOI of this repository: what DataCite has of it, and its last answer.

    `digest` is that of the payload that DataCite took last; `state` is waiting, findable, registered (hidden) or
    refused.
    """

    __tablename__ = "datacite_registrations"

    doi: Mapped[str] = mapped_column(String(300), primary_key=True)
    level: Mapped[str] = mapped_column(String(10))
    record_id: Mapped[int] = mapped_column(BigInteger, index=True)
    state: Mapped[str] = mapped_column(String(12), index=True)
    digest: Mapped[str] = mapped_column(String(64), default="")
    answer: Mapped[str | None] = mapped_column(Text)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class TestDOI(Base):
    """A DOI as the stand-in keeps it."""

    __tablename__ = "datacite_test_dois"

    doi: Mapped[str] = mapped_column(String(300), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONDocument)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)
