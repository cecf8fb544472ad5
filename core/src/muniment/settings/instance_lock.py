"""Who runs an instance: one `muniment run` at a time, and with SQLite only processes of one machine."""

from __future__ import annotations

import fcntl
import os
import socket
import weakref
from pathlib import Path
from typing import IO, Any

import orjson

from muniment.errors import ConfigurationError
from muniment.settings.instance import Instance

_locks: weakref.WeakSet[RunLock] = weakref.WeakSet()
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class RunLock:
    """Held by `muniment run` as long as it serves. The file tells others host and process, and the site's address."""

    def __init__(self, instance: Instance) -> None:
        self.path = lock_path(instance)
        self.url = instance.config.site.url
        self._file: IO[bytes] | None = None
        _locks.add(self)

    def acquire(self) -> None:
        """Take the lock; raises `ConfigurationError` that names the host and pid of who holds it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise ConfigurationError(
                f"This instance is served already, by {_named(holder_of(self.path))}. Stop it first; `muniment worker` "
                "and other commands can run beside it."
            ) from None
        file.truncate(0)
        holder = {"host": socket.gethostname(), "pid": os.getpid(), "boot": _boot(), "url": self.url}
        file.write(orjson.dumps(holder))
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None

    def _leave_to_parent(self) -> None:
        """The lock is the parent's: it ends with it, whatever a child outlives."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _leave_locks_to_parent() -> None:
    for lock in _locks:
        lock._leave_to_parent()


os.register_at_fork(after_in_child=_leave_locks_to_parent)


def lock_path(instance: Instance) -> Path:
    return instance.var / "run.lock"


def holder_of(path: Path) -> dict[str, Any]:
    """What the lock file says about its holder, who may have been killed; empty when it says nothing."""
    try:
        found = orjson.loads(path.read_bytes() or b"{}")
    except (OSError, orjson.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def serving_process(instance: Instance) -> dict[str, Any] | None:
    """Host, pid and address of the `muniment run` that serves this instance on this machine now, or None."""
    path = lock_path(instance)
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return holder_of(path)
    return None


def refuse_other_host(instance: Instance) -> None:
    """Raise `ConfigurationError` when another machine serves this instance: the locks of SQLite and of the search index
    end at one machine.

    A container that was killed and came back under another name is the same machine while that has not been restarted.
    """
    path = lock_path(instance)
    holder = holder_of(path)
    if holder.get("host") in (None, socket.gethostname()) or (_boot() and holder.get("boot") == _boot()):
        return
    raise ConfigurationError(
        f"This instance is served by {_named(holder)}; its files can be used from one machine only. Work on it from "
        f"there. If that machine is gone, remove {path}."
    )


def _named(holder: dict[str, Any]) -> str:
    return f"process {holder.get('pid', '?')} on host {holder.get('host', '?')}"


def _boot() -> str:
    """What tells this start of this machine from all others; empty where the system does not say."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
