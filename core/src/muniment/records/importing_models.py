"""The table that remembers which record came from where, so that an import can be repeated without duplicates."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from muniment.db.base import Base, not_personal
from muniment.db.types import UTCDateTime


class RecordImport(Base):
    """One record that was imported: `digest` is the SHA-256 of the draft JSON that its source gave last."""

    __tablename__ = "record_imports"

    source: Mapped[str] = mapped_column(String(100), primary_key=True, info=not_personal("name of a source system"))
    source_id: Mapped[str] = mapped_column(
        String(2048), primary_key=True, info=not_personal("identifier of a work, not of a person")
    )
    record_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("records.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), info=not_personal("checksum of a document"))
    imported: Mapped[datetime] = mapped_column(UTCDateTime)
