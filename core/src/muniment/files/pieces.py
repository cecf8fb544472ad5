"""Putting together what came in pieces: one pass over the gathered bytes checks each piece and the whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from muniment.errors import InvalidRequest, MunimentError
from muniment.files.digests import CHUNK, Digest, RunningDigest
from muniment.files.direct import check_declared
from muniment.files.errors import StorageFailed, UploadGone
from muniment.files.models import File, Upload, UploadSegment
from muniment.files.names import shown
from muniment.files.rows import entry_of, locked_file
from muniment.files.snapshots import FileEntry
from muniment.files.storage import AdoptingStorage, new_storage_key
from muniment.files.verification import verify

if TYPE_CHECKING:
    from muniment.files.service import FilesService
    from muniment.records.snapshots import RecordHandle

#: How many missing parts a message names.
_NAMED = 20


class Pieces:
    """Completes uploads in pieces, of either kind."""

    def __init__(self, service: FilesService) -> None:
        self.service = service
        self.database = service.repository.database

    def complete(self, handle: RecordHandle, file_id: UUID, key: str, upload_id: UUID) -> FileEntry:
        """Check, store and commit the file; can be repeated whenever it fails.

        Raises `InvalidRequest` (pieces are missing, the declared checksum differs), `StorageFailed` (a piece is no
        longer what it was when it came), `Locked` (somebody else is at it).
        """
        with self.service.staging.assembler(upload_id) as path:
            with self.database.read() as session:
                row = session.get(File, file_id, populate_existing=True)
                upload = session.get(Upload, upload_id, populate_existing=True)
                if row is None or upload is None or upload.file_id != file_id:
                    raise UploadGone()
                entry = entry_of(row)
                if upload.finished is not None or entry.completed:
                    return entry
                segments = _segments(session, upload_id)
            _refuse_missing(upload, segments, key)
            digest = self._examine(path, upload, segments, entry)
            return self._store(handle, entry, upload, path, digest)

    def _examine(self, path: Path, upload: Upload, segments: Sequence[UploadSegment], entry: FileEntry) -> Digest:
        with RunningDigest() as running:
            try:
                damaged = _first_damaged(path, segments, running)
            except OSError as error:
                self._forget(upload, 0)
                raise StorageFailed(f"The pieces of {shown(entry.key)} are lost; please send them again.") from error
            digest = running.digest
        if damaged is not None:
            self._forget(upload, damaged.start)
            raise StorageFailed(
                f"The bytes of {shown(entry.key)} from {damaged.start} on are not what was sent; send them again."
            )
        try:
            check_declared(entry.key, entry.declared_size, entry.declared_checksum, digest)
        except InvalidRequest:
            self._forget(upload, 0)
            raise
        return digest

    def _forget(self, upload: Upload, start: int) -> None:
        """The pieces from `start` on have to be sent again; of a multipart upload only the one that begins there,
        unless it is the first (then nothing can be trusted)."""
        pieces = UploadSegment.upload_id == upload.id
        with self.database.write() as uow:
            if upload.kind == "multipart" and start:
                uow.session.execute(delete(UploadSegment).where(pieces, UploadSegment.start == start))
            else:
                uow.session.execute(delete(UploadSegment).where(pieces, UploadSegment.start >= start))
                uow.session.execute(update(Upload).where(Upload.id == upload.id).values(received=start))

    def _store(self, handle: RecordHandle, entry: FileEntry, upload: Upload, path: Path, digest: Digest) -> FileEntry:
        storage, storage_key = self.service.storages.default, new_storage_key()
        try:
            if isinstance(storage, AdoptingStorage):
                storage.adopt(storage_key, path)
                self._expect_size(storage_key, digest, entry)
            else:
                storage.put(storage_key, _read(path), digest.size)
                verify(storage, storage_key, digest, name=entry.key)
            return self._keep(handle, entry, upload.id, storage_key, digest)
        except OSError as error:
            storage.delete(storage_key)
            raise StorageFailed(f"The storage could not keep {shown(entry.key)}; try again.") from error
        except MunimentError:
            storage.delete(storage_key)
            raise

    def _expect_size(self, storage_key: str, digest: Digest, entry: FileEntry) -> None:
        stat = self.service.storages.default.stat(storage_key)
        if stat is None or stat.size != digest.size:
            raise StorageFailed(f"The storage did not keep {shown(entry.key)} whole; try again.")

    def _keep(
        self, handle: RecordHandle, entry: FileEntry, upload_id: UUID, storage_key: str, digest: Digest
    ) -> FileEntry:
        with self.database.write() as uow:
            row = locked_file(uow.session, handle.id, entry.id, handle.number, entry.key)
            upload = uow.session.get(Upload, upload_id, populate_existing=True)
            if upload is None:
                raise UploadGone()
            self.service.direct.attach_in(uow, row, storage_key, digest)
            self.service.direct.complete_in(uow, handle, row)
            uow.session.execute(delete(UploadSegment).where(UploadSegment.upload_id == upload_id))
            if upload.kind == "tus":
                upload.finished, upload.received = uow.now, digest.size
            else:
                uow.session.delete(upload)
            uow.on_commit(lambda: self.service.staging.discard(upload_id))
            return entry_of(row)


def _segments(session: Session, upload_id: UUID) -> list[UploadSegment]:
    statement = select(UploadSegment).where(UploadSegment.upload_id == upload_id).order_by(UploadSegment.start)
    return list(session.scalars(statement))


def _refuse_missing(upload: Upload, segments: Sequence[UploadSegment], key: str) -> None:
    if upload.kind == "multipart":
        size, parts = upload.part_size or 1, upload.parts or 0
        present = {segment.start // size + 1 for segment in segments}
        missing = [str(part) for part in range(1, parts + 1) if part not in present]
        if missing:
            more = "" if len(missing) <= _NAMED else f" and {len(missing) - _NAMED} more"
            raise InvalidRequest(
                f"Not all parts of {shown(key)} have been uploaded; missing: {', '.join(missing[:_NAMED])}{more}."
            )
    elif upload.received < upload.length:
        raise InvalidRequest(f"{upload.received} of {upload.length} bytes of {shown(key)} have come; send the rest.")


def _first_damaged(path: Path, segments: Sequence[UploadSegment], running: RunningDigest) -> UploadSegment | None:
    """The first piece whose bytes are not those that came; the pieces lie one behind the other."""
    with path.open("rb", buffering=0) as handle:
        for segment in segments:
            found, left = hashlib.sha256(), segment.length
            while left:
                chunk = handle.read(min(CHUNK, left))
                if not chunk:
                    return segment
                found.update(chunk)
                running.update(chunk)
                left -= len(chunk)
            if found.hexdigest() != segment.sha256:
                return segment
    return None


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as handle:
        while chunk := handle.read(CHUNK):
            yield chunk
