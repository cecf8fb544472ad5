"""The table of logos."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from muniment.db.base import not_personal
from muniment.db.types import UTCDateTime
from muniment.plugins.tables import plugin_base

Base = plugin_base("appearance")


class LogoRow(Base):
    """A logo that was uploaded, cleaned; `name` is made of the hash of its bytes, so that it never changes."""

    __tablename__ = "appearance_logos"

    name: Mapped[str] = mapped_column(String(40), primary_key=True, info=not_personal("hash of a picture"))
    media_type: Mapped[str] = mapped_column(String(40))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded: Mapped[datetime] = mapped_column(UTCDateTime)
