"""The plugin's tables. A change here needs a new file in `migrations/versions`.

All of it belongs to parents, that is to every version and draft of a record. What ended (a link that was revoked, an
invitation that was answered) stays for a month, so that it can be said what became of it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import UTCDateTime, not_personal, personal, plugin_base

Base = plugin_base("sharing")

#: States of invitations and offers.
OPEN, ACCEPTED, DECLINED, WITHDRAWN = "open", "accepted", "declined", "withdrawn"


class Link(Base):
    """A secret link. Its token follows from the id and the key of the instance; only the hash is here.

    `expires` is the last day on which it opens anything. `blind` hides who made the record.
    """

    __tablename__ = "sharing_links"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id", ondelete="CASCADE"), index=True)
    permission: Mapped[str] = mapped_column(String(8))
    blind: Mapped[bool] = mapped_column(Boolean)
    description: Mapped[str] = mapped_column(
        String(255), info=not_personal("what the link is for, in words of who manages the record")
    )
    origin: Mapped[str | None] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=personal("sharing.given", secret=True))
    expires: Mapped[date | None] = mapped_column(Date)
    revoked: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int | None] = mapped_column(BigInteger, index=True, info=personal("sharing.given"))


class Grant(Base):
    """What a person (`subject_id`) or the holders of a role may do. `message` waits to be mailed; `expires` is the last
    day on which it allows anything."""

    __tablename__ = "sharing_grants"
    __table_args__ = (UniqueConstraint("parent_id", "subject_id"), UniqueConstraint("parent_id", "role"))

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id", ondelete="CASCADE"), index=True)
    subject_id: Mapped[int | None] = mapped_column(BigInteger, index=True, info=personal("sharing.received"))
    role: Mapped[str | None] = mapped_column(String(80), index=True, info=not_personal("name of a role"))
    permission: Mapped[str] = mapped_column(String(8))
    origin: Mapped[str | None] = mapped_column(String(80))
    message: Mapped[str | None] = mapped_column(Text, info=personal("sharing.received"))
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    granted_by: Mapped[int | None] = mapped_column(BigInteger, info=personal("sharing.received"))
    expires: Mapped[date | None] = mapped_column(Date)


class Invitation(Base):
    """Access for whoever signs in with a confirmed e-mail address; becomes a grant then."""

    __tablename__ = "sharing_invitations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(320), info=personal("sharing.invitations"))
    email_key: Mapped[str] = mapped_column(String(320), index=True, info=personal("sharing.invitations"))
    permission: Mapped[str] = mapped_column(String(8))
    message: Mapped[str | None] = mapped_column(Text, info=personal("sharing.invitations"))
    state: Mapped[str] = mapped_column(String(10))
    expires: Mapped[date] = mapped_column(Date)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    invited_by: Mapped[int | None] = mapped_column(BigInteger, index=True, info=personal("sharing.invitations"))


class Offer(Base):
    """A record that its owner wants to give to whoever signs in with a confirmed e-mail address.

    `keep` is what the giver may still do afterwards, empty for nothing.
    """

    __tablename__ = "sharing_offers"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id", ondelete="CASCADE"), index=True)
    giver: Mapped[int] = mapped_column(BigInteger, index=True, info=personal("sharing.offers"))
    email: Mapped[str] = mapped_column(String(320), info=personal("sharing.offers"))
    email_key: Mapped[str] = mapped_column(String(320), index=True, info=personal("sharing.offers"))
    keep: Mapped[str] = mapped_column(String(8))
    message: Mapped[str | None] = mapped_column(Text, info=personal("sharing.offers"))
    state: Mapped[str] = mapped_column(String(10))
    expires: Mapped[date] = mapped_column(Date)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
