"""Tables of what proves who somebody is. Secrets are stored as hashes; who reads the database cannot sign in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from muniment.db.base import Base, not_personal, personal
from muniment.db.types import JSONDocument, UTCDateTime
from muniment.users.account_models import Identity


class PasswordCredential(Base):
    """The password of one account as an argon2id hash; an account that signs in elsewhere only has none."""

    __tablename__ = "password_credentials"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.subject_id", ondelete="CASCADE"), primary_key=True, info=personal("user.credentials")
    )
    password_hash: Mapped[str] = mapped_column(String(200), info=personal("user.credentials", secret=True))
    changed: Mapped[datetime] = mapped_column(UTCDateTime, info=personal("user.credentials"))


class SessionRow(Base):
    """A signed-in browser. `device` is a summary; the browser's full header is not kept.

    `methods` are the ways in which its owner was recognised, separated by blanks, and `recognised` when that was last.
    While `step` names a page, a step of signing in is missing and the browser is nobody's yet.
    """

    __tablename__ = "sessions"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Identity, primary_key=True, autoincrement=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=personal("session.devices", secret=True))
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.subject_id", ondelete="CASCADE"), index=True, info=personal("session.devices")
    )
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    last_activity: Mapped[datetime] = mapped_column(UTCDateTime, info=personal("session.devices"))
    expires: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    ip: Mapped[str] = mapped_column(String(45), default="", info=personal("session.devices"))
    device: Mapped[str] = mapped_column(String(100), default="", info=personal("session.devices"))
    methods: Mapped[str] = mapped_column(String(100), default="", server_default="", info=personal("session.devices"))
    step: Mapped[str] = mapped_column(
        String(100), default="", server_default="", info=not_personal("endpoint of a page of the software")
    )
    recognised: Mapped[datetime | None] = mapped_column(UTCDateTime, info=personal("session.devices"))


class OneTimeLink(Base):
    """A link that was mailed or printed, for one purpose, once. It is void when the address has changed since."""

    __tablename__ = "one_time_links"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Identity, primary_key=True, autoincrement=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=personal("user.email", secret=True))
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.subject_id", ondelete="CASCADE"), index=True, info=personal("user.email")
    )
    purpose: Mapped[str] = mapped_column(String(20))
    email_key: Mapped[str] = mapped_column(String(320), info=personal("user.email"))
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    expires: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=personal("user.email"))


class AccessToken(Base):
    """A personal access token. `last_used` is a day, not a moment: enough to find forgotten tokens."""

    __tablename__ = "access_tokens"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Identity, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.subject_id", ondelete="CASCADE"), index=True, info=personal("oauth.tokens")
    )
    name: Mapped[str] = mapped_column(String(100), info=personal("oauth.tokens"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=personal("oauth.tokens", secret=True))
    scopes: Mapped[list[str]] = mapped_column(JSONDocument, default=list, info=personal("oauth.tokens"))
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    expires: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    last_used: Mapped[date | None] = mapped_column(Date, info=personal("oauth.tokens"))


class ThrottleCounter(Base):
    """How often something was tried in one stretch of time. The key is a keyed hash: no address can be read."""

    __tablename__ = "throttle_counters"
    __table_args__ = (Index("ix_throttle_counters_ends", "ends"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True, info=personal("session.attempts"))
    limit_name: Mapped[str] = mapped_column(
        String(60), primary_key=True, info=not_personal("name of a limit in the code")
    )
    starts: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    ends: Mapped[datetime] = mapped_column(UTCDateTime)
    count: Mapped[int] = mapped_column(Integer, default=0)
