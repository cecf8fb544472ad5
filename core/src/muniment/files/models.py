"""Tables of files: stored objects, the files of records and drafts, uploads under way, and holds on removal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from muniment.db.base import Base, not_personal, personal
from muniment.db.types import JSONDocument, UTCDateTime

#: The file's name, description and the like: typed by people as part of a deposit.
TYPED = personal("outputs.contributors")


class StoredObject(Base):
    """Bytes that a backend keeps under a random key: written once, never changed, shared by versions of a record.

    `unreferenced` is when the sweep first saw that no file uses the object; `verified` when its bytes were last
    compared with its digests. Sizes are in bytes, digests in hexadecimal.
    """

    __tablename__ = "stored_objects"
    __table_args__ = (UniqueConstraint("backend", "storage_key"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    backend: Mapped[str] = mapped_column(String(50), info=not_personal("name of a storage backend"))
    storage_key: Mapped[str] = mapped_column(String(200), info=not_personal("random key"))
    size: Mapped[int] = mapped_column(BigInteger)
    md5: Mapped[str] = mapped_column(String(32), info=not_personal("digest of a file"))
    sha256: Mapped[str] = mapped_column(String(64), index=True, info=not_personal("digest of a file"))
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    verified: Mapped[datetime] = mapped_column(UTCDateTime)
    unreferenced: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)


class File(Base):
    """A file of one draft or of one record, in the bucket ``files`` or ``media_files``.

    `status` is pending (declared, perhaps received, not committed) or completed. `declared_size` and
    `declared_checksum` are what the client promised when it announced the file. `position` keeps the order in which
    files were announced.
    """

    __tablename__ = "files"
    __table_args__ = (
        UniqueConstraint("draft_id", "bucket", "key"),
        UniqueConstraint("record_id", "bucket", "key"),
        CheckConstraint("(draft_id IS NULL) <> (record_id IS NULL)", name="one_owner"),
        CheckConstraint("status <> 'completed' OR object_id IS NOT NULL", name="completed_has_object"),
        Index("ix_files_object_id", "object_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"))
    bucket: Mapped[str] = mapped_column(String(20), default="files", info=not_personal("files or media_files"))
    key: Mapped[str] = mapped_column(String(1024), info=TYPED)
    position: Mapped[int] = mapped_column(Integer, default=0)
    status: Mapped[str] = mapped_column(String(10), default="pending", info=not_personal("state of the upload"))
    object_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_objects.id", ondelete="RESTRICT"))
    declared_size: Mapped[int | None] = mapped_column(BigInteger)
    declared_checksum: Mapped[str | None] = mapped_column(String(80), info=not_personal("digest of a file"))
    size: Mapped[int | None] = mapped_column(BigInteger)
    checksum: Mapped[str | None] = mapped_column(String(80), info=not_personal("digest of a file"))
    mimetype: Mapped[str] = mapped_column(String(120), info=not_personal("guessed from the name"))
    description: Mapped[dict[str, Any] | None] = mapped_column("metadata", JSONDocument, info=TYPED)
    hidden: Mapped[bool] = mapped_column(Boolean, default=False)
    transfer: Mapped[dict[str, Any]] = mapped_column(
        JSONDocument, default=dict, info=not_personal("type and numbers of a transfer")
    )
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class Upload(Base):
    """An upload in pieces that is under way, or has just ended: ``multipart`` or ``tus``.

    `received` counts the bytes that are safely stored: the offset of a tus upload, the sum of the parts of a multipart
    one. `file_id` becomes empty when the file is deleted: the upload is
    gone then, and says so until it expires.
    """

    __tablename__ = "uploads"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id", ondelete="SET NULL"), unique=True)
    kind: Mapped[str] = mapped_column(String(10), info=not_personal("multipart or tus"))
    length: Mapped[int] = mapped_column(BigInteger)
    part_size: Mapped[int | None] = mapped_column(BigInteger)
    parts: Mapped[int | None] = mapped_column(Integer)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    client_metadata: Mapped[str] = mapped_column(Text, default="", info=TYPED)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    expires: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    finished: Mapped[datetime | None] = mapped_column(UTCDateTime)


class UploadSegment(Base):
    """A run of bytes that was received whole and flushed, with the digest it had when it arrived."""

    __tablename__ = "upload_segments"

    upload_id: Mapped[UUID] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True)
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    length: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), info=not_personal("digest of bytes"))


class RemovalHold(Base):
    """While an unexpired row is here no stored bytes are removed (a backup is reading them)."""

    __tablename__ = "removal_holds"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    reason: Mapped[str] = mapped_column(String(200), info=not_personal("what holds, like 'backup'"))
    expires: Mapped[datetime] = mapped_column(UTCDateTime)
