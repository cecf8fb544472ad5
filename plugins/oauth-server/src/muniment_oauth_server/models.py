"""The plugin's tables. Secrets, codes and tokens are hashes; whoever reads the database can use none of them.

Codes and tokens hang on the authorization from which they come, and that on its application and its person: whatever of
these goes takes them along, in the database itself.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import JSONDocument, UTCDateTime, not_personal, personal, plugin_base

Base = plugin_base("oauth-server")

_ID = BigInteger().with_variant(Integer(), "sqlite")
_MADE, _GIVEN = "oauth.applications", "oauth.authorizations"


class Application(Base):
    """A program that asks people for access. `public` ones run where no secret can be kept, and have none."""

    __tablename__ = "oauth_server_apps"

    id: Mapped[int] = mapped_column(_ID, primary_key=True)
    client_id: Mapped[str] = mapped_column(String(40), unique=True, info=personal(_MADE))
    owner_id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id", ondelete="CASCADE"), index=True, info=personal(_MADE)
    )
    name: Mapped[str] = mapped_column(String(100), info=personal(_MADE))
    description: Mapped[str] = mapped_column(String(500), default="", info=personal(_MADE))
    website: Mapped[str] = mapped_column(String(300), default="", info=personal(_MADE))
    redirect_uris: Mapped[list[str]] = mapped_column(JSONDocument, info=personal(_MADE))
    public: Mapped[bool] = mapped_column(Boolean, default=False)
    secret_hash: Mapped[str] = mapped_column(String(64), default="", info=personal(_MADE, secret=True))
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class Authorization(Base):
    """What a person allowed an application; `updated` is when they were asked last."""

    __tablename__ = "oauth_server_grants"
    __table_args__ = (UniqueConstraint("app_id", "user_id"),)

    id: Mapped[int] = mapped_column(_ID, primary_key=True)
    app_id: Mapped[int] = mapped_column(ForeignKey("oauth_server_apps.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id", ondelete="CASCADE"), index=True, info=personal(_GIVEN)
    )
    scopes: Mapped[list[str]] = mapped_column(JSONDocument, info=personal(_GIVEN))
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class Code(Base):
    """A code that an application exchanges for tokens, once. `family` ties it to the tokens that came of it."""

    __tablename__ = "oauth_server_codes"

    id: Mapped[int] = mapped_column(_ID, primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True, info=personal(_GIVEN, secret=True))
    grant_id: Mapped[int] = mapped_column(ForeignKey("oauth_server_grants.id", ondelete="CASCADE"), index=True)
    family: Mapped[str] = mapped_column(String(43), info=not_personal("a text made at random"))
    redirect_uri: Mapped[str] = mapped_column(Text, default="", info=not_personal("address of an application"))
    scope: Mapped[str] = mapped_column(Text, default="", info=personal(_GIVEN))
    nonce: Mapped[str] = mapped_column(Text, default="", info=not_personal("a text of the application"))
    code_challenge: Mapped[str] = mapped_column(String(128), default="", info=not_personal("a text made at random"))
    code_challenge_method: Mapped[str] = mapped_column(String(10), default="", info=not_personal("name of a method"))
    auth_time: Mapped[datetime] = mapped_column(UTCDateTime, info=personal(_GIVEN))
    expires: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Token(Base):
    """A pair of an access token and the refresh token that renews it.

    A refresh token is exchanged once: `refreshed_at` says when. Its row stays until the family ends, so that the same
    token shown again is recognised as stolen. `ends` is the end of the family, a year after the code at the latest.
    """

    __tablename__ = "oauth_server_tokens"

    id: Mapped[int] = mapped_column(_ID, primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("oauth_server_grants.id", ondelete="CASCADE"), index=True)
    family: Mapped[str] = mapped_column(String(43), index=True, info=not_personal("a text made at random"))
    access_hash: Mapped[str] = mapped_column(String(64), unique=True, info=personal(_GIVEN, secret=True))
    refresh_hash: Mapped[str] = mapped_column(String(64), unique=True, info=personal(_GIVEN, secret=True))
    scope: Mapped[str] = mapped_column(Text, default="", info=personal(_GIVEN))
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    expires: Mapped[datetime] = mapped_column(UTCDateTime)
    ends: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    refreshed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_used: Mapped[date | None] = mapped_column(Date, info=personal(_GIVEN))


class SigningKey(Base):
    """A key that signs ID tokens: the private half encrypted, the public one as clients read it.

    `retired` is when it signed last; clients find it for a while longer.
    """

    __tablename__ = "oauth_server_keys"

    id: Mapped[int] = mapped_column(_ID, primary_key=True)
    kid: Mapped[str] = mapped_column(String(43), unique=True, info=not_personal("name of a key of the site"))
    private: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=not_personal("key of the site, encrypted"))
    public: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=not_personal("key of the site"))
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    retired: Mapped[datetime | None] = mapped_column(UTCDateTime)
