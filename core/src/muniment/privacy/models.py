"""The table of exports of personal data that were asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from muniment.db.base import Base, personal
from muniment.db.types import UTCDateTime

Identity = BigInteger().with_variant(Integer(), "sqlite")


class DataExport(Base):
    """A file with what is stored about one person: ``waiting``, ``ready`` or ``failed``.

    `file` is its random name in the folder of exports, `size` its bytes; it is removed when it `expires`.
    """

    __tablename__ = "data_exports"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Identity, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.subject_id", ondelete="CASCADE"), index=True, info=personal("privacy.exports")
    )
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    file: Mapped[str] = mapped_column(String(80), info=personal("privacy.exports", secret=True))
    size: Mapped[int | None] = mapped_column(BigInteger)
    requested: Mapped[datetime] = mapped_column(UTCDateTime, info=personal("privacy.exports"))
    finished: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
