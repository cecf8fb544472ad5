"""Files that are at hand whole: stored together, and in the draft complete or not at all."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muniment.access.actor import Actor
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import MunimentError, TooLarge
from muniment.files.declarations import Declaration
from muniment.files.digests import CHUNK, Digest
from muniment.files.direct import check_declared, committed, new_entry
from muniment.files.errors import naming_what_does_not_fit
from muniment.files.limits import Limits
from muniment.files.names import check_name
from muniment.files.present import Present
from muniment.files.receive import Incoming, Readable
from muniment.files.rows import insert_entries, insert_objects, lock_draft, present_files
from muniment.files.snapshots import FileEntry
from muniment.files.storage import new_storage_keys
from muniment.files.verification import NewObject, store_all

if TYPE_CHECKING:
    from muniment.files.service import FilesService
    from muniment.records.snapshots import RecordHandle

#: How many files are made durable together; so many are open at once.
TOGETHER = 32


@dataclass(frozen=True)
class NewFile:
    """A file to be added. `content` is read when its turn comes, piece by piece; `checksum` is what it should have."""

    key: str
    content: bytes | Readable | Iterable[bytes]
    metadata: dict[str, Any] | None = None
    checksum: str | None = None


def content_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file of the disk, which is opened when the first of them is asked for."""
    with path.open("rb", buffering=0) as handle:
        while chunk := handle.read(CHUNK):
            yield chunk


class Additions:
    """Adds files to one draft; checks the permission itself."""

    def __init__(self, service: FilesService) -> None:
        self.service = service
        self.database = service.repository.database

    def add(self, actor: Actor, number: str, files: Sequence[NewFile], bucket: str) -> list[FileEntry]:
        """Store and commit files: all of them or none.

        What can be refused by names and numbers is refused before any bytes are read. They are stored outside any
        transaction; whatever goes wrong, nothing is left in the draft.
        """
        if not files:
            return []
        items = [Declaration(check_name(file.key), metadata=file.metadata, checksum=file.checksum) for file in files]
        with self.database.single() as connection:
            handle = self.service.for_change(actor, number, bucket, connection)
            present = present_files(connection, handle.id, bucket)
            limits = self.service.limits_for(connection, handle, bucket)
        _check_names(items, present, limits)
        keys = new_storage_keys(len(items))
        try:
            with naming_what_does_not_fit(*(item.key for item in items)):
                digests = self._store(files, items, keys, present.used, limits)
                with self.database.write() as uow:
                    return self._keep(uow, handle, bucket, items, keys, digests)
        except MunimentError:
            for key in keys:
                self.service.storages.default.delete(key)
            raise

    def _store(
        self,
        files: Sequence[NewFile],
        items: Sequence[Declaration],
        keys: Sequence[str],
        used: int,
        limits: Limits,
    ) -> list[Digest]:
        space = _Space(used, limits)
        objects = [
            NewObject(key, item.key, space.bounded(file, item.key))
            for file, item, key in zip(files, items, keys, strict=True)
        ]
        digests: list[Digest] = []
        for start in range(0, len(objects), TOGETHER):
            digests += store_all(self.service.storages.default, objects[start : start + TOGETHER])
        for item, digest in zip(items, digests, strict=True):
            check_declared(item.key, None, item.checksum, digest)
        return digests

    def _keep(
        self,
        uow: UnitOfWork,
        handle: RecordHandle,
        bucket: str,
        items: Sequence[Declaration],
        keys: Sequence[str],
        digests: Sequence[Digest],
    ) -> list[FileEntry]:
        """Write the rows, unless others came meanwhile that leave no room for these."""
        lock_draft(uow.connection, handle.id, handle.number)
        present = present_files(uow.connection, handle.id, bucket)
        limits = self.service.limits_for(uow.connection, handle, bucket, locking=True)
        position, used = present.next_position, present.used
        _check_names(items, present, limits)
        stored = list(zip(keys, digests, strict=True))
        objects = insert_objects(uow.connection, self.service.storages.default_name, stored, uow.now)
        entries: list[FileEntry] = []
        for item, object_id, digest in zip(items, objects, digests, strict=True):
            limits.check_size(item.key, digest.size, used)
            used += digest.size
            entry = new_entry(item, position + len(entries), uow.now, object_id, digest)
            entries.append(entry)
            uow.emit(committed(handle, bucket, entry))
        insert_entries(uow.connection, handle.id, bucket, entries)
        return entries


def _check_names(items: Sequence[Declaration], present: Present, limits: Limits) -> None:
    """Adds the names to those that are present; their bytes are counted when they are known."""
    limits.check_count(present.count, len(items))
    for item in items:
        present.refuse_taken(item.key)
        limits.check_type(item.key)
        present.add(item.key, 0)


class _Space:
    """The room for files that come one after the other beside `used` bytes."""

    def __init__(self, used: int, limits: Limits) -> None:
        self._used = used
        self._limits = limits

    def bounded(self, file: NewFile, name: str) -> Iterator[bytes]:
        """The bytes of one file, for which there is as much room as those before it leave."""
        body, room = Incoming(_readable(file.content)), self._limits.room(self._used)
        try:
            yield from body.bounded(room, name)
        except TooLarge as error:
            raise self._limits.too_large(name, room) from error
        self._used += body.received


def _readable(content: bytes | Readable | Iterable[bytes]) -> Readable:
    if isinstance(content, bytes | bytearray | memoryview):
        return io.BytesIO(content)
    if isinstance(content, Readable):
        return content
    return _Chunks(iter(content))


class _Chunks:
    """An iterator of chunks as something that can be read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._chunk = b""
        self._position = 0

    def read(self, size: int = -1, /) -> bytes:
        while self._position == len(self._chunk):
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._chunk, self._position = bytes(chunk), 0
        end = len(self._chunk) if size < 0 else self._position + size
        piece = self._chunk[self._position : end]
        self._position += len(piece)
        return piece
