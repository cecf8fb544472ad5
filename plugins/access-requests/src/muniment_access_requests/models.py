"""The plugin's tables. A change here needs a new file in `migrations/versions`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import UTCDateTime, not_personal, personal, plugin_base

Base = plugin_base("access-requests")

GUESTS = personal("access-requests.guests")


class OptionsRow(Base):
    """Who may ask for access to the versions of a parent, on what conditions, and for how long it is given."""

    __tablename__ = "access_requests_options"

    parent_id: Mapped[int] = mapped_column(
        ForeignKey("parents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    users: Mapped[bool] = mapped_column(Boolean)
    guests: Mapped[bool] = mapped_column(Boolean)
    conditions: Mapped[str] = mapped_column(Text, info=not_personal("conditions of access, which everybody may read"))
    days: Mapped[int] = mapped_column(Integer)


class Guest(Base):
    """Somebody without an account who asks. `request` is what was asked once the address was confirmed, which has to be
    done before `expires`; `closed` is when that was decided. The token follows from the id and the key of the instance;
    only the hash is here."""

    __tablename__ = "access_requests_guests"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id", ondelete="CASCADE"), index=True)
    number: Mapped[str] = mapped_column(String(40), info=not_personal("the id of the record"))
    email: Mapped[str] = mapped_column(String(240), info=GUESTS)
    email_key: Mapped[str] = mapped_column(String(240), index=True, info=GUESTS)
    full_name: Mapped[str] = mapped_column(String(200), info=GUESTS)
    message: Mapped[str] = mapped_column(Text, info=GUESTS)
    conditions: Mapped[str] = mapped_column(Text, info=not_personal("the conditions that were accepted"))
    language: Mapped[str] = mapped_column(String(35), info=GUESTS)
    token_hash: Mapped[str] = mapped_column(
        String(64), unique=True, info=personal("access-requests.guests", secret=True)
    )
    request: Mapped[str | None] = mapped_column(String(36), index=True)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    expires: Mapped[datetime] = mapped_column(UTCDateTime)
    closed: Mapped[datetime | None] = mapped_column(UTCDateTime)
