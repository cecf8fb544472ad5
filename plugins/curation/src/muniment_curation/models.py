"""The plugin's tables. A change here needs a new file in `migrations/versions`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import JSONDocument, UTCDateTime, not_personal, personal, plugin_base

Base = plugin_base("curation")

REVIEWS = personal("curation.reviews")


class ReviewRow(Base):
    """The community that a draft is for, and the request by which it is reviewed; the row goes once it is published.

    `is_open` says that reviewers look at it. `seen` is the draft as it was when they declined it last.
    """

    __tablename__ = "curation_reviews"

    parent_id: Mapped[int] = mapped_column(
        ForeignKey("parents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[str] = mapped_column(String(40), unique=True)
    community: Mapped[str] = mapped_column(String(36), index=True)
    request: Mapped[str] = mapped_column(String(36))
    is_open: Mapped[bool] = mapped_column(Boolean)
    subject: Mapped[int | None] = mapped_column(BigInteger, index=True, info=REVIEWS)
    seen: Mapped[dict[str, Any] | None] = mapped_column(JSONDocument, info=REVIEWS)


class CheckRow(Base):
    """A check that a community has switched on: `level` is ``advice`` or ``error``."""

    __tablename__ = "curation_checks"

    community: Mapped[str] = mapped_column(String(36), primary_key=True)
    check_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    level: Mapped[str] = mapped_column(String(10))
    parameters: Mapped[dict[str, Any]] = mapped_column(
        JSONDocument, info=not_personal("what the check asks for: fields, licences, endings")
    )


class CheckResultRow(Base):
    """What a check in the background found; `mark` tells what it was about, `failed` that it could not be run."""

    __tablename__ = "curation_check_results"

    parent_id: Mapped[int] = mapped_column(
        ForeignKey("parents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    community: Mapped[str] = mapped_column(String(36), primary_key=True)
    check_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64))
    failed: Mapped[bool] = mapped_column(Boolean)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONDocument, info=not_personal("what is said of a record, which is kept where its content is")
    )
    checked: Mapped[datetime] = mapped_column(UTCDateTime)
