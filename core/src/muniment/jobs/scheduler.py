"""Runs scheduled jobs: one process at a time for each, by rows with a lock and a time limit."""

from __future__ import annotations

import time
import traceback
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from cronsim import CronSim
from sqlalchemy import select

from muniment.access.actor import Actor
from muniment.db.inserting import insert_missing
from muniment.errors import NotFound, PermissionDenied
from muniment.jobs.declarations import Job
from muniment.jobs.models import JobRow
from muniment.jobs.recovery import WORKER_ID
from muniment.users.roles import ADMINISTRATION

if TYPE_CHECKING:
    from muniment.repository import Repository

log = structlog.get_logger(__name__)


class Scheduler:
    """The scheduled jobs of one generation."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database
        offered = repository.hooks.contributions("register_jobs")
        self.jobs: dict[str, Job] = {item.value.name: item.value for item in offered}
        #: The plugin that each job comes from.
        self.owners: dict[str, str] = {item.value.name: item.plugin for item in offered}
        self.worker: str = repository.resources.get(WORKER_ID, lambda: uuid.uuid4().hex)

    def next_run(self, job: Job, after: datetime) -> datetime:
        """The next moment of the job's cron expression, which counts in the site's time zone."""
        local = after.astimezone(self.repository.config.site.zone)
        return next(CronSim(job.schedule, local)).astimezone(UTC)

    def run_due(self, limit: int | None = None) -> int:
        """Run the jobs whose time has come, those that have waited longest first; returns how many ran."""
        ran = 0
        for name in self._due():
            if ran == limit:
                break
            planned = self._lock(name)
            if planned is not None:
                self._run(self.jobs[name], planned)
                ran += 1
        return ran

    def run_now(self, name: str) -> str:
        """Run one job at once and return its result; raises what the job raises."""
        if name not in self.jobs:
            raise NotFound(f"There is no job named '{name}'. Known are: {', '.join(sorted(self.jobs))}.")
        return self.jobs[name].function(self.repository)

    def request_run(self, name: str, actor: Actor) -> None:
        """Have a worker run one job within seconds; while it runs already, it runs again afterwards.

        Raises `PermissionDenied` unless `actor` may administrate the site, and `NotFound`.
        """
        if not actor.can(ADMINISTRATION):
            raise PermissionDenied()
        if name not in self.jobs:
            raise NotFound(f"There is no job named '{name}'.")
        with self.database.write() as unit:
            insert_missing(unit.session, JobRow, name=name, next_run=unit.now, failures=0)
            row = unit.session.get_one(JobRow, name, with_for_update=True)
            row.next_run = unit.now
            unit.audit("job.requested", f"job:{name}", actor)

    def rows(self) -> list[JobRow]:
        with self.database.read() as session:
            return list(session.execute(select(JobRow).order_by(JobRow.name)).scalars())

    def _due(self) -> list[str]:
        now = self.repository.now()
        with self.database.read() as session:
            rows = {row.name: row for row in session.execute(select(JobRow).order_by(JobRow.next_run)).scalars()}
        missing = [job for name, job in self.jobs.items() if name not in rows]
        if missing:
            self._plan(missing)
        return [
            name
            for name, row in rows.items()
            if name in self.jobs and row.next_run <= now and (row.locked_until is None or row.locked_until < now)
        ]

    def _plan(self, jobs: list[Job]) -> None:
        with self.database.write() as unit:
            for job in jobs:
                planned = self.next_run(job, unit.now)
                insert_missing(unit.session, JobRow, name=job.name, next_run=planned, failures=0)

    def _lock(self, name: str) -> datetime | None:
        """Take a job that is due; returns the moment for which the run was planned, None when others have it."""
        with self.database.write() as unit:
            row = unit.session.get(JobRow, name, with_for_update=True)
            if row is None or row.next_run > unit.now or (row.locked_until and row.locked_until > unit.now):
                return None
            row.locked_by, row.locked_until = self.worker, unit.now + self.jobs[name].timeout
            return row.next_run

    def _run(self, job: Job, planned: datetime) -> None:
        started = time.monotonic()
        result, error = None, None
        try:
            result = str(job.function(self.repository) or "")
        except Exception:
            error = traceback.format_exc(limit=20)
            log.exception("job_failed", job=job.name)
        with self.database.write() as unit:
            row = unit.session.get(JobRow, job.name)
            if row is None or row.locked_by != self.worker:
                return
            row.locked_by = row.locked_until = None
            row.last_run, row.last_seconds = unit.now, round(time.monotonic() - started, 3)
            row.last_result, row.last_error = (result or "")[:400] or None, error
            row.failures = row.failures + 1 if error else 0
            if row.next_run == planned:  # else somebody asked for another run meanwhile
                row.next_run = self.next_run(job, unit.now)
