"""One at a time: whoever switches, upgrades or purges a plugin keeps other operators and processes waiting meanwhile.

What is decided from the state of plugins (what must come along, what depends on it) would else be decided by two people
at once, each without the other's change.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from muniment.errors import Busy

if TYPE_CHECKING:
    from muniment.db.engine import Database

WAIT_SECONDS = 30.0
_PAUSE = 0.05
_KEY = 0x6D756E6B


@contextlib.contextmanager
def one_at_a_time(database: Database, *, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock of this instance; raises `Busy` when somebody else has it for longer than `wait` seconds."""
    with _file(database, wait) if database.is_sqlite else _advisory(database, wait):
        yield


@contextlib.contextmanager
def _file(database: Database, wait: float) -> Iterator[None]:
    """A lock that ends with its process. A file of its own for each holder: locks of one process count as well."""
    path = database.path.with_name(f"{database.path.name}.switching")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _until(lambda: _locked(descriptor), wait)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _advisory(database: Database, wait: float) -> Iterator[None]:
    """A lock that ends with its connection to PostgreSQL."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _until(lambda: bool(connection.execute(select(func.pg_try_advisory_lock(_KEY))).scalar()), wait)
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(_KEY)))


def _until(acquired: Callable[[], bool], wait: float) -> None:
    deadline = time.monotonic() + wait
    while not acquired():
        if time.monotonic() >= deadline:
            raise Busy(
                "Somebody else is switching, upgrading or purging a plugin at this moment. Wait until that has ended, "
                "look at the plugins again, and repeat it."
            )
        time.sleep(_PAUSE)
