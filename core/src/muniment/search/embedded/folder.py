"""The folder of the index: which directory serves, which one is offered, and who may write."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from pathlib import Path
from typing import Final

from muniment.search.embedded.schema import Layout

LAYOUT_FILE: Final = "layout.json"
GRACE_SECONDS: Final = 60
"""Directories that serve no more are kept this long for readers that are just opening them."""


class IndexFolder:
    """`root` holds the directories of indexes, pointers to the one that serves and the one that is offered."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def prepare(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def lock_path(self) -> Path:
        return self.root / "leader.lock"

    @property
    def state_path(self) -> Path:
        return self.root / "state"

    @property
    def wake_path(self) -> Path:
        return self.root / "wake"

    @property
    def current_path(self) -> Path:
        return self.root / "current"

    @property
    def candidate_path(self) -> Path:
        return self.root / "candidate"

    def current(self) -> Path | None:
        """The directory that serves."""
        return self._pointed(self.current_path)

    def candidate(self) -> Path | None:
        """The directory that was offered to replace it."""
        return self._pointed(self.candidate_path)

    def set_current(self, directory: Path) -> None:
        write_atomically(self.current_path, directory.name.encode())

    def set_candidate(self, directory: Path) -> None:
        write_atomically(self.candidate_path, directory.name.encode())

    def clear_candidate(self) -> None:
        self.candidate_path.unlink(missing_ok=True)

    def new_directory(self, layout: Layout) -> Path:
        """A directory for a new index, with its layout in it."""
        self.prepare()
        directory = self.root / f"index-{time.time_ns():x}-{os.getpid()}"
        directory.mkdir(mode=0o700)
        write_atomically(directory / LAYOUT_FILE, layout.to_json())
        return directory

    def layout(self, directory: Path) -> Layout | None:
        """What the index in `directory` was built for; None when it cannot be told."""
        try:
            return Layout.from_json((directory / LAYOUT_FILE).read_bytes())
        except (OSError, ValueError):
            return None

    def remove_leftovers(self) -> None:
        """Remove directories that neither serve nor are being built. Only the leader calls this."""
        kept = {self.current(), self.candidate()}
        for directory in self.root.glob("index-*"):
            if directory not in kept and not _is_in_use(directory):
                shutil.rmtree(directory, ignore_errors=True)

    def _pointed(self, pointer: Path) -> Path | None:
        try:
            name = pointer.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        directory = self.root / name
        return directory if name.startswith("index-") and "/" not in name and directory.is_dir() else None


class LeaderLock:
    """The right to write. The kernel frees it when the process ends, however it ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def acquire(cls, path: Path) -> LeaderLock | None:
        """Take the lock, or None when someone else holds it."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:  # a full disk too: a descriptor that stays open would keep the lock for ever
            os.close(descriptor)
            raise
        return cls(descriptor)

    def release(self) -> None:
        os.close(self._descriptor)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace the file so that after a crash either the old or the new content is there."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_in_use(directory: Path) -> bool:
    """Someone builds there now (tantivy locks it), or left it so lately that a reader may be opening it."""
    try:
        if time.time() - directory.stat().st_mtime < GRACE_SECONDS:
            return True
        descriptor = os.open(directory / ".tantivy-writer.lock", os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
