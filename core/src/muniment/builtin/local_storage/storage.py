"""Objects as files of a local disk: ``ab/ab12…``, one level of folders, written once and never changed."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from muniment.errors import StorageFull
from muniment.files.storage import DownloadHeaders, HandOver, ObjectStat

_KEY = re.compile(r"[0-9a-f]{32}")
_PARTIAL_SUFFIX = ".part"
_STAGING = "incoming"
#: Between two looks at the free space while bytes arrive.
_SPACE_CHECK_BYTES = 64 * 1024 * 1024
#: After this many bytes the kernel is asked to begin writing them to the disk.
_WRITE_OUT_BYTES = 8 * 1024 * 1024
#: How many files are flushed at once: the disk's journal and its own queue serve many in one turn.
_FLUSHERS = 8
_FULL = {errno.ENOSPC, errno.EDQUOT}
_NO_LINKS = {errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS}


@dataclass(frozen=True)
class _NewObject:
    """An object that is being written under the name `partial`, and gets the name `target` when it is durable."""

    descriptor: int
    partial: str
    target: str


class LocalStorage:
    """Keeps objects under the folder `root`, and leaves `min_free_bytes` of its disk free.

    `accel` is the path under which the front-end server offers `root` internally (nginx: ``internal; alias``);
    empty when there is none.
    """

    def __init__(self, root: Path, *, min_free_bytes: int = 0, accel: str = "") -> None:
        self.root = root
        self.min_free_bytes = min_free_bytes
        self.accel = accel.rstrip("/")
        self._beginning = f"{root}/"
        self._lasting: set[str] = set()

    @property
    def staging(self) -> Path:
        return self.root / _STAGING

    def put(self, key: str, chunks: Iterable[bytes], size: int | None = None) -> None:
        self._put([(key, chunks)], size or 0)

    def put_all(self, objects: Iterable[tuple[str, Iterable[bytes]]]) -> None:
        self._put(objects, 0)

    def _put(self, objects: Iterable[tuple[str, Iterable[bytes]]], size: int) -> None:
        """All are written before the first is flushed, so that one turn of the disk's journal serves many."""
        written: list[_NewObject] = []
        with _full_disk_is_an_answer(), contextlib.ExitStack() as opened:
            self._check_space(size)
            try:
                for key, chunks in objects:
                    new = self._create(key)
                    opened.callback(os.close, new.descriptor)
                    written.append(new)
                    self._write(new.descriptor, chunks)
                _flush([new.descriptor for new in written])
                for new in written:
                    os.rename(new.partial, new.target)
                for folder in {os.path.dirname(new.target) for new in written}:
                    self._keep_names(folder)
            except BaseException:
                for new in written:
                    _remove(new.partial)
                    _remove(new.target)
                raise

    def adopt(self, key: str, path: Path) -> None:
        """A second name for the same bytes; where the disk has no such links, a copy."""
        target = self._new_target(key)
        folder = os.path.dirname(target)
        with _full_disk_is_an_answer():
            os.makedirs(folder, exist_ok=True)
            try:
                os.link(path, target)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                with path.open("rb") as handle:
                    self.put(key, iter(lambda: handle.read(1 << 20), b""), path.stat().st_size)
                return
            self._keep_names(folder)

    def open(self, key: str, start: int = 0) -> BinaryIO:
        handle = open(self._path(key), "rb", buffering=0)  # noqa: SIM115 - closed by the caller
        if start:
            handle.seek(start)
        return handle

    def stat(self, key: str) -> ObjectStat | None:
        try:
            found = os.stat(self._path(key))
        except FileNotFoundError:
            return None
        return ObjectStat(found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def delete(self, key: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path(key))

    def url(self, key: str, headers: DownloadHeaders) -> HandOver | None:  # noqa: ARG002 - nginx keeps our headers
        if not self.accel:
            return None
        return HandOver("internal", quote(f"{self.accel}/{key[:2]}/{key}"))

    def stored(self) -> Iterator[tuple[str, datetime]]:
        for path in self._entries():
            if _KEY.fullmatch(path.name):
                with contextlib.suppress(FileNotFoundError):
                    yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def remove_partial(self, before: datetime) -> int:
        removed = 0
        for path in self._entries():
            if path.name.endswith(_PARTIAL_SUFFIX):
                with contextlib.suppress(FileNotFoundError):
                    if path.stat().st_mtime < before.timestamp():
                        path.unlink()
                        removed += 1
        return removed

    def _entries(self) -> Iterator[Path]:
        if not self.root.is_dir():
            return
        for folder in sorted(self.root.iterdir()):
            if folder.is_dir() and len(folder.name) == 2:
                yield from sorted(folder.iterdir())

    def _path(self, key: str) -> str:
        """Texts rather than paths: several are made for each object, and a `Path` costs as much as asking the disk."""
        if not _KEY.fullmatch(key):
            raise FileNotFoundError(errno.ENOENT, "not a key of the local storage", key)
        return f"{self._beginning}{key[:2]}/{key}"

    def _new_target(self, key: str) -> str:
        target = self._path(key)
        if os.path.exists(target):
            raise FileExistsError(errno.EEXIST, "a stored object is never replaced", key)
        return target

    def _create(self, key: str) -> _NewObject:
        target = self._new_target(key)
        partial = f"{target}.{secrets.token_hex(4)}{_PARTIAL_SUFFIX}"
        try:
            descriptor = _new_file(partial)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            descriptor = _new_file(partial)
        return _NewObject(descriptor, partial, target)

    def _keep_names(self, folder: str) -> None:
        """Make the names in a folder durable, and once in this process that of the folder: who made it a moment ago may
        not have come so far yet."""
        _sync_folder(folder)
        if folder not in self._lasting:
            _sync_folder(os.path.dirname(folder))
            self._lasting.add(folder)

    def _write(self, descriptor: int, chunks: Iterable[bytes]) -> None:
        position = checked = started = 0
        for chunk in chunks:
            if position - checked >= _SPACE_CHECK_BYTES:
                self._check_space(len(chunk))
                checked = position
            _write_all(descriptor, chunk)
            position += len(chunk)
            if position - started >= _WRITE_OUT_BYTES:
                _write_out(descriptor, started, position - started)
                started = position
        _write_out(descriptor, started, position - started)

    def _check_space(self, needed: int) -> None:
        try:
            usage = shutil.disk_usage(self.root)
        except FileNotFoundError:
            usage = shutil.disk_usage(next(path for path in self.root.parents if path.is_dir()))
        if usage.free - needed < self.min_free_bytes:
            raise StorageFull()


def _new_file(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o440)


def _remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def _write_all(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def _write_out(descriptor: int, start: int, length: int) -> None:
    """Have the kernel begin to write, so that the flush at the end finds little left to do.

    Dirty pages cannot be dropped: on Linux the advice starts their way to the disk, and they stay readable.
    """
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, start, length, os.POSIX_FADV_DONTNEED)


def _flush(descriptors: Sequence[int]) -> None:
    """Make files durable, several at once; the error of one is raised when all have ended."""
    shares = [descriptors[first::_FLUSHERS] for first in range(min(_FLUSHERS, len(descriptors)))]
    if len(shares) < 2:
        _flush_one_by_one(descriptors)
        return
    with ThreadPoolExecutor(len(shares), thread_name_prefix="flush") as threads:
        list(threads.map(_flush_one_by_one, shares))


def _flush_one_by_one(descriptors: Sequence[int]) -> None:
    for descriptor in descriptors:
        os.fsync(descriptor)


def _sync_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _full_disk_is_an_answer() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull() from error
        raise
