"""Files of drafts and records: what REST, pages, commands and other services call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from muniment.access.actor import Actor
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import PermissionDenied, Problem
from muniment.files import lifecycle
from muniment.files.additions import Additions, NewFile
from muniment.files.declarations import read_declarations, read_description
from muniment.files.direct import DirectUploads
from muniment.files.downloads import Archive, Download, Downloads
from muniment.files.errors import FileNotFound, naming_what_does_not_fit
from muniment.files.limits import Limits
from muniment.files.multipart import MultipartUploads
from muniment.files.names import check_name, normalise
from muniment.files.pieces import Pieces
from muniment.files.proposals import Proposal, Verdict, judge
from muniment.files.receive import Incoming, Readable
from muniment.files.rendering import FileListing
from muniment.files.resumable import ResumableUploads
from muniment.files.rows import FILES, LATE, LOCKED, load_snapshot, load_snapshots, uploads_of
from muniment.files.snapshots import FileEntry, FilesSnapshot
from muniment.files.staging import StagingArea
from muniment.files.storages import Storages
from muniment.files.sweep import Sweep
from muniment.files.usage import FileUsage, used_by

if TYPE_CHECKING:
    from muniment.records.snapshots import RecordHandle
    from muniment.repository import Repository


class FilesService:
    """One for each generation. Methods that take an actor check its permission; those that take a unit of work are
    for the record services, which have done so."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.storages = Storages(repository)
        self.limits = Limits.of(repository.config.files)
        self.direct = DirectUploads(self)
        self.additions = Additions(self)
        self.multipart = MultipartUploads(self)
        self.resumable = ResumableUploads(self)
        self.pieces = Pieces(self)
        self.downloads = Downloads(self)
        self.sweep = Sweep(self)

    @cached_property
    def staging(self) -> StagingArea:
        return self.storages.staging

    def limits_for(
        self, connection: Session | Connection, draft: RecordHandle, bucket: str = FILES, *, locking: bool = False
    ) -> Limits:
        """What holds for the files of one draft; `locking` within a transaction that adds some."""
        if not self._has_own_limits:
            return self.limits
        usage = FileUsage(connection, draft.id, draft.parent_id, bucket, locking=locking)
        found: Limits = self.repository.hooks.file_limits(value=self.limits, draft=draft, usage=usage)
        return found

    @cached_property
    def _has_own_limits(self) -> bool:
        return bool(self.repository.hooks.implementers("file_limits"))

    def used_by(self, subject: int) -> int:
        """The bytes of all files of somebody, in drafts and records."""
        with self.repository.database.read() as session:
            return used_by(session, subject)

    # Access ---------------------------------------------------------------------------------------------------

    def for_change(
        self, actor: Actor, number: str, bucket: str = FILES, connection: Connection | None = None
    ) -> RecordHandle:
        """The draft whose files the actor may change; read on `connection` where the caller has one open.

        Raises `NotFound`, and `PermissionDenied` also where files are off and for those of a published record, unless
        they were opened (`modify_files` of the record service).
        """
        handle: RecordHandle = self.repository.records.draft_for(actor, number, "update", connection)
        if handle.published:
            self._require_opened(handle)
        if not _enabled(handle, bucket):
            what = "Files" if bucket == FILES else "Media files"
            message = f"{what} are not enabled. Save the draft with {bucket}.enabled set to true first."
            raise PermissionDenied(message)
        return handle

    def _require_opened(self, edit: RecordHandle) -> None:
        if edit.files_open_until is None:
            raise PermissionDenied(LOCKED)
        if edit.files_open_until <= self.repository.now():
            raise PermissionDenied(LATE)

    def for_reading(self, actor: Actor, number: str, *, draft: bool) -> RecordHandle:
        """The draft or record whose files the actor may read."""
        records = self.repository.records
        find = records.draft_for if draft else records.record_for
        handle: RecordHandle = find(actor, number, "read_files")
        return handle

    # Reading --------------------------------------------------------------------------------------------------

    def listing(self, actor: Actor, number: str, *, draft: bool, bucket: str = FILES) -> FileListing:
        """All files of a draft or record."""
        return self._listing(self.for_reading(actor, number, draft=draft), draft=draft, bucket=bucket)

    def _listing(self, handle: RecordHandle, *, draft: bool, bucket: str) -> FileListing:
        with self.repository.database.read() as session:
            owner = {"draft_id": handle.id} if draft else {"record_id": handle.id}
            snapshot = load_snapshot(session, bucket=bucket, **owner)
            uploads = uploads_of(session, [entry.id for entry in snapshot.pending])
        return FileListing(
            handle=handle,
            bucket=bucket,
            draft=draft,
            enabled=_enabled(handle, bucket),
            site_url=self.repository.config.site.url,
            snapshot=snapshot,
            uploads=uploads,
        )

    def file(
        self, actor: Actor, number: str, key: str, *, draft: bool, bucket: str = FILES
    ) -> tuple[FileListing, FileEntry]:
        """One file with the listing it stands in; raises `FileNotFound`."""
        listing = self.listing(actor, number, draft=draft, bucket=bucket)
        entry = listing.snapshot.get(normalise(key))
        if entry is None:
            raise FileNotFound(number, key)
        return listing, entry

    def download(self, actor: Actor, number: str, key: str, *, draft: bool = False, bucket: str = FILES) -> Download:
        """One complete file, ready to be sent."""
        return self.downloads.file(actor, number, key, draft=draft, bucket=bucket)

    def archive(self, actor: Actor, number: str, *, draft: bool = False, bucket: str = FILES) -> Archive:
        """All complete files as one zip, ready to be sent."""
        return self.downloads.archive(actor, number, draft=draft, bucket=bucket)

    def propose(self, actor: Actor, number: str, proposals: Iterable[Proposal]) -> list[Verdict]:
        """What would become of files if they were uploaded to this draft; raises what `for_change` raises."""
        handle = self.for_change(actor, number)
        listing = self._listing(handle, draft=True, bucket=FILES)
        with self.repository.database.single() as connection:
            limits = self.limits_for(connection, handle)
        return judge(proposals, listing.snapshot, listing.uploads, limits)

    # Changing drafts ------------------------------------------------------------------------------------------

    def declare(self, actor: Actor, number: str, data: object, *, bucket: str = FILES) -> FileListing:
        """Announce files as the REST API sends them; raises `ValidationFailed` with the index of wrong entries."""
        handle = self.direct.declare(actor, number, read_declarations(data), bucket)
        return self._listing(handle, draft=True, bucket=bucket)

    def set_content(self, actor: Actor, number: str, key: str, body: Incoming, *, bucket: str = FILES) -> FileEntry:
        """Receive the bytes of an announced file; it stays pending until it is committed."""
        with naming_what_does_not_fit(key):
            return self.direct.set_content(actor, number, key, body, bucket)

    def set_part(
        self, actor: Actor, number: str, key: str, part: int, body: Incoming, *, bucket: str = FILES
    ) -> FileEntry:
        """Receive one part (counted from 1) of a multipart file."""
        with naming_what_does_not_fit(key):
            return self.multipart.set_part(actor, number, key, part, body, bucket)

    def commit(self, actor: Actor, number: str, key: str, *, bucket: str = FILES) -> FileEntry:
        """Complete a file whose bytes have come."""
        with naming_what_does_not_fit(key):
            return self.direct.commit(actor, number, key, bucket)

    def describe(self, actor: Actor, number: str, key: str, data: object, *, bucket: str = FILES) -> FileEntry:
        """Replace `metadata` and `access` of a file, as the REST API sends them."""
        metadata, hidden = read_description(data)
        return self.direct.describe(actor, number, key, metadata, hidden, bucket)

    def rename(self, actor: Actor, number: str, key: str, name: object, *, bucket: str = FILES) -> FileEntry:
        """Give a complete file of a draft another name, which may move it into a folder: for those who listen, a file
        is deleted and another one comes. Raises `InvalidName` and what `DirectUploads.rename` raises."""
        return self.direct.rename(actor, number, key, check_name(name), bucket)

    def delete(self, actor: Actor, number: str, key: str, *, bucket: str = FILES) -> None:
        """Take a file out of a draft."""
        self.direct.delete(actor, number, key, bucket)

    def delete_all(self, actor: Actor, number: str, *, bucket: str = FILES) -> None:
        """Take all files out of a draft."""
        self.direct.delete_all(actor, number, bucket)

    def add(
        self,
        actor: Actor,
        number: str,
        key: str,
        content: bytes | Readable | Iterable[bytes],
        *,
        metadata: dict[str, Any] | None = None,
        checksum: str | None = None,
    ) -> FileEntry:
        """Store and commit one file: for commands and importers; see `add_all`."""
        return self.add_all(actor, number, [NewFile(key, content, metadata, checksum)])[0]

    def add_all(self, actor: Actor, number: str, files: Sequence[NewFile]) -> list[FileEntry]:
        """Store and commit files together, which costs a fraction of one by one: all of them or none.

        Raises `InvalidName` and what the three steps raise; nothing is in the draft then.
        """
        return self.additions.add(actor, number, files, FILES)

    # For the record services, inside their unit of work -------------------------------------------------------

    def snapshot(
        self,
        session: Session | Connection,
        draft_id: int | None = None,
        record_id: int | None = None,
        *,
        bucket: str = FILES,
    ) -> FilesSnapshot:
        """The files of one draft or record."""
        return load_snapshot(session, draft_id=draft_id, record_id=record_id, bucket=bucket)

    def snapshots(
        self, session: Session, record_ids: Iterable[int], *, bucket: str = FILES
    ) -> dict[int, FilesSnapshot]:
        """The files of many records in one statement."""
        return load_snapshots(session, record_ids, bucket)

    def draft_snapshots(
        self, session: Session, draft_ids: Iterable[int], *, bucket: str = FILES
    ) -> dict[int, FilesSnapshot]:
        """The files of many drafts in one statement."""
        return load_snapshots(session, draft_ids, bucket, drafts=True)

    def copy_record_to_draft(self, uow: UnitOfWork, record_id: int, draft_id: int) -> None:
        """An edit begins: the draft shows the published files, locked."""
        lifecycle.copy_record_to_draft(uow, record_id, draft_id)

    def copy_from_previous(self, uow: UnitOfWork, from_record_id: int, draft_id: int) -> FilesSnapshot:
        """Import the files of another version into a draft without files."""
        return lifecycle.copy_from_previous(uow, from_record_id, draft_id)

    def publish(self, uow: UnitOfWork, draft_id: int, record_id: int, data: Mapping[str, Any]) -> FilesSnapshot:
        """The draft's files become the record's; `data` is the draft's document."""
        return lifecycle.publish(uow, draft_id, record_id, data, self.staging)

    def discard(self, uow: UnitOfWork, draft_id: int) -> None:
        """The draft goes, and its files with it."""
        lifecycle.discard(uow, draft_id, self.staging)

    def problems(self, snapshot: FilesSnapshot, data: Mapping[str, Any]) -> list[Problem]:
        """What keeps a draft with these files and this document from being published."""
        return lifecycle.problems(snapshot, data)


def _enabled(handle: RecordHandle, bucket: str) -> bool:
    return handle.files_enabled if bucket == FILES else handle.media_files_enabled
