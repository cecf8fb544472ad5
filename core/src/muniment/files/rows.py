"""Reading and changing rows of files, always inside a session of the caller's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from muniment.errors import NotFound, PermissionDenied
from muniment.files.digests import Digest
from muniment.files.errors import FileNotFound
from muniment.files.models import File, StoredObject, Upload
from muniment.files.names import normalise
from muniment.files.present import Present
from muniment.files.snapshots import FileEntry, FilesSnapshot
from muniment.records.models import Draft

FILES = "files"
MEDIA_FILES = "media_files"

LOCKED = "The files of a published record cannot be changed. Make a new version to add, replace or remove files."
#: What holds once the files of an edit were opened and the time for it has passed.
LATE = (
    "The time to publish changed files of this record is over. "
    "Discard these changes and make a new version, or ask the administrators for more time."
)

#: Columns rather than rows of the session: most drafts have no files, and asking costs a third.
_FILES = cast(Table, File.__table__)
_UPLOADS = cast(Table, Upload.__table__)
_LISTED = select(*(attribute.columns[0].label(attribute.key) for attribute in inspect(File).column_attrs)).order_by(
    _FILES.c.position, _FILES.c.created, _FILES.c.key
)
_OF_DRAFT, _OF_RECORD = (
    _LISTED.where(owner == bindparam("owner")) for owner in (_FILES.c.draft_id, _FILES.c.record_id)
)


_ONE = (
    _LISTED.add_columns(_UPLOADS.c.id.label("upload_id"))
    .outerjoin(_UPLOADS, _UPLOADS.c.file_id == _FILES.c.id)
    .where(
        _FILES.c.draft_id == bindparam("owner"),
        _FILES.c.bucket == bindparam("in_bucket"),
        _FILES.c.key == bindparam("named"),
    )
)
_SIZE = func.coalesce(_FILES.c.size, _FILES.c.declared_size, 0)
_PRESENT = select(_FILES.c.key, _FILES.c.position, _SIZE).where(
    _FILES.c.draft_id == bindparam("owner"), _FILES.c.bucket == bindparam("in_bucket")
)
_USED = select(func.coalesce(func.sum(_SIZE), 0)).where(
    _FILES.c.draft_id == bindparam("owner"),
    _FILES.c.bucket == bindparam("in_bucket"),
    _FILES.c.key != bindparam("named"),
)
_LOCKED = _LISTED.where(
    or_(_FILES.c.draft_id == bindparam("of_draft"), _FILES.c.record_id == bindparam("of_record"))
).with_for_update()
_MOVED = (
    update(_FILES)
    .where(_FILES.c.draft_id == bindparam("of_draft"))
    .values(draft_id=None, record_id=bindparam("of_record"))
)
_ENDED = delete(_UPLOADS).where(_UPLOADS.c.draft_id == bindparam("of_draft")).returning(_UPLOADS.c.id)
_CHANGED = update(_FILES).where(_FILES.c.id == bindparam("named"))
_NEW = insert(_FILES)
_DRAFTS = cast(Table, Draft.__table__)
_LOCK = (
    select(_DRAFTS.c.based_on, _DRAFTS.c.files_open_until).where(_DRAFTS.c.id == bindparam("number")).with_for_update()
)
#: The draft stands first, since rows are locked in this order.
_LOCKED_ONE: Select[Any] = (
    select(*_LISTED.selected_columns, _DRAFTS.c.based_on, _DRAFTS.c.files_open_until)
    .select_from(_DRAFTS.join(_FILES, _FILES.c.draft_id == _DRAFTS.c.id))
    .where(_DRAFTS.c.id == bindparam("owner"), _FILES.c.id == bindparam("named"))
    .with_for_update()
)


def owned_by(draft_id: int | None, record_id: int | None) -> ColumnElement[bool]:
    """The condition for the files of one draft or of one record."""
    return File.draft_id == draft_id if draft_id is not None else File.record_id == record_id


def entry_of(row: File | Row[Any]) -> FileEntry:
    """The frozen value of a row, or of its columns alone."""
    return FileEntry(
        id=row.id,
        object_id=row.object_id,
        key=row.key,
        status=row.status,
        size=row.size,
        checksum=row.checksum,
        mimetype=row.mimetype,
        hidden=row.hidden,
        created=row.created,
        updated=row.updated,
        position=row.position,
        description=row.description,
        transfer=row.transfer,
        declared_size=row.declared_size,
        declared_checksum=row.declared_checksum,
    )


def load_snapshot(
    connection: Session | Connection, *, draft_id: int | None = None, record_id: int | None = None, bucket: str = FILES
) -> FilesSnapshot:
    """All files of one draft or record, in the order in which they were announced; media files as `entries` when that
    bucket is asked for."""
    statement, owner = (_OF_DRAFT, draft_id) if draft_id is not None else (_OF_RECORD, record_id)
    _write_pending(connection)
    return snapshot_of(connection.execute(statement, {"owner": owner}), bucket)


def snapshot_of(rows: Iterable[Row[Any]], bucket: str = FILES) -> FilesSnapshot:
    """The files of one owner, of their columns in the order in which they were announced."""
    by_bucket: dict[str, list[FileEntry]] = {FILES: [], MEDIA_FILES: []}
    for row in rows:
        by_bucket[row.bucket].append(entry_of(row))
    if bucket == MEDIA_FILES:
        return FilesSnapshot(tuple(by_bucket[MEDIA_FILES]))
    return FilesSnapshot(tuple(by_bucket[FILES]), tuple(by_bucket[MEDIA_FILES]))


def find_entry(
    connection: Session | Connection, draft_id: int, bucket: str, key: str
) -> tuple[FileEntry, UUID | None] | None:
    """One file of a draft, and its upload in pieces if there is one."""
    found = connection.execute(_ONE, {"owner": draft_id, "in_bucket": bucket, "named": normalise(key)}).one_or_none()
    return (entry_of(found), found.upload_id) if found is not None else None


def present_files(connection: Session | Connection, draft_id: int, bucket: str) -> Present:
    """What counts of a draft's files when others come beside them."""
    _write_pending(connection)
    rows = connection.execute(_PRESENT, {"owner": draft_id, "in_bucket": bucket}).all()
    return Present(cast("list[tuple[str, int, int]]", rows))


def keys_of(session: Session, draft_id: int, bucket: str) -> list[str]:
    """The names of a draft's files."""
    return list(session.scalars(select(File.key).where(owned_by(draft_id, None), File.bucket == bucket)))


def bytes_beside(connection: Session | Connection, draft_id: int, bucket: str, key: str) -> int:
    """The bytes of a draft's files but for one; those of announced ones as they were declared."""
    _write_pending(connection)
    return int(connection.execute(_USED, {"owner": draft_id, "in_bucket": bucket, "named": key}).scalar_one())


def _write_pending(session: Session | Connection) -> None:
    """Statements on columns do not send a unit of work's changes by themselves; sessions for reading never send any."""
    if isinstance(session, Session) and session.autoflush:
        session.flush()


def load_snapshots(
    session: Session, numbers: Iterable[int], bucket: str = FILES, *, drafts: bool = False
) -> dict[int, FilesSnapshot]:
    """The files of many records, or of many drafts, in one statement; those without files have an empty snapshot."""
    wanted = list(numbers)
    owner = _FILES.c.draft_id if drafts else _FILES.c.record_id
    found: dict[int, list[Row[Any]]] = {number: [] for number in wanted}
    _write_pending(session)
    for row in session.execute(_LISTED.where(owner.in_(wanted))):
        number = row.draft_id if drafts else row.record_id
        if number is not None:
            found[number].append(row)
    return {number: snapshot_of(rows, bucket) for number, rows in found.items()}


def find_file(
    session: Session, owner: ColumnElement[bool], bucket: str, key: str, *, lock: bool = False
) -> File | None:
    """The row of one file, locked against other writers if asked."""
    statement = select(File).where(owner, File.bucket == bucket, File.key == normalise(key))
    if lock:
        statement = statement.with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def lock_draft(session: Session | Connection, draft_id: int, number: str) -> None:
    """Keep the draft from being published or discarded until the unit ends.

    Raises `NotFound` when it is gone, `PermissionDenied` when it is an edit whose files are locked.
    """
    row = session.execute(_LOCK, {"number": draft_id}).one_or_none()
    if row is None:
        raise NotFound(f"The draft '{number}' was published or discarded meanwhile.")
    if _is_locked(row):
        raise PermissionDenied(LOCKED)


def _is_locked(draft: Any) -> bool:
    """Whether it is an edit whose files were not opened; whether that is too long ago is asked before bytes come."""
    return draft.based_on is not None and draft.files_open_until is None


def locked_file(session: Session, draft_id: int, file_id: UUID, number: str, key: str) -> File:
    """The row of a file that was seen before its bytes came; raises `FileNotFound` if it was deleted meanwhile."""
    lock_draft(session, draft_id, number)
    statement = select(File).where(File.id == file_id, File.draft_id == draft_id).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise FileNotFound(number, key)
    return row


def locked_entry(connection: Connection, draft_id: int, file_id: UUID, number: str, key: str) -> FileEntry:
    """The same as a frozen value; what changes in it is for `change_file`."""
    found = connection.execute(_LOCKED_ONE, {"named": file_id, "owner": draft_id}).one_or_none()
    if found is None or _is_locked(found):
        lock_draft(connection, draft_id, number)  # says so if it is the draft that is gone
        raise FileNotFound(number, key)
    return entry_of(found)


def change_file(connection: Connection, entry: FileEntry, **changes: Any) -> FileEntry:
    """Give the columns of a file new values."""
    connection.execute(_CHANGED, {"named": entry.id, **changes})
    return replace(entry, **changes)


def lock_files(connection: Connection, draft_id: int, record_id: int) -> Sequence[Row[Any]]:
    """The files of a draft and of the record that it becomes, which stay as they are until the transaction ends."""
    return connection.execute(_LOCKED, {"of_draft": draft_id, "of_record": record_id}).all()


def move_files(connection: Connection, draft_id: int, record_id: int) -> None:
    """The files of a draft become those of a record."""
    connection.execute(_MOVED, {"of_draft": draft_id, "of_record": record_id})


def delete_uploads(connection: Connection, draft_id: int) -> list[UUID]:
    """End the uploads in pieces of a draft; returns which there were."""
    return list(connection.execute(_ENDED, {"of_draft": draft_id}).scalars())


def insert_entries(connection: Connection, draft_id: int, bucket: str, entries: Iterable[FileEntry]) -> None:
    """Write new files of a draft."""
    connection.execute(_NEW, [_values(draft_id, bucket, entry) for entry in entries])


def _values(draft_id: int, bucket: str, entry: FileEntry) -> dict[str, Any]:
    values = {**entry.__dict__, "draft_id": draft_id, "bucket": bucket}
    values["metadata"] = values.pop("description")
    return values


def uploads_of(session: Session, file_ids: Sequence[UUID]) -> dict[UUID, Upload]:
    """The uploads in pieces of these files, by file."""
    if not file_ids:
        return {}
    rows = session.scalars(select(Upload).where(Upload.file_id.in_(file_ids)))
    return {row.file_id: row for row in rows if row.file_id is not None}


def copies(rows: Iterable[File], **changes: Any) -> list[File]:
    """The same files for another owner; the stored bytes are shared."""
    return [
        File(
            bucket=row.bucket,
            key=row.key,
            position=row.position,
            status=row.status,
            object_id=row.object_id,
            declared_size=row.declared_size,
            declared_checksum=row.declared_checksum,
            size=row.size,
            checksum=row.checksum,
            mimetype=row.mimetype,
            description=row.description,
            hidden=row.hidden,
            transfer=row.transfer,
            **changes,
        )
        for row in rows
    ]


def insert_objects(
    connection: Connection, backend: str, stored: Sequence[tuple[str, Digest]], now: datetime
) -> list[UUID]:
    """Write rows for bytes that were stored under these keys and read back; returns their ids in order."""
    ids = [uuid4() for _ in stored]
    rows = [
        {
            "id": object_id,
            "backend": backend,
            "storage_key": key,
            "size": digest.size,
            "md5": digest.md5,
            "sha256": digest.sha256,
            "created": now,
            "verified": now,
        }
        for object_id, (key, digest) in zip(ids, stored, strict=True)
    ]
    connection.execute(_NEW_OBJECT, rows)
    return ids


_NEW_OBJECT = insert(cast(Table, StoredObject.__table__))
