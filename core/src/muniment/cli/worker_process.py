"""The worker that `muniment run` keeps: a process of its own, started again when it dies."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger(__name__)

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
#: Seconds after which a worker counts as healthy, so that the next death is a new misfortune.
HEALTHY: Final = 60.0


class WorkerProcess:
    """Starts a worker for the instance in `path` and starts it again, each time after a longer pause, when it dies.

    It is in a session of its own: Ctrl-C reaches only its parent, which ends it in order. It ends by itself when the
    parent is gone.
    """

    def __init__(self, path: Path, *, first_pause: float = FIRST_PAUSE) -> None:
        self.path = path
        self._first_pause = first_pause
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._gate = threading.Lock()
        self._read, self._write = os.pipe()
        self._thread = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None else None

    def start(self) -> None:
        self._spawn()
        self._thread.start()

    def wait_until_ready(self, seconds: float) -> bool:
        """Whether a worker has begun its work within that time."""
        ready, _, _ = select.select([self._read], [], [], seconds)
        return bool(ready)

    def stop(self, seconds: float) -> None:
        """Let the worker end what it is at, for so many seconds at most."""
        self._stopping.set()
        with self._gate:
            child = self._child
        if child is not None and child.poll() is None:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if self._thread.ident is not None:
            self._thread.join()
        os.close(self._read)
        os.close(self._write)

    def _spawn(self) -> None:
        command = [sys.executable, "-m", "muniment", "--instance", str(self.path), "worker"]
        command += ["--parent", str(os.getpid()), "--ready", str(self._write)]
        with self._gate:
            if not self._stopping.is_set():
                self._child = subprocess.Popen(command, start_new_session=True, pass_fds=[self._write])

    def _keep(self) -> None:
        pause = self._first_pause
        while not self._stopping.is_set():
            assert self._child is not None
            started = time.monotonic()
            code = self._child.wait()
            if self._stopping.is_set():
                return
            pause = self._first_pause if time.monotonic() - started > HEALTHY else pause
            log.error("worker_died", code=code, restart_in=pause)
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            self._spawn()
