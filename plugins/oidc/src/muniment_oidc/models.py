"""The plugin's tables: sign-ins that are on their way, people who came and have no account yet, and roles by group."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import JSONDocument, UTCDateTime, not_personal, personal, plugin_base

Base = plugin_base("oidc")
_Number = BigInteger().with_variant(Integer(), "sqlite")


class Journey(Base):
    """A browser that was sent to a provider. It comes back once, within minutes, with the state that it was given.

    `again`: somebody signed in is to prove anew who they are.
    """

    __tablename__ = "oidc_journeys"

    id: Mapped[int] = mapped_column(_Number, primary_key=True)
    provider: Mapped[str] = mapped_column(String(40))
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser_hash: Mapped[str] = mapped_column(String(64), info=personal("oidc.arrivals", secret=True))
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(64))
    next: Mapped[str] = mapped_column(String(4000), info=personal("oidc.arrivals"))
    expires: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    again: Mapped[bool] = mapped_column(default=False, server_default=false(), info=not_personal("kind of journey"))


class Arrival(Base):
    """Somebody who proved an identity that has no account: what the provider told, until they agree or leave.

    With `token_hash` an address waits for its confirmation.
    """

    __tablename__ = "oidc_arrivals"

    id: Mapped[int] = mapped_column(_Number, primary_key=True)
    provider: Mapped[str] = mapped_column(String(40))
    browser_hash: Mapped[str] = mapped_column(String(64), index=True, info=personal("oidc.arrivals", secret=True))
    issuer: Mapped[str] = mapped_column(String(200), info=personal("oidc.arrivals"))
    subject: Mapped[str] = mapped_column(String(200), info=personal("oidc.arrivals"))
    profile: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=personal("oidc.arrivals"))
    next: Mapped[str] = mapped_column(String(4000), info=personal("oidc.arrivals"))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True, info=personal("oidc.arrivals", secret=True))
    expires: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class GrantedRole(Base):
    """A role that somebody has since they are in a group at a provider; it is taken back when they are not."""

    __tablename__ = "oidc_granted_roles"
    __table_args__ = (UniqueConstraint("user_id", "provider", "role"),)

    id: Mapped[int] = mapped_column(_Number, primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id", ondelete="CASCADE"), index=True, info=personal("oidc.roles")
    )
    provider: Mapped[str] = mapped_column(String(40), info=not_personal("name of a provider"))
    role: Mapped[str] = mapped_column(String(80), info=personal("oidc.roles"))
