"""What nobody needs any more: unreferenced bytes, uploads that expired, and what crashes left behind."""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select, update

from muniment.errors import MunimentError
from muniment.files.models import File, RemovalHold, StoredObject, Upload, UploadSegment
from muniment.files.storage import ListingStorage, Storage

if TYPE_CHECKING:
    from muniment.files.service import FilesService

#: Rows that one transaction looks at, so that no sweep holds the write lock for long.
_BATCH = 200
#: Pieces of a write that was cut off are of no use to anybody after this time.
_PARTIAL_HOURS = 24


@dataclass
class SweepResult:
    """What a sweep did, in numbers. `held` tells that nothing was removed because somebody reads the store."""

    held: bool = False
    marked: int = 0
    objects: int = 0
    uploads: int = 0
    partial: int = 0
    unknown: int = 0

    def __str__(self) -> str:
        if self.held:
            return "nothing removed: a backup is under way"
        return ", ".join(f"{name} {value}" for name, value in asdict(self).items() if name != "held")


class Sweep:
    """Removes leftovers after `files.leftover_days`, never while a hold is on."""

    def __init__(self, service: FilesService) -> None:
        self.service = service
        self.database = service.repository.database

    @property
    def grace(self) -> timedelta:
        return timedelta(days=self.service.repository.config.files.leftover_days)

    def run(self) -> SweepResult:
        """One sweep; can be repeated and interrupted at any point."""
        result = SweepResult()
        if self._is_held():
            result.held = True
            return result
        result.uploads = self._end_expired_uploads()
        result.marked = self._mark_unreferenced()
        result.objects = self._remove_unreferenced()
        self._remove_leftover_staging(result)
        self._remove_unknown(result)
        return result

    def _is_held(self) -> bool:
        with self.database.read() as session:
            now = self.service.repository.now()
            return session.scalar(select(RemovalHold.id).where(RemovalHold.expires > now).limit(1)) is not None

    def _mark_unreferenced(self) -> int:
        """The clock of an object starts when nobody uses it, and stops when somebody does again."""
        with self.database.write() as uow:
            uow.session.execute(
                update(StoredObject)
                .where(StoredObject.unreferenced.is_not(None), _referenced())
                .values(unreferenced=None)
            )
            marked = uow.session.execute(
                update(StoredObject)
                .where(StoredObject.unreferenced.is_(None), ~_referenced())
                .values(unreferenced=uow.now)
            )
            return int(getattr(marked, "rowcount", 0))

    def _remove_unreferenced(self) -> int:
        """Bytes go before rows: a row without bytes is tried again, bytes without a row would be forgotten."""
        removed = 0
        while batch := self._expired_objects():
            done = 0
            for identity, backend, storage_key in batch:
                if self._is_held():
                    return removed
                with contextlib.suppress(MunimentError, OSError):
                    self.service.storages.named(backend).delete(storage_key)
                    with self.database.write() as uow:
                        uow.session.execute(delete(StoredObject).where(StoredObject.id == identity, ~_referenced()))
                    done += 1
            removed += done
            if done < len(batch):
                return removed
        return removed

    def _expired_objects(self) -> list[tuple[UUID, str, str]]:
        with self.database.read() as session:
            before = self.service.repository.now() - self.grace
            statement = (
                select(StoredObject.id, StoredObject.backend, StoredObject.storage_key)
                .where(StoredObject.unreferenced < before, ~_referenced())
                .limit(_BATCH)
            )
            return [(row.id, row.backend, row.storage_key) for row in session.execute(statement)]

    def _end_expired_uploads(self) -> int:
        """Expired uploads go; a multipart file stays pending and can be sent again, a tus file goes with its upload."""
        ended = 0
        while rows := self._end_some_uploads():
            ended += rows
        return ended

    def _end_some_uploads(self) -> int:
        with self.database.write() as uow:
            rows = list(uow.session.scalars(select(Upload).where(Upload.expires < uow.now).limit(_BATCH)))
            for row in rows:
                if row.kind == "multipart" and row.file_id is not None:
                    uow.session.execute(delete(UploadSegment).where(UploadSegment.upload_id == row.id))
                    row.expires = uow.now + max(self.grace, timedelta(days=1))
                    continue
                if row.finished is None and row.file_id is not None:
                    uow.session.execute(delete(File).where(File.id == row.file_id, File.status == "pending"))
                uow.session.delete(row)
            gone = [row.id for row in rows]
            uow.on_commit(lambda: self.service.staging.discard_all(gone))
        return len(rows)

    def _remove_leftover_staging(self, result: SweepResult) -> None:
        """Gathered bytes whose upload no row knows any more (a crash between the two)."""
        before = (self.service.repository.now() - timedelta(hours=_PARTIAL_HOURS)).timestamp()
        for upload, changed in list(self.service.staging.uploads()):
            if changed < before and not self._upload_exists(upload):
                self.service.staging.discard(upload)
                result.partial += 1

    def _upload_exists(self, upload: UUID) -> bool:
        with self.database.read() as session:
            return session.scalar(select(Upload.id).where(Upload.id == upload, Upload.finished.is_(None))) is not None

    def _remove_unknown(self, result: SweepResult) -> None:
        """Objects in the storage that no row knows (a crash between storing and remembering)."""
        storage: Storage = self.service.storages.default
        name = self.service.storages.default_name
        if not isinstance(storage, ListingStorage):
            return
        now = datetime.now(UTC)
        result.partial += storage.remove_partial(now - timedelta(hours=_PARTIAL_HOURS))
        waiting: list[str] = []
        for key, stored in storage.stored():
            if stored < now - self.grace:
                waiting.append(key)
            if len(waiting) >= _BATCH:
                result.unknown += self._remove_if_unknown(storage, name, waiting)
                waiting = []
        result.unknown += self._remove_if_unknown(storage, name, waiting)

    def _remove_if_unknown(self, storage: Storage, name: str, keys: list[str]) -> int:
        with self.database.read() as session:
            statement = select(StoredObject.storage_key).where(
                StoredObject.backend == name, StoredObject.storage_key.in_(keys)
            )
            known = set(session.scalars(statement))
        unknown = [key for key in keys if key not in known]
        for key in unknown:
            storage.delete(key)
        return len(unknown)


def _referenced() -> ColumnElement[bool]:
    return exists().where(File.object_id == StoredObject.id)
