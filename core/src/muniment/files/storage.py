"""The protocol between the core and the places that keep bytes.

A stored object is immutable and has a random key. The database holds backend names and keys, never paths.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal, Protocol, runtime_checkable


def new_storage_key() -> str:
    """A key that was never used before: 128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def new_storage_keys(count: int) -> list[str]:
    """Keys for objects that are stored together. They begin alike, so that they lie in one folder of a local disk,
    which is made durable once for all of them."""
    beginning = secrets.token_hex(1)
    return [beginning + secrets.token_hex(15) for _ in range(count)]


@dataclass(frozen=True)
class ObjectStat:
    """What the storage says of one object. `size` in bytes."""

    size: int
    modified: datetime


@dataclass(frozen=True)
class DownloadHeaders:
    """How a client should receive an object that the storage or the front-end server hands out itself."""

    content_type: str
    content_disposition: str


@dataclass(frozen=True)
class HandOver:
    """Somebody else sends the bytes.

    ``redirect``: `location` is an address that the client may fetch for a short time. ``internal``: `location`
    is a path that the front-end server (nginx: X-Accel-Redirect) serves in place of the application.
    """

    kind: Literal["redirect", "internal"]
    location: str


class Storage(Protocol):
    """A place that keeps objects."""

    def put(self, key: str, chunks: Iterable[bytes], size: int | None = None) -> None:
        """Keep the chunks under a new key. Durable when it returns; when it raises, nothing is left behind.

        `size` is the total in bytes where it is known. Raises `StorageFull`; what the iterable raises passes through.
        """

    def open(self, key: str, start: int = 0) -> BinaryIO:
        """The object as a readable, seekable binary file, positioned at byte `start`. Raises `FileNotFoundError`."""

    def stat(self, key: str) -> ObjectStat | None:
        """Size and time of the object, or None if there is none."""

    def delete(self, key: str) -> None:
        """Remove the object; no error if there is none."""

    def url(self, key: str, headers: DownloadHeaders) -> HandOver | None:
        """Who can send the object instead of the application, or None."""


@runtime_checkable
class BatchStorage(Protocol):
    """A storage that keeps several small objects sooner together than one by one."""

    def put_all(self, objects: Iterable[tuple[str, Iterable[bytes]]]) -> None:
        """Keep the chunks of each under its new key. All are durable when it returns; when it raises, nothing is left.

        Objects and chunks are asked for in order, as with `Storage.put`.
        """


@runtime_checkable
class AdoptingStorage(Protocol):
    """A storage on a local disk, which can take over a finished file without copying it."""

    @property
    def staging(self) -> Path:
        """The folder for files that are still being received, on the same file system."""

    def adopt(self, key: str, path: Path) -> None:
        """Make the flushed file `path` the object `key`, durably, without copying it where the disk can do that.

        The caller removes `path` once the object is known to the database, and writes to it no more.
        """


@runtime_checkable
class ListingStorage(Protocol):
    """A storage that can tell what it holds, so that objects no row knows of can be removed."""

    def stored(self) -> Iterator[tuple[str, datetime]]:
        """Each object's key and the time it was stored, in no particular order."""

    def remove_partial(self, before: datetime) -> int:
        """Remove what writes cut off before that time have left behind; returns how many."""


@dataclass(frozen=True)
class StorageBackendSpec:
    """A kind of storage that a plugin offers; `files.backend` in `instance.toml` chooses by `name`.

    Objects remember the backend that holds them, so several can be in use while files move from one to another.
    """

    name: str
    factory: Callable[[], Storage]
