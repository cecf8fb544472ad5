"""Tables about people. Other tables name a person by `subjects.id` only; erasing someone removes the row in `users`
and leaves an empty subject, so that numbers are never used twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from muniment.db.base import Base, not_personal, personal
from muniment.db.types import JSONDocument, UTCDateTime

Identity = BigInteger().with_variant(Integer(), "sqlite")


class Subject(Base):
    """The opaque number of whoever acts; it is the public id of the user and is never reused."""

    __tablename__ = "subjects"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Identity, primary_key=True, autoincrement=True)
    created: Mapped[datetime] = mapped_column(UTCDateTime)


class User(Base):
    """An account. Text columns ending in `_key` hold the form in which two values count as the same.

    `erase_at` is set while the account waits for its end, which signing in takes back. `waiting` tells that it is not
    active because it waits for approval (see `muniment.users.domains`). `domain` follows from `email_key`.
    """

    __tablename__ = "users"
    __table_args__ = (Index("ix_users_search_text", "search_text"), Index("ix_users_created", "created"))

    subject_id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id", ondelete="RESTRICT"), primary_key=True, info=personal("user.account_name")
    )
    email: Mapped[str] = mapped_column(String(320), info=personal("user.email"))
    email_key: Mapped[str] = mapped_column(String(320), unique=True, info=personal("user.email"))
    domain: Mapped[str] = mapped_column(
        String(320), default="", server_default="", index=True, info=personal("user.email")
    )
    pending_email: Mapped[str | None] = mapped_column(String(320), info=personal("user.email"))
    username: Mapped[str | None] = mapped_column(String(80), info=personal("user.account_name"))
    username_key: Mapped[str | None] = mapped_column(String(80), unique=True, info=personal("user.account_name"))
    full_name: Mapped[str] = mapped_column(String(200), default="", info=personal("user.full_name"))
    affiliations: Mapped[str] = mapped_column(String(400), default="", info=personal("user.full_name"))
    search_text: Mapped[str] = mapped_column(String(800), default="", info=personal("user.full_name"))
    visibility: Mapped[str] = mapped_column(String(10), default="restricted", info=personal("user.preferences"))
    email_visibility: Mapped[str] = mapped_column(String(10), default="restricted", info=personal("user.preferences"))
    locale: Mapped[str] = mapped_column(String(20), default="", info=personal("user.preferences"))
    timezone: Mapped[str] = mapped_column(String(60), default="", info=personal("user.preferences"))
    theme: Mapped[str] = mapped_column(String(10), default="", server_default="", info=personal("user.preferences"))
    active: Mapped[bool] = mapped_column(Boolean, default=True, info=personal("user.status"))
    waiting: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false(), info=personal("user.status"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=personal("user.email"))
    blocked_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=personal("user.status"))
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=personal("user.status"))
    erase_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True, info=personal("user.status"))
    login_count: Mapped[int] = mapped_column(Integer, default=0, info=personal("user.login_history"))
    current_login_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=personal("user.login_history"))
    last_login_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=personal("user.login_history"))
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(Integer, default=1)

    roles: Mapped[list[Role]] = relationship(
        secondary="user_roles", lazy="selectin", order_by="Role.name", viewonly=True
    )

    @validates("email_key")
    def _keep_domain(self, _name: str, value: str) -> str:
        self.domain = value.rpartition("@")[2]
        return value

    @property
    def may_act(self) -> bool:
        """Whether the account can be used at all: confirmed, not deactivated, not blocked, not about to end."""
        return self.active and self.blocked_at is None and self.confirmed_at is not None and self.erase_at is None

    @property
    def display_name(self) -> str:
        """What other people read; never the address, which may be private."""
        return self.full_name or self.username or ""


class LinkedIdentity(Base):
    """An identity elsewhere that signs in to an account: (issuer, subject), never an e-mail address."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Identity, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.subject_id", ondelete="CASCADE"), index=True, info=personal("linked.accounts")
    )
    issuer: Mapped[str] = mapped_column(String(200), info=personal("linked.accounts"))
    subject: Mapped[str] = mapped_column(String(200), info=personal("linked.accounts"))
    created: Mapped[datetime] = mapped_column(UTCDateTime)


class Role(Base):
    """A named set of permissions. `administrator` and `moderator` are built in; sites add their own."""

    __tablename__ = "roles"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Identity, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(80), unique=True, info=not_personal("name of a role"))
    title: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(String(1000), default="")
    permissions: Mapped[list[str]] = mapped_column(
        JSONDocument, default=list, info=not_personal("names of permissions")
    )
    created: Mapped[datetime] = mapped_column(UTCDateTime)


class UserRole(Base):
    """Who has which role."""

    __tablename__ = "user_roles"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.subject_id", ondelete="CASCADE"), primary_key=True, info=personal("user.authorizations")
    )
    role_id: Mapped[int] = mapped_column(
        ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True, index=True, info=personal("user.authorizations")
    )
