"""The embedded backend: one leader writes, every process reads, and a rebuild happens beside what serves."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from muniment.search.embedded.folder import IndexFolder, LeaderLock
from muniment.search.embedded.reader import IndexReader, run_query
from muniment.search.embedded.schema import Layout
from muniment.search.embedded.state import SharedState
from muniment.search.embedded.writer import DirectoryWriter
from muniment.search.port import BackendQuery, BackendResult, IndexState, Operation, Rebuild
from muniment.search.query.core_fields import CORE_FIELDS
from muniment.search.query.field import FieldMap
from muniment.search.wake import WakePipe, wake
from muniment.settings.file_system import require_local

REBUILD_MEMORY: Final = 120_000_000
REBUILD_THREADS: Final = 2
REBUILD_BATCH: Final = 20_000

Fields = Callable[[], FieldMap]


class EmbeddedBackend:
    """tantivy in the folder `root`.

    `fields` gives the fields of the present generation of plugins; `memory_bytes` is the writer's buffer. Raises
    `ConfigurationError` when the folder lies on a network file system.
    """

    def __init__(self, root: Path, fields: Fields = lambda: CORE_FIELDS, memory_bytes: int = 30_000_000) -> None:
        require_local(root, "The search index")
        self.folder = IndexFolder(root)
        self.fields = fields
        self.memory_bytes = memory_bytes
        self._reader = IndexReader(self.folder)

    @property
    def state(self) -> IndexState:
        return self._reader.state()

    @property
    def has_leader(self) -> bool:
        return self._reader.has_leader()

    @property
    def problem(self) -> str:
        return ""

    def holds(self, extension: str) -> bool:
        return extension in self._reader.snapshot().layout.extensions

    def search(self, query: BackendQuery) -> BackendResult:
        return run_query(self._reader.snapshot(), query)

    def nudge(self) -> None:
        wake(self.folder.wake_path)

    def lead(self) -> EmbeddedLeadership | None:
        self.folder.prepare()
        lock = LeaderLock.acquire(self.folder.lock_path)
        if lock is None:
            return None
        try:
            return EmbeddedLeadership(self, lock)
        except BaseException:
            lock.release()
            raise

    def begin_rebuild(self, position: int) -> EmbeddedRebuild:
        return EmbeddedRebuild.begin(self, position)

    def close(self) -> None:
        self._reader.close()


class EmbeddedLeadership:
    """The one writer, from taking the lock to releasing it."""

    def __init__(self, backend: EmbeddedBackend, lock: LeaderLock) -> None:
        self._backend = backend
        self._folder = backend.folder
        self._lock = lock
        self._pipe = WakePipe(self._folder.wake_path)
        self._shared = SharedState(self._folder.state_path)
        # Larger than any generation before, even when the shared page was lost.
        self._generation = max(self._shared.generation + 1, time.time_ns() // 1000)
        self._writer = self._open_current()
        self._advanced = 0
        self._folder.remove_leftovers()
        self._shared.set_leader(os.getpid())
        if self._writer is not None:
            self._publish(self._writer.position)

    def _open_current(self) -> DirectoryWriter | None:
        directory = self._folder.current()
        if directory is None:
            return None
        try:
            return DirectoryWriter(self._folder, directory, self._backend.memory_bytes)
        except ValueError:  # damaged, or of another version: it is built again
            return None

    @property
    def position(self) -> int:
        return self._writer.position if self._writer is not None else 0

    @property
    def usable(self) -> bool:
        return self._writer is not None

    @property
    def needs_rebuild(self) -> bool:
        if self._writer is None:
            return True
        return not self._writer.layout.serves(Layout.of(self._backend.fields()))

    def apply(self, operations: Sequence[Operation], position: int) -> None:
        if self._writer is None:
            raise RuntimeError("there is no index to write to; it has to be built first")
        self._writer.add(operations, self._backend.fields())
        self._writer.commit(position)
        self._publish(position)

    def advance(self, position: int) -> None:
        self._advanced = position
        self._shared.publish(position, self._generation)

    def candidate(self) -> EmbeddedRebuild | None:
        directory = self._folder.candidate()
        if directory is None:
            return None
        try:
            return EmbeddedRebuild.reopen(self._backend, directory)
        except ValueError:
            self._folder.clear_candidate()
            return None

    def adopt(self, candidate: Rebuild) -> None:
        assert isinstance(candidate, EmbeddedRebuild)
        previous, self._writer = self._writer, candidate.writer
        if previous is not None:
            previous.close()
        self._folder.set_current(candidate.writer.directory)
        self._folder.clear_candidate()
        self._publish(candidate.position)

    def refuse(self, candidate: Rebuild) -> None:
        candidate.discard()
        self._folder.clear_candidate()

    def wait(self, timeout: float) -> bool:
        return self._pipe.wait(timeout)

    def tidy(self) -> None:
        self._folder.remove_leftovers()

    def release(self, *, merge: bool = False) -> None:
        try:
            if self._writer is not None:
                if self._advanced > self._writer.position:
                    self._writer.commit(self._advanced)  # so that the next leader need not look at them again
                self._writer.close(merge=merge)
        finally:
            self._pipe.close()
            self._shared.set_leader(0)
            self._shared.close()
            self._lock.release()

    def _publish(self, position: int) -> None:
        self._generation += 1
        self._shared.publish(position, self._generation)


class EmbeddedRebuild:
    """A new index in a directory of its own."""

    def __init__(self, backend: EmbeddedBackend, writer: DirectoryWriter, position: int) -> None:
        self._backend = backend
        self._pending = 0
        self.writer = writer
        self.position = position

    @classmethod
    def begin(cls, backend: EmbeddedBackend, position: int) -> EmbeddedRebuild:
        directory = backend.folder.new_directory(Layout.of(backend.fields()))
        writer = DirectoryWriter(backend.folder, directory, REBUILD_MEMORY, REBUILD_THREADS, create=True)
        return cls(backend, writer, position)

    @classmethod
    def reopen(cls, backend: EmbeddedBackend, directory: Path) -> EmbeddedRebuild:
        """The rebuild that someone else has offered, to catch it up. Raises `ValueError` if it is damaged."""
        writer = DirectoryWriter(backend.folder, directory, backend.memory_bytes)
        return cls(backend, writer, writer.position)

    def apply(self, operations: Sequence[Operation], position: int) -> None:
        """Add to the new index; what was added is committed after every 20,000 operations."""
        self.writer.add(operations, self._backend.fields())
        self.position = position
        self._pending += len(operations)
        if self._pending >= REBUILD_BATCH:
            self.commit()

    def commit(self) -> None:
        self.writer.commit(self.position)
        self._pending = 0

    def offer(self) -> None:
        self.commit()
        self.writer.close(merge=True)
        self._backend.folder.set_candidate(self.writer.directory)
        self._backend.nudge()

    @property
    def settled(self) -> bool:
        return self._backend.folder.candidate() != self.writer.directory

    def discard(self) -> None:
        self.writer.close()
