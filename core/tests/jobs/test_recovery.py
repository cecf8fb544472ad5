"""What a killed worker held is free again as soon as another one looks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import timedelta

from muniment.events.event import RecordPublished
from muniment.events.models import Delivery
from muniment.jobs.models import JobRow
from muniment.jobs.recovery import release_dead_workers
from muniment.plugins.models import ProcessRow


def held_by(repository, worker: str, pid: int, *, host: str | None = None, silent: timedelta = timedelta()) -> None:
    """A worker that has claimed a delivery and a job, and was seen `silent` ago."""
    now = repository.now()
    until = now + timedelta(minutes=5)
    with repository.database.write() as unit:
        unit.session.add(
            ProcessRow(
                id=worker, kind="worker", host=host or socket.gethostname(), pid=pid, generation=1,
                oldest_generation=1, started=now, seen=now - silent,
            )
        )  # fmt: skip
        unit.emit(RecordPublished(1, 2))
        unit.flush_outbox()
        unit._events.clear()
        unit.session.add(
            Delivery(
                event_id=unit.last_event_id, handler=f"test.{worker}", key="record:1", state="pending", attempts=0,
                next_attempt=now, claimed_by=worker, claimed_until=until,
            )
        )  # fmt: skip
        unit.session.add(JobRow(name=f"job.{worker}", next_run=now, locked_by=worker, locked_until=until, failures=0))


def claims(repository) -> set[str | None]:
    with repository.database.read() as session:
        rows = [row.claimed_by for row in session.query(Delivery)] + [row.locked_by for row in session.query(JobRow)]
    return set(rows)


def test_a_worker_whose_process_is_gone_holds_nothing(repository) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    held_by(repository, "dead", ended.pid)
    assert release_dead_workers(repository) == 1
    assert claims(repository) == {None}
    assert release_dead_workers(repository) == 0


def test_a_living_worker_keeps_its_claims(repository) -> None:
    held_by(repository, "alive", os.getpid())
    held_by(repository, "elsewhere", 1, host="another-machine")
    assert release_dead_workers(repository) == 0
    assert claims(repository) == {"alive", "elsewhere"}


def test_a_worker_that_is_silent_for_long_is_taken_for_dead(repository) -> None:
    held_by(repository, "silent", 1, host="another-machine", silent=timedelta(minutes=3))
    assert release_dead_workers(repository) == 1
    assert claims(repository) == {None}
