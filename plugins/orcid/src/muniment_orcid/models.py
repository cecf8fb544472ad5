"""The plugin's tables: who lets the site write to their ORCID record, what was written there, and who said "this is
me"."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import JSONDocument, UTCDateTime, not_personal, personal, plugin_base

Base = plugin_base("orcid")
_CATEGORY = "orcid.works"
_CLAIMS = "orcid.claims"
_Number = BigInteger().with_variant(Integer(), "sqlite")


class Permission(Base):
    """Somebody's wish that their works are added to their ORCID record, and ORCID's token for it.

    `state` is asked (on the way to ORCID), on, ended (ORCID takes the token no more), leaving (what was added is to be
    taken out, then all ends) or stopping (only the token is to be given back). The token must be read again, so it is
    encrypted with the instance's key.
    """

    __tablename__ = "orcid_permissions"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id", ondelete="CASCADE"), primary_key=True, info=personal(_CATEGORY)
    )
    orcid: Mapped[str] = mapped_column(String(19), info=personal(_CATEGORY))
    token: Mapped[dict[str, Any] | None] = mapped_column(JSONDocument, info=personal(_CATEGORY, secret=True))
    state: Mapped[str] = mapped_column(String(10), info=personal(_CATEGORY))
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class Work(Base):
    """One record, all versions together, on somebody's ORCID record. ORCID knows it by `put_code`, "" before it does.

    `state` is added, waiting (ORCID could not be asked), refused (it does not take it) or removed (the person took it
    out there, and it stays out). `digest` is that of what ORCID took last, `answer` its last words.
    """

    __tablename__ = "orcid_works"
    __table_args__ = (UniqueConstraint("user_id", "parent_id"),)

    id: Mapped[int] = mapped_column(_Number, primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id", ondelete="CASCADE"), index=True, info=personal(_CATEGORY)
    )
    parent_id: Mapped[int] = mapped_column(BigInteger, index=True, info=personal(_CATEGORY))
    put_code: Mapped[str] = mapped_column(String(20), info=personal(_CATEGORY))
    state: Mapped[str] = mapped_column(String(10), index=True, info=not_personal("how far a delivery is"))
    digest: Mapped[str] = mapped_column(String(64), info=not_personal("digest of public metadata"))
    answer: Mapped[str] = mapped_column(Text, info=not_personal("what ORCID answered"))
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class Claim(Base):
    """Somebody said of a creator of their record that it is them, and ORCID had said who they are."""

    __tablename__ = "orcid_claims"
    __table_args__ = (UniqueConstraint("user_id", "parent_id"),)

    id: Mapped[int] = mapped_column(_Number, primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("subjects.id", ondelete="CASCADE"), index=True, info=personal(_CLAIMS)
    )
    parent_id: Mapped[int] = mapped_column(BigInteger, index=True, info=personal(_CLAIMS))
    orcid: Mapped[str] = mapped_column(String(19), info=personal(_CLAIMS))
    created: Mapped[datetime] = mapped_column(UTCDateTime)
