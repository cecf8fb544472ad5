"""The plugin's tables. A change here needs a new file in `migrations/versions`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import UTCDateTime, not_personal, personal, plugin_base

Base = plugin_base("quota")

PEOPLE = personal("quota.people")


class PersonQuota(Base):
    """What one person may keep in all, in bytes, instead of what the settings say."""

    __tablename__ = "quota_people"

    subject: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, info=PEOPLE)
    total_bytes: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text, info=PEOPLE)
    changed: Mapped[datetime] = mapped_column(UTCDateTime)


class RecordQuota(Base):
    """What each version of one work may hold, in bytes: all files, and one; instead of what the site says."""

    __tablename__ = "quota_records"

    parent_id: Mapped[int] = mapped_column(
        ForeignKey("parents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    total_bytes: Mapped[int] = mapped_column(BigInteger)
    file_bytes: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text, info=not_personal("why operators set it"))
    changed: Mapped[datetime] = mapped_column(UTCDateTime)
