"""Who runs an instance: one `muniment run` at a time, and with SQLite only processes of one machine."""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path
from typing import IO

import orjson

from muniment.errors import ConfigurationError
from muniment.settings.instance import Instance


class RunLock:
    """Held by `muniment run` as long as it serves. The file tells others host and process."""

    def __init__(self, instance: Instance) -> None:
        self.path = instance.var / "run.lock"
        self._file: IO[bytes] | None = None

    def acquire(self) -> None:
        """Take the lock; raises `ConfigurationError` that names the host and pid of who holds it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            holder = holder_of(self.path)
            raise ConfigurationError(
                f"This instance is served already, by process {holder.get('pid', '?')} on host "
                f"{holder.get('host', '?')}. Stop it first; `muniment worker` and other commands can run beside it."
            ) from None
        file.truncate(0)
        file.write(orjson.dumps({"host": socket.gethostname(), "pid": os.getpid()}))
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None


def holder_of(path: Path) -> dict[str, object]:
    """What the lock file says about its holder; empty when nobody holds it."""
    try:
        found = orjson.loads(path.read_bytes() or b"{}")
    except (OSError, orjson.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def refuse_other_host(instance: Instance) -> None:
    """Raise `ConfigurationError` when another machine serves this instance: SQLite's locks end at one machine."""
    holder = holder_of(instance.var / "run.lock")
    host = holder.get("host")
    if host and host != socket.gethostname():
        raise ConfigurationError(
            f"This instance uses SQLite and is served by process {holder.get('pid', '?')} on host {host}. Work on it "
            f"from there. If that machine is gone, remove {instance.var / 'run.lock'}."
        )
