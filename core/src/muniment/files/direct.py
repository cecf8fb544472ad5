"""The three steps: announce a file, send its bytes in one request, commit it. And deleting and describing it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from muniment.access.actor import Actor
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import Conflict, InvalidRequest, LengthRequired, MunimentError, TooLarge
from muniment.files.declarations import Declaration
from muniment.files.digests import DeclaredChecksum, Digest
from muniment.files.errors import FileNotFound
from muniment.files.events import FileCommitted, FileDeleted
from muniment.files.limits import Limits
from muniment.files.media_types import guess
from muniment.files.models import File, Upload
from muniment.files.names import shown
from muniment.files.present import Present
from muniment.files.receive import Incoming
from muniment.files.rows import (
    bytes_beside,
    change_file,
    entry_of,
    find_entry,
    find_file,
    insert_entries,
    insert_objects,
    keys_of,
    lock_draft,
    locked_entry,
    owned_by,
    present_files,
)
from muniment.files.snapshots import FileEntry
from muniment.files.storage import new_storage_key
from muniment.files.verification import store

if TYPE_CHECKING:
    from muniment.files.service import FilesService
    from muniment.records.snapshots import RecordHandle


class DirectUploads:
    """Changes to the files of one draft; every method checks the permission itself."""

    def __init__(self, service: FilesService) -> None:
        self.service = service
        self.database = service.repository.database

    def declare(self, actor: Actor, number: str, items: list[Declaration], bucket: str) -> RecordHandle:
        """Announce files; all of them or none. Raises `InvalidRequest`, `TooLarge`."""
        handle = self.service.for_change(actor, number, bucket)
        with self.database.write() as uow:
            lock_draft(uow.session, handle.id, handle.number)
            self.declare_in(uow, handle, items, bucket)
        return handle

    def declare_in(
        self, uow: UnitOfWork, handle: RecordHandle, items: list[Declaration], bucket: str
    ) -> list[FileEntry]:
        """Announce files within a unit of work that holds the draft."""
        present = present_files(uow.session, handle.id, bucket)
        limits = self.service.limits_for(uow.session, handle, bucket, locking=True)
        limits.check_count(present.count, len(items))
        entries: list[FileEntry] = []
        for item in items:
            present.refuse_taken(item.key)
            limits.check_type(item.key)
            if item.size is not None:
                limits.check_size(item.key, item.size, present.used)
            entries.append(new_entry(item, present.next_position, uow.now))
            present.add(item.key, item.size or 0)
        if entries:
            insert_entries(uow.connection, handle.id, bucket, entries)
        for entry, item in zip(entries, items, strict=True):
            if item.transfer.type == "M":
                self.service.multipart.begin_in(uow, handle.id, entry, item)
        return entries

    def set_content(self, actor: Actor, number: str, key: str, body: Incoming, bucket: str) -> FileEntry:
        """Receive the bytes of an announced file, store them, read them back. The file stays pending until `commit`.

        The body is received outside any transaction. Whatever goes wrong, nothing is left in the storage and the
        request can be repeated.
        """
        with self.database.single() as connection:
            handle = self.service.for_change(actor, number, bucket, connection)
            entry, upload_id = self._found(connection, handle, bucket, key)
            used = bytes_beside(connection, handle.id, bucket, entry.key)
            limits = self.service.limits_for(connection, handle, bucket)
        _expect_content(entry, upload_id)
        _require_an_end(entry, body)
        room = limits.room(used)
        _compare_size(entry, body.length, limits, room)
        storage_key = new_storage_key()
        storage = self.service.storages.default
        size = body.length if body.length is not None else entry.declared_size
        try:
            digest = store(storage, storage_key, body.bounded(room, entry.key), name=entry.key, size=size)
        except TooLarge as error:
            raise limits.too_large(entry.key, room) from error
        try:
            check_declared(entry.key, entry.declared_size, entry.declared_checksum, digest)
            return self._keep(handle, entry, bucket, storage_key, digest)
        except MunimentError:
            storage.delete(storage_key)
            raise

    def _keep(self, handle: RecordHandle, seen: FileEntry, bucket: str, storage_key: str, digest: Digest) -> FileEntry:
        """Remember the stored bytes, unless the file was deleted or committed while they came."""
        with self.database.write() as uow:
            entry = locked_entry(uow.connection, handle.id, seen.id, handle.number, seen.key)
            _expect_content(entry, None)
            limits = self.service.limits_for(uow.connection, handle, bucket, locking=True)
            used = bytes_beside(uow.connection, handle.id, bucket, entry.key)
            limits.check_size(entry.key, digest.size, used)
            object_id = self._remember(uow, storage_key, digest)
            return change_file(
                uow.connection, entry, object_id=object_id, size=digest.size, checksum=digest.checksum, updated=uow.now
            )

    def _remember(self, uow: UnitOfWork, storage_key: str, digest: Digest) -> UUID:
        stored = [(storage_key, digest)]
        return insert_objects(uow.connection, self.service.storages.default_name, stored, uow.now)[0]

    def attach_in(self, uow: UnitOfWork, row: File, storage_key: str, digest: Digest) -> None:
        """Give a file the bytes that were stored and read back."""
        row.object_id = self._remember(uow, storage_key, digest)
        row.size, row.checksum, row.updated = digest.size, digest.checksum, uow.now

    def commit(self, actor: Actor, number: str, key: str, bucket: str) -> FileEntry:
        """Complete a file whose bytes have come; committing a complete one again changes nothing."""
        with self.database.single() as connection:
            handle = self.service.for_change(actor, number, bucket, connection)
            seen, upload_id = self._found(connection, handle, bucket, key)
        if not seen.completed and upload_id is not None:
            return self.service.pieces.complete(handle, seen.id, key, upload_id)
        with self.database.write() as uow:
            entry = locked_entry(uow.connection, handle.id, seen.id, handle.number, key)
            if entry.completed:
                return entry
            _require_bytes(entry)
            uow.emit(committed(handle, bucket, entry))
            return change_file(uow.connection, entry, updated=uow.now, **_COMPLETE)

    def complete_in(self, uow: UnitOfWork, handle: RecordHandle, row: File) -> None:
        """Complete a file within a unit of work; raises `InvalidRequest` when its bytes have not come."""
        _require_bytes(row)
        row.updated, row.status, row.transfer = uow.now, _COMPLETE["status"], _COMPLETE["transfer"]
        uow.emit(committed(handle, row.bucket, row))

    def describe(
        self, actor: Actor, number: str, key: str, metadata: dict[str, Any] | None, hidden: bool, bucket: str
    ) -> FileEntry:
        """Replace what is said about a file."""
        handle = self.service.for_change(actor, number, bucket)
        with self.database.write() as uow:
            row = self._locked_by_key(uow, handle, key, bucket)
            row.description, row.hidden, row.updated = metadata, hidden, uow.now
            return entry_of(row)

    def rename(self, actor: Actor, number: str, key: str, name: str, bucket: str) -> FileEntry:
        """Give a complete file another name; its bytes stay where they are.

        Raises `InvalidRequest` for a name that is taken, and for a file whose bytes have not all come.
        """
        handle = self.service.for_change(actor, number, bucket)
        with self.database.write() as uow:
            row = self._locked_by_key(uow, handle, key, bucket)
            if row.key == name:
                return entry_of(row)
            if row.status != "completed":
                raise InvalidRequest(
                    f"{shown(row.key)} is not complete: rename it when all of it has come.",
                    reason="file.not_complete",
                    values={"name": row.key},
                )
            others = keys_of(uow.session, handle.id, bucket)
            Present((key, 0, 0) for key in others if key != row.key).refuse_taken(name)
            self.service.limits.check_type(name)
            uow.emit(FileDeleted(record_id=handle.id, parent_id=handle.parent_id, file_key=row.key, bucket=bucket))
            row.key, row.mimetype, row.updated = name, guess(name), uow.now
            uow.session.flush()
            self.complete_in(uow, handle, row)
            return entry_of(row)

    def delete(self, actor: Actor, number: str, key: str, bucket: str) -> None:
        """Take a file out of the draft, whatever its state; an upload under way ends."""
        handle = self.service.for_change(actor, number, bucket)
        with self.database.write() as uow:
            self._delete_in(uow, handle, [self._locked_by_key(uow, handle, key, bucket)])

    def delete_all(self, actor: Actor, number: str, bucket: str) -> None:
        """Take all files out of the draft."""
        handle = self.service.for_change(actor, number, bucket)
        with self.database.write() as uow:
            lock_draft(uow.session, handle.id, handle.number)
            condition = owned_by(handle.id, None), File.bucket == bucket
            self._delete_in(uow, handle, list(uow.session.scalars(select(File).where(*condition).with_for_update())))

    def _found(
        self, session: Session | Connection, handle: RecordHandle, bucket: str, key: str
    ) -> tuple[FileEntry, UUID | None]:
        found = find_entry(session, handle.id, bucket, key)
        if found is None:
            raise FileNotFound(handle.number, key)
        return found

    def _locked_by_key(self, uow: UnitOfWork, handle: RecordHandle, key: str, bucket: str) -> File:
        lock_draft(uow.session, handle.id, handle.number)
        row = find_file(uow.session, owned_by(handle.id, None), bucket, key, lock=True)
        if row is None:
            raise FileNotFound(handle.number, key)
        return row

    def _delete_in(self, uow: UnitOfWork, handle: RecordHandle, rows: list[File]) -> None:
        gone: list[UUID] = []
        for row in rows:
            gone.extend(uow.session.scalars(select(Upload.id).where(Upload.file_id == row.id)))
            uow.session.delete(row)
            uow.emit(FileDeleted(record_id=handle.id, parent_id=handle.parent_id, file_key=row.key, bucket=row.bucket))
        uow.session.flush()
        uow.on_commit(lambda: self.service.staging.discard_all(gone))


def _compare_size(entry: FileEntry, length: int | None, limits: Limits, room: int) -> None:
    """Refuse by the declared length what would be refused by the bytes, before any of them come."""
    if length is not None and length > room:
        raise limits.too_large(entry.key, room)
    if length == 0:
        limits.check_size(entry.key, 0, 0)
    if length is not None and entry.declared_size is not None and length != entry.declared_size:
        raise InvalidRequest(
            f"{shown(entry.key)} was announced with {entry.declared_size} bytes, but {length} are being sent."
        )


def _require_bytes(row: File | FileEntry) -> None:
    if row.object_id is None:
        raise InvalidRequest(f"File with key {shown(row.key)} has not been uploaded yet: send its content first.")


#: What is so of a file whose bytes have all come.
_COMPLETE: Final[dict[str, Any]] = {"status": "completed", "transfer": {"type": "L"}}


def committed(handle: RecordHandle, bucket: str, file: File | FileEntry) -> FileCommitted:
    """The event of a file that is complete now."""
    return FileCommitted(
        record_id=handle.id,
        parent_id=handle.parent_id,
        file_key=file.key,
        bucket=bucket,
        size=file.size or 0,
        checksum=file.checksum or "",
    )


def new_entry(
    item: Declaration, position: int, now: datetime, object_id: UUID | None = None, digest: Digest | None = None
) -> FileEntry:
    """A file that is announced, or that came with all its bytes, which are the object `object_id` then."""
    transfer: dict[str, Any] = {"type": item.transfer.type}
    if item.transfer.type == "M":
        transfer |= {"parts": item.transfer.parts, "part_size": item.transfer.part_size}
    return FileEntry(
        id=uuid4(),
        object_id=object_id,
        size=digest.size if digest is not None else None,
        checksum=digest.checksum if digest is not None else None,
        key=item.key,
        position=position,
        status="pending" if digest is None else "completed",
        declared_size=item.size,
        declared_checksum=item.checksum,
        mimetype=guess(item.key),
        description=item.metadata,
        hidden=item.hidden,
        transfer=transfer,
        created=now,
        updated=now,
    )


def _expect_content(entry: FileEntry, upload: UUID | None) -> None:
    if entry.completed:
        raise InvalidRequest(f'File with key "{entry.key}" is already committed.')
    if entry.transfer.get("type") == "M":
        raise InvalidRequest("Can not set content for multipart file, use the parts instead.")
    if upload is not None:
        message = f"A resumable upload of {shown(entry.key)} is under way; go on with it, or delete the file."
        raise Conflict(message, reason="file.under_way", values={"name": entry.key})


def _require_an_end(entry: FileEntry, body: Incoming) -> None:
    """A body that comes in chunks and is cut looks like a whole one here: something must tell how long it is."""
    if body.may_be_cut and entry.declared_size is None and entry.declared_checksum is None:
        raise LengthRequired(
            f"Send {shown(entry.key)} with the header Content-Length, or announce the file with its size or checksum: "
            "otherwise nobody can tell whether all of it came."
        )


def check_declared(name: str, size: int | None, checksum: str | None, digest: Digest) -> None:
    """Compare what came with what was announced; raises `InvalidRequest` that says both."""
    if size is not None and size != digest.size:
        raise InvalidRequest(
            f"{shown(name)} was announced with {size} bytes, but {digest.size} came; nothing was kept, send it again."
        )
    if checksum is None:
        return
    declared = DeclaredChecksum.parse(checksum)
    if not declared.matches(digest):
        raise InvalidRequest(
            f"The checksum of {shown(name)} should be {declared}, but {declared.of(digest)} came; "
            "nothing was kept, send it again."
        )
