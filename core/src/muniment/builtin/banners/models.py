"""The table of banners."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from muniment.db.types import JSONDocument, UTCDateTime
from muniment.plugins.tables import plugin_base

Base = plugin_base("banners")


class BannerRow(Base):
    """An announcement. `texts` holds a line of Markdown by language; without `starts` it is shown at once, without
    `ends` until it is removed."""

    __tablename__ = "banners_banners"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    audience: Mapped[str] = mapped_column(String(10))
    texts: Mapped[dict[str, str]] = mapped_column(JSONDocument)
    starts: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ends: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(Integer)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)
