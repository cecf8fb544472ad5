"""The plugin's table. A change here needs a new file in `migrations/versions`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import UTCDateTime, personal, plugin_base

Base = plugin_base("internal-notes")

NOTES = personal("internal-notes.notes")


class NoteRow(Base):
    """A note about the draft or record with this number; the two of one version share it. `text` is clean HTML."""

    __tablename__ = "internal_notes_notes"
    # The number of a note that was removed is not given to another, which a page that is still open would remove.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    record_id: Mapped[int] = mapped_column(BigInteger, index=True)
    subject: Mapped[int | None] = mapped_column(BigInteger, index=True, info=NOTES)
    text: Mapped[str] = mapped_column(Text, info=NOTES)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
