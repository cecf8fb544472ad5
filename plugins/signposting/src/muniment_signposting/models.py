"""The plugin's table. A change here needs a new file in `migrations/versions`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, true
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import UTCDateTime, plugin_base

Base = plugin_base("signposting")


class Range(Base):
    """A range of numbers, which is a file of the sitemap: when a record in it changed last, deletion included, and
    whether it holds one that everybody may see."""

    __tablename__ = "signposting_ranges"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    changed: Mapped[datetime] = mapped_column(UTCDateTime)
    holds: Mapped[bool] = mapped_column(default=True, server_default=true())
