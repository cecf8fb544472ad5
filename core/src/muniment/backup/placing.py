"""Brings the bytes of files from a backup into the storages of an instance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from muniment.backup.durable import pieces_of
from muniment.backup.errors import BackupDamaged, RestoreRefused
from muniment.backup.objects import object_path
from muniment.backup.progress import Progress
from muniment.backup.reading import Backup
from muniment.backup.storages import open_storages
from muniment.db.engine import Database
from muniment.files.storage import BatchStorage, Storage
from muniment.settings.instance import Instance

#: Objects of up to so many bytes are made durable together, at most so many at once.
SMALL_BYTES = 1 << 20
TOGETHER = 32


@dataclass(frozen=True)
class _Place:
    """Where the database says that a content is."""

    backend: str
    key: str
    sha256: str
    size: int


def place_objects(instance: Instance, database: Database, backup: Backup, progress: Progress) -> int:
    """Put every object of the backup where the database says it is; returns how many were not there yet.

    Each one is compared with its hash: what is brought while it is copied, what is there already by reading it.
    """
    storages = open_storages(instance, database)
    places = [place for place in _places(backup) if place.sha256 not in backup.manifest.missing]
    places.sort(key=lambda place: (place.backend, place.key))  # those of one folder of a disk come together
    placed = 0
    small: list[_Place] = []
    for place in progress(places, "Files", len(places)):
        storage = storages.get(place.backend)
        if storage is None:
            raise RestoreRefused(
                f"Files of the backup belong into the storage backend '{place.backend}', which is not there. Install "
                "and configure its plugin, then repeat the restore; it goes on where it was."
            )
        if _is_there(storage, place):
            continue
        placed += 1
        if place.size > SMALL_BYTES:
            _put(storage, [place], backup)
            continue
        if small and (len(small) == TOGETHER or small[0].backend != place.backend):
            _put(storages[small[0].backend], small, backup)
            small = []
        small.append(place)
    if small:
        _put(storages[small[0].backend], small, backup)
    return placed


def _places(backup: Backup) -> Iterator[_Place]:
    with backup.file("stored_objects").open("rb") as handle:
        for line in handle:
            row = orjson.loads(line)
            yield _Place(row["backend"], row["storage_key"], row["sha256"], row["size"])


def _is_there(storage: Storage, place: _Place) -> bool:
    """Whether the storage has the object; raises `BackupDamaged` when it is another one."""
    if storage.stat(place.key) is None:
        return False
    with storage.open(place.key) as handle:
        for _ in _compared(handle, place, f"the object {place.key} in the storage"):
            pass
    return True


def _put(storage: Storage, places: Sequence[_Place], backup: Backup) -> None:
    objects = [(place.key, _restored(place, object_path(backup.folder, place.sha256))) for place in places]
    if len(objects) > 1 and isinstance(storage, BatchStorage):
        storage.put_all(objects)
        return
    for place, (key, chunks) in zip(places, objects, strict=True):
        storage.put(key, chunks, place.size)


def _restored(place: _Place, source: Path) -> Iterator[bytes]:
    with source.open("rb") as handle:
        yield from _compared(handle, place, str(source))


def _compared(handle: BinaryIO, place: _Place, what: str) -> Iterator[bytes]:
    """The bytes of a file; raises `BackupDamaged` at their end when they are not those that were backed up."""
    digest = hashlib.sha256()
    for piece in pieces_of(handle):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != place.sha256:
        raise BackupDamaged(f"The hash of {what} is {digest.hexdigest()}; it should be {place.sha256}.")
