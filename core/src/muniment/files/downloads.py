"""What is needed to send a file or all files of a record: found and allowed here, sent by the web layer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session
from zipstream import ZIP_STORED, ZipStream

from muniment.access.actor import Actor
from muniment.errors import InvalidRequest
from muniment.files.errors import FileNotFound, StorageFailed
from muniment.files.models import File, StoredObject
from muniment.files.names import shown
from muniment.files.rows import find_file, load_snapshot, owned_by
from muniment.files.storage import DownloadHeaders, HandOver, Storage
from muniment.files.verification import read_chunks

if TYPE_CHECKING:
    from muniment.files.service import FilesService

#: Bytes that are handed to the server at a time while files are sent.
PIECE = 256 * 1024


@dataclass(frozen=True)
class Download:
    """One complete file that the actor may have. `size` in bytes; `restricted` keeps it out of shared caches."""

    record_number: str
    key: str
    mimetype: str
    size: int
    md5: str
    sha256: str
    modified: datetime
    restricted: bool
    storage: Storage
    storage_key: str

    def open(self, start: int = 0) -> BinaryIO:
        """The bytes from `start` on; raises `StorageFailed` when the storage cannot give them."""
        try:
            return self.storage.open(self.storage_key, start)
        except OSError as error:
            raise StorageFailed(f"The storage cannot give {shown(self.key)} at present; try again later.") from error

    def hand_over(self, headers: DownloadHeaders) -> HandOver | None:
        """Who else can send the bytes, if anybody."""
        return self.storage.url(self.storage_key, headers)


@dataclass(frozen=True)
class ArchiveFile:
    """One member of an archive of all files."""

    key: str
    size: int
    md5: str
    storage: Storage
    storage_key: str


@dataclass(frozen=True)
class Archive:
    """All complete files of a draft or record as one zip, made while it is sent."""

    record_number: str
    restricted: bool
    modified: datetime | None
    files: tuple[ArchiveFile, ...]

    @property
    def etag(self) -> str:
        """Changes when a name or the bytes of a file change; weak, since the zip holds times of its making."""
        digest = hashlib.sha256()
        for file in self.files:
            digest.update(f"{file.key}\0{file.md5}\n".encode())
        return digest.hexdigest()[:32]

    def stream(self) -> ZipStream:
        """The zip: stored without compression, so that `len()` tells its exact size before a byte was read."""
        stream = ZipStream(compress_type=ZIP_STORED, sized=True)
        for file in self.files:
            stream.add(_lazily(file), file.key, size=file.size)
        return stream


def _lazily(file: ArchiveFile) -> Iterator[bytes]:
    """Opens the file only when its turn comes, so that one is open at a time."""
    yield from read_chunks(file.storage, file.storage_key, PIECE)


class Downloads:
    """Finds what may be downloaded."""

    def __init__(self, service: FilesService) -> None:
        self.service = service

    def file(self, actor: Actor, number: str, key: str, *, draft: bool, bucket: str) -> Download:
        """One file; raises `FileNotFound` also while its upload is not complete."""
        handle = self.service.for_reading(actor, number, draft=draft)
        with self.service.repository.database.read() as session:
            owner = owned_by(handle.id, None) if draft else owned_by(None, handle.id)
            row = find_file(session, owner, bucket, key)
            if row is None or row.status != "completed" or row.object_id is None:
                raise FileNotFound(number, key)
            stored = session.get_one(StoredObject, row.object_id)
            return Download(
                record_number=handle.number,
                key=row.key,
                mimetype=row.mimetype,
                size=stored.size,
                md5=stored.md5,
                sha256=stored.sha256,
                modified=stored.created,
                restricted=draft or handle.access_record != "public" or handle.access_files != "public",
                storage=self.service.storages.named(stored.backend),
                storage_key=stored.storage_key,
            )

    def archive(self, actor: Actor, number: str, *, draft: bool, bucket: str) -> Archive:
        """All complete files; raises `InvalidRequest` when they are more than `files.archive_max_bytes`."""
        handle = self.service.for_reading(actor, number, draft=draft)
        limit = self.service.repository.config.files.archive_max_bytes
        with self.service.repository.database.read() as session:
            owner = {"draft_id": handle.id} if draft else {"record_id": handle.id}
            snapshot = load_snapshot(session, bucket=bucket, **owner)
            if snapshot.total_bytes > limit:
                raise InvalidRequest(
                    f"Archive download is only available for records with total file size up to {limit} bytes. "
                    "Download the files one by one."
                )
            files = self._members(session, handle.id, draft, bucket)
        return Archive(
            record_number=handle.number,
            restricted=draft or handle.access_record != "public" or handle.access_files != "public",
            modified=max((entry.updated for entry in snapshot.completed), default=None),
            files=tuple(files),
        )

    def _members(self, session: Session, owner: int, draft: bool, bucket: str) -> Iterator[ArchiveFile]:
        condition = owned_by(owner, None) if draft else owned_by(None, owner)
        statement = (
            select(File.key, StoredObject)
            .join(StoredObject, File.object_id == StoredObject.id)
            .where(condition, File.bucket == bucket, File.status == "completed")
            .order_by(File.position, File.created, File.key)
        )
        return (
            ArchiveFile(key, stored.size, stored.md5, self.service.storages.named(stored.backend), stored.storage_key)
            for key, stored in session.execute(statement).all()
        )
