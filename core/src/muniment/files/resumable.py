"""Resumable uploads: the service behind tus 1.0 (https://tus.io/protocols/resumable-upload).

Bytes come in order; the offset in the database counts only what was flushed to disk. Each run of bytes is kept with
the digest that it had when it came, so that one pass at the end proves the whole, whatever was interrupted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from muniment.access.actor import Actor
from muniment.errors import Conflict, InvalidRequest, NotFound
from muniment.files.declarations import Declaration
from muniment.files.errors import ChecksumMismatch, UploadGone, naming_what_does_not_fit
from muniment.files.models import File, Upload, UploadSegment
from muniment.files.names import shown
from muniment.files.receive import Incoming
from muniment.files.rows import FILES, bytes_beside, entry_of, find_file, lock_draft, locked_file, owned_by
from muniment.files.segments import ExpectedDigest, SegmentReceiver
from muniment.files.snapshots import FileEntry

if TYPE_CHECKING:
    from muniment.db.unit_of_work import UnitOfWork
    from muniment.files.service import FilesService
    from muniment.records.snapshots import RecordHandle


#: How long a question for the offset waits for the connection before it to be wound up.
WAIT_SECONDS = 2.0
#: Both kinds of uploads in pieces.
KINDS = ("tus", "multipart")


@dataclass(frozen=True)
class UploadState:
    """What a client is told of its upload. `offset` and `length` in bytes."""

    id: UUID
    key: str
    offset: int
    length: int
    expires: datetime
    client_metadata: str
    finished: bool


@dataclass(frozen=True)
class ReceivedPiece:
    """A run of bytes that is safely stored: its place and length in bytes, its SHA-256 in hexadecimal digits."""

    start: int
    length: int
    sha256: str


class ResumableUploads:
    """Creates, continues and ends tus uploads to the files of a draft."""

    def __init__(self, service: FilesService) -> None:
        self.service = service
        self.database = service.repository.database

    @property
    def lifetime(self) -> timedelta:
        """How long an upload waits for more bytes."""
        return timedelta(days=self.service.repository.config.files.leftover_days)

    def create(
        self,
        actor: Actor,
        number: str,
        key: str,
        length: int,
        *,
        checksum: str | None = None,
        client_metadata: str = "",
    ) -> UploadState:
        """Begin an upload of `length` bytes; announces the file unless a pending one of that name waits for bytes.

        Raises `Conflict` for a file that is complete or being uploaded, `TooLarge`, `StorageFull`.
        """
        handle = self.service.for_change(actor, number, FILES)
        with naming_what_does_not_fit(key), self.database.write() as uow:
            lock_draft(uow.session, handle.id, handle.number)
            entry = self._entry_for(uow, handle, Declaration(key=key, size=length, checksum=checksum))
            # After the limits: what is never taken must not sound as if there were room for it another day.
            self.service.staging.check_space(length)
            upload = Upload(
                draft_id=handle.id,
                file_id=entry.id,
                kind="tus",
                length=length,
                client_metadata=client_metadata,
                created=uow.now,
                expires=uow.now + self.lifetime,
            )
            uow.session.add(upload)
            uow.session.flush()
            state = _state(upload, entry.key)
        if length == 0:
            return self._complete(handle, entry.id, upload)
        return state

    def _entry_for(self, uow: UnitOfWork, handle: RecordHandle, item: Declaration) -> FileEntry:
        row = find_file(uow.session, owned_by(handle.id, None), FILES, item.key, lock=True)
        if row is None:
            return self.service.direct.declare_in(uow, handle, [item], FILES)[0]
        if row.status == "completed":
            message = f"File with key {row.key} already exists; delete it first to replace it."
            raise Conflict(message, reason="file.exists", values={"name": row.key})
        statement = select(Upload.id).where(Upload.file_id == row.id)
        if row.transfer.get("type") == "M" or uow.session.scalars(statement).first() is not None:
            message = f"An upload of {shown(row.key)} is under way; go on with it, or delete the file."
            raise Conflict(message, reason="file.under_way", values={"name": row.key})
        if row.declared_size not in (None, item.size):
            raise Conflict(f"{shown(row.key)} was announced with {row.declared_size} bytes, not {item.size}.")
        limits = self.service.limits_for(uow.session, handle, locking=True)
        limits.check_size(row.key, item.size or 0, bytes_beside(uow.session, handle.id, FILES, row.key))
        row.declared_size, row.updated = item.size, uow.now
        row.declared_checksum = item.checksum or row.declared_checksum
        return entry_of(row)

    def state(self, actor: Actor, number: str, upload_id: UUID) -> UploadState:
        """How far an upload has come; one whose bytes are all there but was interrupted before its end is ended now.

        Raises `NotFound`, `UploadGone` (410).
        """
        handle = self.service.for_change(actor, number, FILES)
        # A client that was cut off asks at once, while the server may still be reading what had come.
        self.service.staging.wait_for_writer(upload_id, WAIT_SECONDS)
        upload, entry = self._load(handle, upload_id)
        if upload.finished is None and upload.received == upload.length:
            return self._complete(handle, entry.id, upload)
        return _state(upload, entry.key)

    def pieces(self, actor: Actor, number: str, upload_id: UUID) -> list[ReceivedPiece]:
        """What has come of an upload of either kind up to the first gap, so that whoever has the file can tell whether
        it is the same. Raises as `state`."""
        upload, _entry = self._load(self.service.for_change(actor, number, FILES), upload_id, KINDS)
        with self.database.read() as session:
            return _without_gaps(session, upload)

    def take_over(self, actor: Actor, number: str, upload_id: UUID) -> UploadState:
        """Go on here with what another program began as a multipart upload: its parts up to the first gap are kept,
        later ones have to come again. Raises as `state`, and `Locked` while its parts are put together."""
        handle = self.service.for_change(actor, number, FILES)
        _upload, entry = self._load(handle, upload_id, KINDS)
        # Parts that are on their way are cut off: the file has one sender from now on.
        with self.service.staging.assembler(upload_id), self.database.write() as uow:
            row = locked_file(uow.session, handle.id, entry.id, handle.number, entry.key)
            upload = uow.session.get(Upload, upload_id, populate_existing=True)
            if upload is None or upload.file_id != row.id:
                raise UploadGone()
            if upload.kind == "multipart":
                upload.received = sum(piece.length for piece in _without_gaps(uow.session, upload))
                later = UploadSegment.upload_id == upload_id, UploadSegment.start >= upload.received
                uow.session.execute(delete(UploadSegment).where(*later))
                upload.kind, upload.parts, upload.part_size = "tus", None, None
                row.transfer, row.updated = {"type": "L"}, uow.now
                upload.expires = uow.now + self.lifetime
            return _state(upload, row.key)

    def append(
        self, actor: Actor, number: str, upload_id: UUID, offset: int, body: Incoming, checksum: ExpectedDigest | None
    ) -> UploadState:
        """Receive bytes from `offset` on. What came before a cut is kept, unless a checksum was to be compared.

        Raises `Conflict` (409, wrong offset), `Locked` (423), `TooLarge`, `ChecksumMismatch` (460), `UploadGone`.
        """
        handle = self.service.for_change(actor, number, FILES)
        upload, entry = self._load(handle, upload_id)
        _expect_offset(upload, offset)
        if upload.finished is not None:
            return _state(upload, entry.key)
        with naming_what_does_not_fit(entry.key), self.service.staging.writer(upload_id) as writer:
            upload, entry = self._load(handle, upload_id)  # again, now that nobody else writes
            _expect_offset(upload, offset)
            writer.resize(offset)
            receiver = SegmentReceiver(
                writer,
                offset,
                checksum,
                lambda start, size, digest: self._record(handle, entry, upload_id, start, size, digest),
            )
            try:
                for chunk in body.bounded(upload.length - offset, entry.key):
                    receiver.take(chunk)
            except BaseException:
                receiver.interrupted()
                raise
            receiver.finish()
        upload, entry = self._load(handle, upload_id)
        if upload.received == upload.length:
            return self._complete(handle, entry.id, upload)
        return _state(upload, entry.key)

    def _record(
        self, handle: RecordHandle, entry: FileEntry, upload_id: UUID, start: int, size: int, digest: str
    ) -> None:
        """Make flushed bytes count."""
        with self.database.write() as uow:
            row = locked_file(uow.session, handle.id, entry.id, handle.number, entry.key)
            upload = uow.session.get(Upload, upload_id, populate_existing=True)
            if upload is None or upload.file_id != row.id:
                raise UploadGone()
            if upload.received != start:
                raise Conflict("Another request goes on with this upload.")
            uow.session.merge(UploadSegment(upload_id=upload_id, start=start, length=size, sha256=digest))
            upload.received, upload.expires = start + size, uow.now + self.lifetime
            row.updated = uow.now

    def terminate(self, actor: Actor, number: str, upload_id: UUID) -> None:
        """End an upload and take its unfinished file out of the draft; a finished file stays."""
        handle = self.service.for_change(actor, number, FILES)
        upload, entry = self._load(handle, upload_id)
        if upload.finished is None:
            self.service.direct.delete(actor, number, entry.key, FILES)
            return
        with self.database.write() as uow:
            uow.session.execute(update(Upload).where(Upload.id == upload_id).values(file_id=None))

    def _complete(self, handle: RecordHandle, file_id: UUID, upload: Upload) -> UploadState:
        if upload.length == 0:
            self.service.staging.data(upload.id).touch()
        key = self._load(handle, upload.id)[1].key
        try:
            with naming_what_does_not_fit(key):
                self.service.pieces.complete(handle, file_id, key, upload.id)
        except InvalidRequest as error:
            raise ChecksumMismatch(error.message) from error
        finished, entry = self._load(handle, upload.id)
        return _state(finished, entry.key)

    def _load(
        self, handle: RecordHandle, upload_id: UUID, kinds: Collection[str] = ("tus",)
    ) -> tuple[Upload, FileEntry]:
        with self.database.read() as session:
            upload = session.get(Upload, upload_id, populate_existing=True)
            if upload is None or upload.kind not in kinds or upload.draft_id != handle.id:
                raise NotFound(f"Draft '{handle.number}' has no upload '{upload_id}'.")
            row = session.get(File, upload.file_id) if upload.file_id is not None else None
            if row is None or upload.expires <= self.service.repository.now():
                raise UploadGone()
            return upload, entry_of(row)


def _state(upload: Upload, key: str) -> UploadState:
    return UploadState(
        id=upload.id,
        key=key,
        offset=upload.received,
        length=upload.length,
        expires=upload.expires,
        client_metadata=upload.client_metadata,
        finished=upload.finished is not None,
    )


def _without_gaps(session: Session, upload: Upload) -> list[ReceivedPiece]:
    """The pieces that lie one behind the other from the first byte on."""
    statement = select(UploadSegment).where(UploadSegment.upload_id == upload.id).order_by(UploadSegment.start)
    found: list[ReceivedPiece] = []
    end = 0
    for row in session.scalars(statement):
        if row.start != end or (upload.kind == "tus" and row.start >= upload.received):
            break
        found.append(ReceivedPiece(row.start, row.length, row.sha256))
        end += row.length
    return found


def _expect_offset(upload: Upload, offset: int) -> None:
    if upload.received != offset:
        raise Conflict(
            f"The upload stands at byte {upload.received}, not {offset}; ask for the offset and go on from there.",
            headers={"Upload-Offset": str(upload.received)},
        )


def expected_digest(algorithm: str, value: bytes) -> ExpectedDigest:
    """What a client says its next bytes hash to; raises `InvalidRequest` for an algorithm that is not offered."""
    if algorithm not in ExpectedDigest.ALGORITHMS:
        raise InvalidRequest(f"Upload-Checksum: use one of {', '.join(ExpectedDigest.ALGORITHMS)}.")
    if len(value) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise InvalidRequest(f"Upload-Checksum: this is not a {algorithm} digest in base64.")
    return ExpectedDigest(algorithm, value)
