"""The plugin's table. A change here needs a new file in `migrations/versions`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import UTCDateTime, not_personal, personal, plugin_base

Base = plugin_base("support")


class Message(Base):
    """A message that waits to be mailed; it goes when it has been. `subject_id` is who wrote it when signed in."""

    __tablename__ = "support_messages"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    category: Mapped[str] = mapped_column(String(80), info=not_personal("one of the categories that operators named"))
    subject_id: Mapped[int | None] = mapped_column(BigInteger, index=True, info=personal("support.messages"))
    name: Mapped[str] = mapped_column(String(200), info=personal("support.messages"))
    email: Mapped[str] = mapped_column(String(254), info=personal("support.messages"))
    title: Mapped[str] = mapped_column(String(200), info=personal("support.messages"))
    text: Mapped[str] = mapped_column(Text, info=personal("support.messages"))
    page: Mapped[str] = mapped_column(String(500), info=personal("support.messages"))
    created: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
