"""The writer's lock for SQLite: fair between threads and processes, with a time limit.

SQLite's own busy handler polls, so that one of eight writers can wait for seconds. Whoever wants to write takes
this lock first: threads of a process queue in order, and the first of them waits for the file locks. There are two:
whoever is next in line holds the second while waiting for the first, so that a process which writes without a pause
cannot take the lock again before another one has had it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from muniment.errors import Busy

_locks: weakref.WeakSet[WriteLock] = weakref.WeakSet()


class WriteLock:
    """A mutual exclusion between all threads and processes that write to one SQLite database."""

    def __init__(self, path: Path, timeout: float = 5.0) -> None:
        self.path = path
        self.timeout = timeout
        self._gate = threading.Lock()
        self._held = False
        self._queue: deque[threading.Event] = deque()
        self._files: tuple[int, int] | None = None
        _locks.add(self)

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the lock; raises `Busy` (503 with Retry-After) when it cannot be had within the time limit."""
        deadline = time.monotonic() + self.timeout
        self._enter_queue(deadline)
        try:
            descriptor = self._lock_file(deadline)
            try:
                yield
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            self._leave_queue()

    def _enter_queue(self, deadline: float) -> None:
        with self._gate:
            if not self._held:
                self._held = True
                return
            turn = threading.Event()
            self._queue.append(turn)
        if turn.wait(max(0.0, deadline - time.monotonic())):
            return
        with self._gate:
            if turn in self._queue:
                self._queue.remove(turn)
                raise Busy("Another write takes unusually long; please repeat the request in a moment.")
        # The turn was given between the time-out and the gate: it is ours.

    def _leave_queue(self) -> None:
        with self._gate:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._held = False

    def _lock_file(self, deadline: float) -> int:
        """The descriptor of the first file, locked."""
        if self._files is None:
            self._files = _open(self.path), _open(self.path.with_name(self.path.name + ".next"))
        lock, next_in_line = self._files
        _wait_for(next_in_line, deadline)
        try:
            _wait_for(lock, deadline)
        finally:
            fcntl.flock(next_in_line, fcntl.LOCK_UN)
        return lock

    def close(self) -> None:
        """Close the files; the lock can be used again."""
        files, self._files = self._files, None
        for descriptor in files or ():
            os.close(descriptor)

    def _after_fork(self) -> None:
        """A forked child shares the parent's open files, and with them its locks: it needs its own."""
        self._gate = threading.Lock()
        self._held = False
        self._queue.clear()
        self.close()


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _wait_for(descriptor: int, deadline: float) -> None:
    pause = 0.0002
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Busy("Another process writes to the database; please repeat the request in a moment.") from None
            time.sleep(pause)
            pause = min(pause * 1.5, 0.002)


def _renew_in_child() -> None:
    for lock in _locks:
        lock._after_fork()


os.register_at_fork(after_in_child=_renew_in_child)
