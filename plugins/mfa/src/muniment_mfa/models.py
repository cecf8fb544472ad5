"""The plugin's tables: the secret of an authenticator app, passkeys, and recovery codes.

The secret must be read again to check a code, so it is encrypted with the instance's key; recovery codes are hashes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import JSONDocument, UTCDateTime, personal, plugin_base

Base = plugin_base("mfa")

_CATEGORY = "mfa.factors"


class AppSecret(Base):
    """The authenticator app of one account. `last_step` is the stretch of 30 seconds whose code was used last."""

    __tablename__ = "mfa_app_secrets"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id", ondelete="CASCADE"), primary_key=True, info=personal(_CATEGORY)
    )
    secret: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=personal(_CATEGORY, secret=True))
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, info=personal(_CATEGORY))
    created: Mapped[datetime] = mapped_column(UTCDateTime)


class RecoveryCode(Base):
    """One of the codes for the day on which the app is gone. A used one stays, so that the rest can be counted."""

    __tablename__ = "mfa_recovery_codes"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id", ondelete="CASCADE"), index=True, info=personal(_CATEGORY)
    )
    code_hash: Mapped[str] = mapped_column(String(64), unique=True, info=personal(_CATEGORY, secret=True))
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime, info=personal(_CATEGORY))


class Passkey(Base):
    """A passkey or security key of one account. `asked` is when the challenge was made that it answered last."""

    __tablename__ = "mfa_passkeys"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id", ondelete="CASCADE"), index=True, info=personal(_CATEGORY)
    )
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True, info=personal(_CATEGORY, secret=True))
    public_key: Mapped[str] = mapped_column(Text, info=personal(_CATEGORY, secret=True))
    sign_count: Mapped[int] = mapped_column(BigInteger, info=personal(_CATEGORY))
    name: Mapped[str] = mapped_column(String(100), info=personal(_CATEGORY))
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    asked: Mapped[datetime | None] = mapped_column(UTCDateTime, info=personal(_CATEGORY))
    used: Mapped[datetime | None] = mapped_column(UTCDateTime, info=personal(_CATEGORY))
