"""The worker process: spreads and delivers events, runs jobs, follows switches of plugins."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from muniment.errors import Busy, MunimentError
from muniment.hooks.caller import PluginFailure
from muniment.jobs.recovery import WORKER_ID, release_dead_workers
from muniment.plugins.models import ProcessRow
from muniment.plugins.processes import told_by
from muniment.plugins.state import read_generation

if TYPE_CHECKING:
    from muniment.repository import Repository

log = structlog.get_logger(__name__)

PAUSE = 0.25
JOBS_EVERY = 5.0
SEEN_EVERY = 10.0
DELIVERIES_PER_ROUND = 20
INDEX_FIRST = 0.1
"""So many seconds of a round deliveries wait altogether while this process writes the search index. Those who publish
wait for the index; one that is always busy, or that hangs, holds up nobody for longer."""
SWITCH_INTERVAL = 0.0005
"""After so many seconds a thread that computes lets another one compute. Writing the index takes a dozen turns, for it
reads from the database in between, and each would wait for Python's 5 ms beside a delivery that computes."""


class Worker:
    """One worker of an instance. It checks for a newer generation before each round of work."""

    def __init__(self, repository: Repository, *, parent: int | None = None) -> None:
        self.repository = repository
        self.id: str = repository.resources.get(WORKER_ID, lambda: uuid.uuid4().hex)
        self.parent = parent
        self.started = repository.now()
        self._stop = threading.Event()
        self._next_jobs = 0.0
        self._next_seen = 0.0
        self._next_check = 0.0
        self._tried = repository.generation.number

    def run(self, ready: Callable[[], object] | None = None) -> None:
        """Work until SIGTERM or SIGINT; what is being delivered is finished first. `ready` is called when it begins."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_INTERVAL)
        self.repository.search.start()
        log.info("worker_started", pid=os.getpid(), generation=self.repository.generation.number)
        if ready is not None:
            ready()
        try:
            while not self._stop.is_set() and not self._orphaned():
                if not self._round():
                    self._stop.wait(PAUSE)
        finally:
            sys.setswitchinterval(before)
            self._leave()
            self.repository.close()

    def run_once(self) -> None:
        """Do everything that is due now, and return."""
        self.repository.deliveries.run_until_idle()
        self.repository.jobs.run_due()
        self.repository.deliveries.run_until_idle()

    def stop(self) -> None:
        self._stop.set()

    def _orphaned(self) -> bool:
        """Whether the server that started this worker was killed, so that nobody would ever stop it."""
        return self.parent is not None and os.getppid() != self.parent

    def _on_signal(self, _number: int, _frame: Any) -> None:
        self.stop()

    def _round(self) -> int:
        """One round; returns how much was done. A database that is away for a while is waited for."""
        try:
            self._follow_generation()
            self._tell_seen()
            if self.repository.read_only:
                return 0
            done = self.repository.deliveries.spread() + self._deliver()
            return done + self._run_job()
        except (Busy, SQLAlchemyError) as error:
            log.warning("worker_waits", error=type(error).__name__)
            self._stop.wait(2.0)
            return 0

    def _deliver(self) -> int:
        """Deliver some of what is due, one by one so that neither a stop nor a switch of plugins need wait for all."""
        done, patience = 0, INDEX_FIRST
        while done < DELIVERIES_PER_ROUND and not self._stop.is_set():
            started = time.monotonic()
            self.repository.search.let_follow(patience)
            patience = max(0.0, patience - (time.monotonic() - started))
            if not self.repository.deliveries.deliver_due(limit=1):
                break
            done += 1
            if time.monotonic() >= self._next_check:
                break
        return done

    def _run_job(self) -> int:
        """Run one job that is due; the next one belongs to the next round. Returns 0 when none is."""
        if self._stop.is_set() or time.monotonic() < self._next_jobs:
            return 0
        ran = self.repository.jobs.run_due(limit=1)
        if not ran:
            self._next_jobs = time.monotonic() + JOBS_EVERY
        return ran

    def _follow_generation(self) -> None:
        """Take the newest set of plugins; when it cannot be built, this one goes on."""
        if time.monotonic() < self._next_check:
            return
        self._next_check = time.monotonic() + 1.0
        newest = read_generation(self.repository.database)
        if newest == self._tried:
            return
        self._tried = newest
        try:
            self.repository = self.repository.successor()
        except (Busy, SQLAlchemyError):
            # The database is away for a moment: the next look tries again.
            self._tried = self.repository.generation.number
            raise
        except (MunimentError, PluginFailure) as error:
            log.error("generation_kept", serving=self.repository.generation.number, error=str(error))
            return
        self.repository.search.start()  # from now on what this generation makes of records is indexed
        log.info("generation_swapped", generation=self.repository.generation.number)
        self._next_seen = 0.0

    def _tell_seen(self) -> None:
        if time.monotonic() < self._next_seen:
            return
        self._next_seen = time.monotonic() + SEEN_EVERY
        number = self.repository.generation.number
        release_dead_workers(self.repository)
        with self.repository.database.write() as unit:
            unit.session.merge(
                ProcessRow(
                    id=self.id,
                    kind="worker",
                    host=socket.gethostname(),
                    pid=os.getpid(),
                    generation=number,
                    oldest_generation=number,
                    started=self.started,
                    seen=unit.now,
                    **told_by(self.repository),
                )
            )

    def _leave(self) -> None:
        try:
            with self.repository.database.write() as unit:
                unit.session.execute(delete(ProcessRow).where(ProcessRow.id == self.id))
        except (Busy, SQLAlchemyError):
            log.warning("worker_row_left", id=self.id)
