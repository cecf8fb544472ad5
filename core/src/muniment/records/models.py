"""Tables of the record lifecycle.

A parent stands for all versions; a record is one published version; a draft is work in progress on a new record, on
an edit of a published one, or on a new version. Draft and record of one version share their number.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.db.base import Base, not_personal, personal
from muniment.db.types import Bytes, JSONDocument, UTCDateTime

CONTENT = not_personal("a reference or switch; what people typed is in columns marked outputs.contributors")


class Parent(Base):
    """All versions of a record: owner, access settings, concept identifiers.

    `latest_id` is the newest published version; `pids` and `parts` hold what features keep at parent level.
    """

    __tablename__ = "parents"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    owner_subject: Mapped[int | None] = mapped_column(BigInteger, index=True, info=personal("user.deposits"))
    latest_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    versions: Mapped[int] = mapped_column(Integer, default=0)
    access_settings: Mapped[dict[str, Any]] = mapped_column(JSONDocument, default=dict, info=CONTENT)
    pids: Mapped[dict[str, Any]] = mapped_column(JSONDocument, default=dict, info=CONTENT)
    parts: Mapped[dict[str, Any]] = mapped_column(JSONDocument, default=dict, info=CONTENT)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class Draft(Base):
    """Work in progress. `based_on` is the revision of the published record that an edit started from; its files are
    locked unless they were opened, and changes of them have to be published until `files_open_until` then.

    `problems` are what was wrong with the last save; while something of it could not be stored, `as_sent` holds it as
    it came. `form_key` names the form that made the draft, so that a form that is sent twice makes one.
    """

    __tablename__ = "drafts"
    # Holds everything that the list of one's uploads is counted and ordered by.
    __table_args__ = (Index("ix_drafts_listed", "parent_id", "based_on", "id", "updated", "created"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id", ondelete="CASCADE"))
    version_index: Mapped[int] = mapped_column(Integer)
    based_on: Mapped[int | None] = mapped_column(Integer)
    access_record: Mapped[str] = mapped_column(String(10), default="public")
    access_files: Mapped[str] = mapped_column(String(10), default="public")
    data: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=personal("outputs.contributors"))
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONDocument, default=list, info=CONTENT)
    form_key: Mapped[str | None] = mapped_column(String(80), index=True, unique=True, info=CONTENT)
    as_sent: Mapped[dict[str, Any] | None] = mapped_column(JSONDocument, info=personal("outputs.contributors"))
    pids: Mapped[dict[str, Any]] = mapped_column(JSONDocument, default=dict, info=CONTENT)
    parts: Mapped[dict[str, Any]] = mapped_column(JSONDocument, default=dict, info=CONTENT)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    expires: Mapped[datetime | None] = mapped_column(UTCDateTime)
    files_open_until: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Record(Base):
    """One published version.

    `data` holds metadata, custom fields, files settings and access as they were published; `deletion_status` is P
    (published), D (deleted) or X (marked for purge), as in InvenioRDM.
    """

    __tablename__ = "records"
    __table_args__ = (
        UniqueConstraint("parent_id", "version_index"),
        Index("ix_records_newest", "deletion_status", "created", "id"),
        Index("ix_records_updated", "updated", "id"),
        # Holds everything that the list of one's uploads is counted and ordered by.
        Index("ix_records_listed", "id", "deletion_status", "updated", "created"),
        # The few in which plugins keep something.
        Index(
            "ix_records_holding",
            "id",
            sqlite_where=text("parts <> '{}'"),
            postgresql_where=text("parts <> '{}'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id", ondelete="RESTRICT"))
    version_index: Mapped[int] = mapped_column(Integer)
    access_record: Mapped[str] = mapped_column(String(10), default="public")
    access_files: Mapped[str] = mapped_column(String(10), default="public")
    data: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=personal("outputs.contributors"))
    pids: Mapped[dict[str, Any]] = mapped_column(JSONDocument, default=dict, info=CONTENT)
    parts: Mapped[dict[str, Any]] = mapped_column(JSONDocument, default=dict, info=CONTENT)
    deletion_status: Mapped[str] = mapped_column(String(1), default="P")
    tombstone: Mapped[dict[str, Any] | None] = mapped_column(JSONDocument, info=personal("outputs.contributors"))
    revision: Mapped[int] = mapped_column(Integer, default=1)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class Projection(Base):
    """The public JSON of a record as bytes, rendered when it was published.

    It holds what an anonymous reader may see, with links relative to the site's address. A row whose `version` is not
    the present projection version is rendered again when it is next needed.
    """

    __tablename__ = "record_projections"

    record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[str] = mapped_column(String(40), info=not_personal("version of the rendering"))
    etag: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(Bytes, info=personal("outputs.contributors"))


class RecordExport(Base):
    """A record as everybody may see it in an export format, or a citation of it, kept since it was asked for.

    A row whose `version` does not fit the record and the format is written again when it is next needed.
    """

    __tablename__ = "record_exports"

    record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(
        String(80), primary_key=True, info=not_personal("name of a format or style of citation")
    )
    version: Mapped[str] = mapped_column(String(40), info=not_personal("version of the text"))
    body: Mapped[bytes] = mapped_column(Bytes, info=personal("outputs.contributors"))


class RecordRevision(Base):
    """What a record was before an edit replaced it."""

    __tablename__ = "record_revisions"

    record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=personal("outputs.contributors"))
    subject_id: Mapped[int | None] = mapped_column(BigInteger, info=personal("audit.user"))
    created: Mapped[datetime] = mapped_column(UTCDateTime)


class Identifier(Base):
    """A persistent identifier that was reserved here, or given from elsewhere: unique, never handed out twice.

    Exactly one of `record_id` and `parent_id` is set while it belongs to something; a released one keeps neither.
    """

    __tablename__ = "identifiers"
    __table_args__ = (
        Index("ix_identifiers_record_id", "record_id"),
        Index("ix_identifiers_parent_id", "parent_id"),
    )

    scheme: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(500), primary_key=True)
    provider: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int | None] = mapped_column(BigInteger)
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
