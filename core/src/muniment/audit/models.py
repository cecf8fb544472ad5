"""Rows of the audit trail; they name an opaque subject, never a user row, and go after thirteen months."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from muniment.db.base import Base, not_personal, personal
from muniment.db.types import JSONDocument, UTCDateTime


class AuditEntry(Base):
    """One act. `resource` is written like ``record:12``; `via` tells session, token, system or command."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_resource", "resource", "at"),
        # PostgreSQL finds beginnings of names only by this class of operators.
        Index("ix_audit_entries_action", "action", "id", postgresql_ops={"action": "varchar_pattern_ops"}),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    action: Mapped[str] = mapped_column(String(80))
    resource: Mapped[str] = mapped_column(String(200))
    subject_id: Mapped[int | None] = mapped_column(BigInteger, index=True, info=personal("audit.user"))
    via: Mapped[str] = mapped_column(String(20))
    details: Mapped[dict[str, Any]] = mapped_column(
        JSONDocument, info=not_personal("names of changed fields, ids, values of settings; nothing else that was typed")
    )
