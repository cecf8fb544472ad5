"""The processes that work on an instance: which generation each serves, and which versions of plugins it runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from muniment.errors import Busy
from muniment.plugins.models import ProcessRow

if TYPE_CHECKING:
    from muniment.db.engine import Database
    from muniment.plugins.generation import Generation

#: A process tells every ten seconds that it is there; one that did not for so long is gone.
GONE_AFTER = timedelta(minutes=1)
_PAUSE = 0.1


def software_of(generation: Generation) -> dict[str, str]:
    """What a process that serves this generation has in memory, for its row."""
    return {plugin.name: plugin.installed.stamp for plugin in generation.plugins if plugin.installed.stamp}


def living_processes(database: Database) -> list[ProcessRow]:
    """The web and worker processes that were seen a moment ago."""
    with database.read() as session:
        since = database.now() - GONE_AFTER
        statement = select(ProcessRow).where(ProcessRow.seen > since).order_by(ProcessRow.kind, ProcessRow.started)
        return list(session.execute(statement).scalars())


def described(process: ProcessRow) -> str:
    """A process in words: ``web process 4711 on host a``."""
    return f"{process.kind} process {process.pid} on {process.host}"


def with_other_software(processes: Iterable[ProcessRow], on_disk: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """For each plugin the processes that run something else than what is installed."""
    found: dict[str, tuple[str, ...]] = {}
    for process in processes:
        for name, stamp in (process.software or {}).items():
            if on_disk.get(name) != stamp:
                found[name] = (*found.get(name, ()), described(process))
    return found


def wait_until_past(
    database: Database, generation: int, *, wait: float, sleep: Callable[[float], object] = time.sleep
) -> None:
    """Return once every process serves `generation` or a newer one and has no request of an older one.

    Raises `Busy` that names those which do not within `wait` seconds.
    """
    deadline = time.monotonic() + wait
    while behind := [row for row in living_processes(database) if row.oldest_generation < generation]:
        if time.monotonic() >= deadline:
            named = ", ".join(f"{described(row)} (generation {row.oldest_generation})" for row in behind)
            raise Busy(
                f"These still work with plugins as they were before: {named}. Wait until their requests have ended, or "
                "restart the site, and repeat it. Nothing was changed."
            )
        sleep(_PAUSE)
