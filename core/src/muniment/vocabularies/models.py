"""Tables of vocabularies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.db.base import Base, not_personal
from muniment.db.types import JSONDocument, UTCDateTime

#: Compared byte by byte on both databases, whatever the locale of the PostgreSQL server.
FoldedText = Text().with_variant(Text(collation="C"), "postgresql")


class VocabularyState(Base):
    """One row for each vocabulary that has terms.

    `generation` grows with every change, so that every process knows when what it remembers is stale. `digest` is
    that of the file that was loaded last.
    """

    __tablename__ = "vocabularies"

    name: Mapped[str] = mapped_column(String(100), primary_key=True, info=not_personal("name of a vocabulary"))
    generation: Mapped[int] = mapped_column(Integer, default=1)
    digest: Mapped[str] = mapped_column(String(64), default="")
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class VocabularyTerm(Base):
    """A term. `position` is its place in the file, `edited` says that an administrator has changed or made it."""

    __tablename__ = "vocabulary_terms"
    __table_args__ = (
        Index("ix_vocabulary_terms_position", "type", "position"),
        Index("ix_vocabulary_terms_title", "type", "title_sort"),
    )

    type: Mapped[str] = mapped_column(String(100), primary_key=True)
    id: Mapped[str] = mapped_column(String(191), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[dict[str, Any]] = mapped_column(JSONDocument)
    description: Mapped[dict[str, Any]] = mapped_column(JSONDocument)
    icon: Mapped[str] = mapped_column(String(100))
    props: Mapped[dict[str, Any]] = mapped_column(JSONDocument)
    tags: Mapped[list[str]] = mapped_column(JSONDocument)
    title_sort: Mapped[str] = mapped_column(FoldedText)
    search_text: Mapped[str] = mapped_column(FoldedText)
    edited: Mapped[bool] = mapped_column(Boolean, default=False)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)
