"""The processes that work on an instance: which generation each serves, and what each says of its plugins."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select

from muniment.errors import Busy
from muniment.hooks.tracing import TRACE, HookTrace, is_wanted
from muniment.plugins.models import ProcessRow

if TYPE_CHECKING:
    from muniment.db.engine import Database
    from muniment.plugins.generation import Generation
    from muniment.repository import Repository

#: A process tells every ten seconds that it is there; one that did not for so long is gone.
GONE_AFTER = timedelta(minutes=1)
_PAUSE = 0.1


@dataclass(frozen=True)
class InProcess:
    """How a plugin that is on stands in one process.

    `process` is ``web 2``, `where` says which that is on the machine. `state` is ``runs``, ``failed``, ``kept out``
    (the environment of that process keeps it from being loaded) or ``not yet`` (the process serves an older
    generation). `error` is the last line of `traceback`.
    """

    process: str
    where: str
    state: Literal["runs", "failed", "kept out", "not yet"]
    version: str = ""
    error: str = ""
    traceback: str = ""


def told_by(repository: Repository, refused: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the process of this repository tells about itself, as columns of its row.

    `refused` are failures of a newer generation that it did not take.
    """
    trace = repository.resources.get(TRACE, HookTrace) if is_wanted(repository.environ) else None
    return {
        "software": software_of(repository.generation),
        "plugins": repository.generation.names,
        "failures": {**repository.generation.failures, **(refused or {})},
        "hooks": trace.to_dict() if trace is not None else None,
    }


def numbered(processes: Iterable[ProcessRow]) -> Iterator[tuple[str, ProcessRow]]:
    """Processes with names that people can tell apart: ``web 1``, ``web 2``, ``worker 1``."""
    counts: Counter[str] = Counter()
    for process in processes:
        counts[process.kind] += 1
        yield f"{process.kind} {counts[process.kind]}", process


def in_processes(name: str, on: bool, processes: Iterable[ProcessRow], newest: int) -> Iterator[InProcess]:
    """How a plugin stands in each process; for one that is not on, only where it runs or failed all the same."""
    for label, process in numbered(processes):
        where = f"process {process.pid} on {process.host}"
        version = (process.software or {}).get(name, "").partition(" ")[0]
        trace = (process.failures or {}).get(name, "").strip()
        if trace:
            yield InProcess(label, where, "failed", version, trace.splitlines()[-1], trace)
        elif name in (process.plugins or ()):
            yield InProcess(label, where, "runs", version)
        elif on and process.plugins is not None:
            yield InProcess(label, where, "not yet" if process.generation < newest else "kept out")


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
