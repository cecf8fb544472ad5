"""The writer's lock for SQLite: fair between threads and processes, with a time limit.

SQLite's own busy handler polls, so that one of eight writers can wait for seconds. Whoever wants to write takes
this lock first: threads of a process queue in order, and the first of them waits for the file lock, which the
kernel grants in order too.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from muniment.errors import Busy


class WriteLock:
    """A mutual exclusion between all threads and processes that write to one SQLite database."""

    def __init__(self, path: Path, timeout: float = 5.0) -> None:
        self.path = path
        self.timeout = timeout
        self._gate = threading.Lock()
        self._held = False
        self._queue: deque[threading.Event] = deque()
        self._file: int | None = None
        self._pid = os.getpid()

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
        self._after_fork()
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
        descriptor = self._descriptor()
        pause = 0.0002
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return descriptor
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise Busy(
                        "Another process writes to the database; please repeat the request in a moment."
                    ) from None
                time.sleep(pause)
                pause = min(pause * 1.5, 0.002)

    def _descriptor(self) -> int:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._file

    def _after_fork(self) -> None:
        """A forked child shares the parent's open file, and with it its lock: it needs one of its own."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._gate = threading.Lock()
            self._held = False
            self._queue.clear()
            self._file = None

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
