"""What becomes of files when drafts are made, published and discarded. All inside the caller's unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import Conflict, Problem, ValidationFailed
from muniment.files.models import File
from muniment.files.names import shown
from muniment.files.rows import (
    FILES,
    MEDIA_FILES,
    copies,
    delete_uploads,
    load_snapshot,
    lock_files,
    move_files,
    snapshot_of,
)
from muniment.files.snapshots import FilesSnapshot
from muniment.files.staging import StagingArea

#: How many unfinished files a message names.
_NAMED = 20

#: What an edition may change of a file; the rest of a published file's row stays.
_REPLACED = (
    "position", "object_id", "size", "checksum", "mimetype", "description", "hidden", "status", "transfer", "updated",
)  # fmt: skip


def copy_record_to_draft(uow: UnitOfWork, record_id: int, draft_id: int) -> None:
    """An edit begins: the draft shows the published files, locked."""
    rows = uow.session.scalars(select(File).where(File.record_id == record_id)).all()
    uow.session.add_all(
        copy for row in rows for copy in copies([row], draft_id=draft_id, created=row.created, updated=row.updated)
    )
    uow.session.flush()


def copy_from_previous(uow: UnitOfWork, from_record_id: int, draft_id: int) -> FilesSnapshot:
    """Import the files of another version; raises `ValidationFailed` when the draft has files or the version none."""
    if load_snapshot(uow.session, draft_id=draft_id).count:
        raise ValidationFailed(errors=[Problem("files.enabled", "Please remove all files first.")])
    statement = select(File).where(File.record_id == from_record_id, File.bucket == FILES)
    rows = uow.session.scalars(statement).all()
    if not rows:
        raise ValidationFailed(errors=[Problem("files.enabled", "The record has no files.")])
    uow.session.add_all(copies(rows, draft_id=draft_id, created=uow.now, updated=uow.now))
    uow.session.flush()
    return load_snapshot(uow.session, draft_id=draft_id)


def publish(
    uow: UnitOfWork, draft_id: int, record_id: int, data: Mapping[str, Any], staging: StagingArea
) -> FilesSnapshot:
    """The draft's files become the record's; call it before the draft's row is deleted.

    With files or media files off in `data`, the draft's document, there must be none. Raises `Conflict` when a file was
    announced after the draft was checked and its bytes have not come.
    """
    uow.flush()
    rows = lock_files(uow.connection, draft_id, record_id)
    drafts = [row for row in rows if row.draft_id is not None]
    _refuse_unfinished(drafts, data)
    _end_uploads(uow, draft_id, staging)
    if len(drafts) < len(rows):
        return _replace(uow.session, draft_id, record_id)
    if drafts:
        move_files(uow.connection, draft_id, record_id)
    return snapshot_of(drafts)


def _replace(session: Session, draft_id: int, record_id: int) -> FilesSnapshot:
    """The files of an edit take the place of those of the record, which are locked."""
    drafts = session.scalars(select(File).where(File.draft_id == draft_id)).all()
    statement = select(File).where(File.record_id == record_id)
    published = {(row.bucket, row.key): row for row in session.scalars(statement)}
    for row in drafts:
        present = published.pop((row.bucket, row.key), None)
        if present is None:
            row.draft_id, row.record_id = None, record_id
        else:
            for name in _REPLACED:
                setattr(present, name, getattr(row, name))
            session.delete(row)
    for row in published.values():
        session.delete(row)
    session.flush()
    return load_snapshot(session, record_id=record_id)


def _refuse_unfinished(rows: Any, data: Mapping[str, Any]) -> None:
    if any(not _on(data, row.bucket) for row in rows):
        raise Conflict("Files were added to this draft meanwhile, though it is published without files.")
    unfinished = [shown(row.key) for row in rows if row.status != "completed"]
    if unfinished:
        raise Conflict(f"The upload of {', '.join(unfinished[:_NAMED])} began meanwhile and has not ended.")


def discard(uow: UnitOfWork, draft_id: int, staging: StagingArea) -> None:
    """The draft goes: its files go with it. The bytes stay until the sweep, since versions may share them."""
    _end_uploads(uow, draft_id, staging)
    uow.session.execute(delete(File).where(File.draft_id == draft_id))


def _end_uploads(uow: UnitOfWork, draft_id: int, staging: StagingArea) -> None:
    uow.flush()
    uploads = delete_uploads(uow.connection, draft_id)
    if uploads:
        uow.on_commit(lambda: staging.discard_all(uploads))


def _on(data: Mapping[str, Any], bucket: str) -> bool:
    """Whether a draft with this document may have files in a bucket: by default files, but no media files."""
    return bool(data.get(bucket, {}).get("enabled", bucket == FILES))


def problems(snapshot: FilesSnapshot, data: Mapping[str, Any]) -> list[Problem]:
    """What keeps a draft with these files from being published; `data` is its document."""
    media = FilesSnapshot(snapshot.media)
    if not _on(data, MEDIA_FILES):
        found = _not_removed(media, MEDIA_FILES)
    else:
        found = _not_complete(media, MEDIA_FILES)
    if not _on(data, FILES):
        return [*_not_removed(snapshot, FILES), *found]
    return [*_of_files(snapshot, data.get(FILES, {})), *found]


def _not_removed(snapshot: FilesSnapshot, bucket: str) -> list[Problem]:
    if not snapshot.entries:
        return []
    return [Problem(f"{bucket}.enabled", "Please remove all files first.", "has_files")]


def _not_complete(snapshot: FilesSnapshot, bucket: str) -> list[Problem]:
    if not snapshot.pending:
        return []
    found = [Problem(bucket, "One or more files have not completed their transfer, please wait.", "pending")]
    for entry in snapshot.pending[:_NAMED]:
        field = f"{bucket}.entries.{entry.key}"
        found.append(Problem(field, "This file is not complete: send it again, or remove it.", "pending"))
    return found


def _of_files(snapshot: FilesSnapshot, settings: Mapping[str, Any]) -> list[Problem]:
    found: list[Problem] = []
    if not snapshot.entries:
        message = "Missing uploaded files. To disable files for this record please mark it as metadata-only."
        found.append(Problem("files.enabled", message, "required"))
    found += _not_complete(snapshot, FILES)
    preview = settings.get("default_preview")
    if preview and snapshot.get(str(preview)) is None:
        message = f"There is no file {shown(str(preview))} to show first; choose another one."
        found.append(Problem("files.default_preview", message, "unknown_file", "warning"))
    return found
