"""Files that are still being received in pieces: one file for each upload, with locks that die with their holder.

The folder is on the disk of the storage that will take the file over, if it has one.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from muniment.errors import Locked, StorageFull

_DATA = ".data"
_LOCK = ".lock"
#: The name of the lock on an upload as a whole; its parts have locks of their own.
WHOLE = "whole"
#: A writer that brought nothing for this long may be replaced: its connection is most likely dead.
STALLED_SECONDS = 10.0


class StagingArea:
    """The folder `path` of uploads under way. `min_free_bytes` of its disk stay free."""

    def __init__(self, path: Path, min_free_bytes: int = 0) -> None:
        self.path = path
        self.min_free_bytes = min_free_bytes

    def data(self, upload: UUID) -> Path:
        return self.path / f"{upload.hex}{_DATA}"

    def check_space(self, needed: int) -> None:
        """Raises `StorageFull` when `needed` more bytes would leave too little."""
        self.path.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.path).free - needed < self.min_free_bytes:
            raise StorageFull()

    @contextlib.contextmanager
    def writer(self, upload: UUID, part: str = WHOLE) -> Iterator[Writer]:
        """Write the upload (or one part of it) alone; raises `Locked` while somebody else does.

        Whoever holds the lock but brought no bytes for `STALLED_SECONDS` loses it, since a client that changed its
        network cannot end its old connection.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = self._lock(upload, part)
        descriptor = _take(lock)
        try:
            if part != WHOLE and _is_held(self._lock(upload, WHOLE)):
                raise Locked("The parts of this upload are being put together; wait until that has ended.")
            with Writer(self.data(upload), lock, descriptor, self) as writer:
                yield writer
        finally:
            _release(lock, descriptor)

    def wait_for_writer(self, upload: UUID, seconds: float) -> None:
        """Let a writer whose connection has just ended record what it got; returns at once when there is none."""
        deadline = time.monotonic() + seconds
        while _is_held(self._lock(upload, WHOLE)) and time.monotonic() < deadline:
            time.sleep(0.02)

    @contextlib.contextmanager
    def assembler(self, upload: UUID) -> Iterator[Path]:
        """Read the finished file alone: writers of parts are stopped, new ones refused.

        Raises `Locked` while somebody else writes or reads the whole.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = self._lock(upload, WHOLE)
        descriptor = _take(lock)
        try:
            data = self.data(upload)
            with contextlib.suppress(FileNotFoundError), data.open("rb") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX)
                for path in self.path.glob(f"{upload.hex}.*{_LOCK}"):
                    if path != lock:
                        path.unlink(missing_ok=True)
            yield data
        finally:
            _release(lock, descriptor)

    def _lock(self, upload: UUID, part: str) -> Path:
        return self.path / f"{upload.hex}.{part}{_LOCK}"

    def discard(self, upload: UUID) -> None:
        """Forget the upload's bytes; a writer at work notices with its next piece."""
        for path in self.path.glob(f"{upload.hex}.*"):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()

    def discard_all(self, uploads: Iterable[UUID]) -> None:
        """Forget several uploads."""
        for upload in uploads:
            self.discard(upload)

    def uploads(self) -> Iterator[tuple[UUID, float]]:
        """The uploads that have bytes here, with the time (seconds since 1970) of their last change."""
        if self.path.is_dir():
            for path in sorted(self.path.glob(f"*{_DATA}")):
                with contextlib.suppress(ValueError, FileNotFoundError):
                    yield UUID(path.name.removesuffix(_DATA)), path.stat().st_mtime


class Writer:
    """Writes into the file of one upload for as long as it holds the lock."""

    def __init__(self, path: Path, lock: Path, lock_descriptor: int, area: StagingArea) -> None:
        self._area = area
        self._lock = lock
        self._lock_descriptor = lock_descriptor
        self._path = path
        self._descriptor = -1
        self._since_check = 0

    def __enter__(self) -> Writer:
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def resize(self, size: int) -> None:
        """Make the file `size` bytes long; what lies beyond is cut off, what is missing takes no room yet."""
        os.ftruncate(self._descriptor, size)

    def write(self, offset: int, chunk: bytes) -> None:
        """Put the bytes at `offset`; raises `Locked` when another request has taken over, `StorageFull`."""
        self._since_check += len(chunk)
        if self._since_check >= 64 * 1024 * 1024:
            self._since_check = 0
            self._area.check_space(len(chunk))
        # Taking over and writing exclude each other, so that a late chunk never lands in the successor's bytes.
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        try:
            if not _same_file(self._lock, self._lock_descriptor):
                raise Locked("Another request goes on with this upload.")
            view = memoryview(chunk)
            while view:
                written = os.pwrite(self._descriptor, view, offset)
                view, offset = view[written:], offset + written
            os.utime(self._lock_descriptor)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFull() from error
            raise
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def flush(self) -> None:
        """Durable when it returns; raises `Locked` when another request has taken over."""
        os.fsync(self._descriptor)
        if not _same_file(self._lock, self._lock_descriptor):
            raise Locked("Another request goes on with this upload.")


def _take(lock: Path) -> int:
    for _ in range(3):
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stalled = time.time() - os.fstat(descriptor).st_mtime > STALLED_SECONDS
            os.close(descriptor)
            if not stalled:
                raise Locked("Another request is sending to this upload; wait until it has ended.") from None
            _evict(lock)
            continue
        if _same_file(lock, descriptor):
            os.utime(descriptor)
            return descriptor
        os.close(descriptor)
    raise Locked("Another request is sending to this upload; wait until it has ended.")


def _evict(lock: Path) -> None:
    """Take the lock's name away from a stalled holder, between two of its writes."""
    data = lock.with_name(lock.name.split(".")[0] + _DATA)
    with contextlib.suppress(FileNotFoundError), data.open("rb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if time.time() - lock.stat().st_mtime > STALLED_SECONDS:
            lock.unlink()


def _is_held(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _release(lock: Path, descriptor: int) -> None:
    if _same_file(lock, descriptor):
        with contextlib.suppress(FileNotFoundError):
            lock.unlink()
    os.close(descriptor)


def _same_file(path: Path, descriptor: int) -> bool:
    """Whether the name still stands for the file that is open."""
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    opened = os.fstat(descriptor)
    return (named.st_dev, named.st_ino) == (opened.st_dev, opened.st_ino)
