"""The table of domains of e-mail addresses that operators have said something about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from muniment.db.base import Base, not_personal
from muniment.db.types import JSONDocument, UTCDateTime


class EmailDomain(Base):
    """What operators say about a domain and those below it; what nobody said anything about has no row."""

    __tablename__ = "email_domains"

    domain: Mapped[str] = mapped_column(
        String(253), primary_key=True, info=not_personal("a domain that an operator named, not an address")
    )
    status: Mapped[str] = mapped_column(String(10))
    category: Mapped[str] = mapped_column(String(80))
    flagged: Mapped[bool] = mapped_column(Boolean)
    flagged_source: Mapped[str] = mapped_column(String(255), info=not_personal("a list or service, and no person"))
    org: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONDocument, info=not_personal("names of organisations and their identifiers")
    )
    revision: Mapped[int] = mapped_column(Integer)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)
