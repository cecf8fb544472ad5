"""The plugin's tables. A change here needs a new file in `migrations/versions`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import JSONDocument, UTCDateTime, not_personal, personal, plugin_base

Base = plugin_base("requests")

CONVERSATIONS = personal("requests.conversations")
READING = personal("requests.reading")
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


class RequestRow(Base):
    """A request. Parties stand as `kind:id`. `last_entry` is the newest line of its conversation.

    Where the title is in words of a plugin, it stands in `title` in English, for programs and for searching, and
    `title_words` hold its `text` and the `values` for the places in it, from which it is made for each reader.
    """

    __tablename__ = "requests_requests"
    __table_args__ = (
        Index("ix_requests_requests_expires", "expires", sqlite_where=text("expires IS NOT NULL")),
        Index("ix_requests_requests_topic", "topic", "type"),
        Index("ix_requests_requests_closed", "closed"),
    )

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    type: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(Text, info=CONVERSATIONS)
    title_words: Mapped[dict[str, Any] | None] = mapped_column(JSONDocument, info=CONVERSATIONS)
    description: Mapped[str] = mapped_column(Text, info=CONVERSATIONS)
    status: Mapped[str] = mapped_column(String(20))
    creator: Mapped[str] = mapped_column(String(255), info=CONVERSATIONS)
    subject: Mapped[int | None] = mapped_column(BigInteger, index=True, info=CONVERSATIONS)
    receiver: Mapped[str] = mapped_column(String(255), info=CONVERSATIONS)
    topic: Mapped[str] = mapped_column(String(255))
    reviewers: Mapped[list[str]] = mapped_column(JSONDocument, info=CONVERSATIONS)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=CONVERSATIONS)
    locked: Mapped[bool] = mapped_column(Boolean)
    expires: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reminded: Mapped[bool] = mapped_column(Boolean, default=False)
    closed: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)
    active: Mapped[datetime] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(Integer)
    last_entry: Mapped[int] = mapped_column(BigInteger)


class PartLabel(Base):
    """A label of actors who take part in a request, and their part: creator, receiver or reviewer."""

    __tablename__ = "requests_labels"
    __table_args__ = (Index("ix_requests_labels_request", "request"), {"sqlite_with_rowid": False})

    label: Mapped[str] = mapped_column(String(255), primary_key=True, info=CONVERSATIONS)
    part: Mapped[str] = mapped_column(String(20), primary_key=True)
    request: Mapped[int] = mapped_column(
        ForeignKey("requests_requests.number", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class Entry(Base):
    """A line of a conversation. `kind` is C for a comment, L for what was done, R for reviewers.

    A comment that was removed keeps its place without its text.
    """

    __tablename__ = "requests_entries"
    __table_args__ = (Index("ix_requests_entries_request", "request", "number"),)

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    request: Mapped[int] = mapped_column(ForeignKey("requests_requests.number", ondelete="CASCADE"))
    parent: Mapped[int | None] = mapped_column(
        ForeignKey("requests_entries.number", ondelete="CASCADE"), index=True, info=not_personal("the comment answered")
    )
    kind: Mapped[str] = mapped_column(String(1))
    author: Mapped[str] = mapped_column(String(255), info=CONVERSATIONS)
    subject: Mapped[int | None] = mapped_column(BigInteger, index=True, info=CONVERSATIONS)
    content: Mapped[str] = mapped_column(Text, info=CONVERSATIONS)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=CONVERSATIONS)
    removed: Mapped[bool] = mapped_column(Boolean)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class Seen(Base):
    """Up to which line of a conversation somebody has read it."""

    __tablename__ = "requests_seen"
    __table_args__ = ({"sqlite_with_rowid": False},)

    subject: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, info=READING)
    request: Mapped[int] = mapped_column(
        ForeignKey("requests_requests.number", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    entry: Mapped[int] = mapped_column(BigInteger, info=not_personal("the place in the conversation"))


class AttachmentRow(Base):
    """A file beside a comment, with its bytes; `entry` is that comment's number once it is written."""

    __tablename__ = "requests_attachments"

    key: Mapped[str] = mapped_column(String(240), primary_key=True, info=CONVERSATIONS)
    request: Mapped[int] = mapped_column(ForeignKey("requests_requests.number", ondelete="CASCADE"), index=True)
    entry: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(200), info=CONVERSATIONS)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary, info=CONVERSATIONS)
    subject: Mapped[int | None] = mapped_column(BigInteger, index=True, info=CONVERSATIONS)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
