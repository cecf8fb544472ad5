"""Multipart uploads (transfer type ``M``): parts come in any order, side by side, and can be repeated one by one."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from muniment.access.actor import Actor
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import InvalidRequest
from muniment.files.declarations import Declaration
from muniment.files.errors import FileNotFound, UploadGone, naming_what_does_not_fit
from muniment.files.models import File, Upload, UploadSegment
from muniment.files.names import shown
from muniment.files.receive import Incoming
from muniment.files.rows import entry_of, find_file, locked_file, owned_by
from muniment.files.snapshots import FileEntry
from muniment.files.staging import Writer

if TYPE_CHECKING:
    from muniment.files.service import FilesService


class MultipartUploads:
    """Begins multipart uploads and receives their parts; `Pieces` puts them together at the commit."""

    def __init__(self, service: FilesService) -> None:
        self.service = service
        self.database = service.repository.database

    @property
    def lifetime(self) -> timedelta:
        """How long an upload waits for its next part."""
        return timedelta(days=self.service.repository.config.files.leftover_days)

    def begin_in(self, uow: UnitOfWork, draft_id: int, entry: FileEntry, item: Declaration) -> None:
        """Open an upload for a file that was just announced; raises `StorageFull`."""
        if item.size is None:
            raise InvalidRequest("Multipart file transfer requires file size.")
        with naming_what_does_not_fit(entry.key):
            self.service.staging.check_space(item.size)
        uow.session.add(
            Upload(
                draft_id=draft_id,
                file_id=entry.id,
                kind="multipart",
                length=item.size,
                parts=item.transfer.parts,
                part_size=item.transfer.part_size,
                created=uow.now,
                expires=uow.now + self.lifetime,
            )
        )

    def set_part(self, actor: Actor, number: str, key: str, part: int, body: Incoming, bucket: str) -> FileEntry:
        """Receive one part; the same part may be sent again and replaces what came before.

        Raises `InvalidRequest` (no such part, wrong size), `Locked` (the same part is coming in another request).
        """
        handle = self.service.for_change(actor, number, bucket)
        with self.database.read() as session:
            row = find_file(session, owned_by(handle.id, None), bucket, key)
            if row is None:
                raise FileNotFound(number, key)
            upload = _upload_of(session, row)
        start, expected = part_bounds(upload, part)
        if body.length is not None and body.length != expected:
            raise InvalidRequest(
                "Size of this part must be equal to part_size sent in multipart initialization. "
                f"Part {part} of {shown(row.key)} has {expected} bytes, but {body.length} are being sent."
            )
        with self.service.staging.writer(upload.id, str(part)) as writer:
            self._forget(upload, start)
            digest = _receive(writer, body, start, expected, row.key)
            writer.flush()
            with self.database.write() as uow:
                file = locked_file(uow.session, handle.id, row.id, handle.number, row.key)
                present = uow.session.get(Upload, upload.id, populate_existing=True)
                if present is None or present.file_id != file.id:
                    raise UploadGone()
                present.expires = uow.now + self.lifetime
                file.updated = uow.now
                uow.session.merge(UploadSegment(upload_id=upload.id, start=start, length=expected, sha256=digest))
                uow.session.flush()
                present.received = _received(uow.session, upload.id)
                return entry_of(file)

    def _forget(self, upload: Upload, start: int) -> None:
        """A part that comes again is missing until it has come whole."""
        condition = UploadSegment.upload_id == upload.id, UploadSegment.start == start
        with self.database.read() as session:
            if session.scalars(select(UploadSegment.start).where(*condition)).first() is None:
                return
        with self.database.write() as uow:
            uow.session.execute(delete(UploadSegment).where(*condition))


def part_bounds(upload: Upload, part: int) -> tuple[int, int]:
    """Where a part begins and how many bytes it has; raises `InvalidRequest` for a part that does not exist."""
    parts, part_size = upload.parts or 0, upload.part_size or 0
    if part < 1:
        raise InvalidRequest("Parts are counted from 1.")
    if part > parts:
        raise InvalidRequest("Part number is higher than total parts sent in multipart initialization.")
    start = (part - 1) * part_size
    return start, min(part_size, upload.length - start)


def _upload_of(session: Session, row: File) -> Upload:
    if row.status == "completed":
        raise InvalidRequest(f'File with key "{row.key}" is already committed.')
    upload = session.scalars(select(Upload).where(Upload.file_id == row.id)).one_or_none()
    if upload is None or upload.kind != "multipart":
        raise InvalidRequest(f"{shown(row.key)} was not announced as a multipart transfer; send its content in one.")
    return upload


def _received(session: Session, upload_id: UUID) -> int:
    """The bytes that are there, gaps left out."""
    lengths = select(func.sum(UploadSegment.length)).where(UploadSegment.upload_id == upload_id)
    return int(session.scalar(lengths) or 0)


def _receive(writer: Writer, body: Incoming, start: int, expected: int, name: str) -> str:
    digest, offset = hashlib.sha256(), start
    for chunk in body.bounded(expected, name):
        digest.update(chunk)
        writer.write(offset, chunk)
        offset += len(chunk)
    if offset - start != expected:
        raise InvalidRequest(
            f"{offset - start} of {expected} bytes of this part of {shown(name)} have come; send the part again."
        )
    return digest.hexdigest()
