"""Wakes the leader from any process, through a named pipe: at once, and without anybody polling."""

from __future__ import annotations

import os
import select
import time
from pathlib import Path
from typing import Final

FALLBACK_SECONDS: Final = 0.03
"""Where the file system knows no pipes the leader looks this often."""


class WakePipe:
    """The leader's end. What arrives while the leader is busy is kept, so no call is lost."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = _open_pipe(path)
        self._poll = select.poll()
        if self._descriptor is not None:
            self._poll.register(self._descriptor, select.POLLIN)

    def wait(self, timeout: float) -> bool:
        """Sleep until `wake` is called somewhere, at most `timeout` seconds; True when woken."""
        if self._descriptor is None:
            time.sleep(min(timeout, FALLBACK_SECONDS))
            return True
        if not self._poll.poll(max(0, int(timeout * 1000))):
            return False
        try:
            os.read(self._descriptor, 4096)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def wake(path: Path) -> None:
    """Call the leader, if there is one."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:  # nobody listens, or there is no pipe yet
        return
    try:
        os.write(descriptor, b"\0")
    except OSError:  # full: the leader has enough reason to wake; broken: it has just gone
        pass
    finally:
        os.close(descriptor)


def _open_pipe(path: Path) -> int | None:
    try:
        if not path.is_fifo():
            path.unlink(missing_ok=True)
            os.mkfifo(path, 0o600)
        # Opened for both, so that it never reports the end when the last caller closes.
        return os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return None
