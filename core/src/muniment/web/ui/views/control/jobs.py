"""Scheduled jobs: when each ran and runs, how it ended, and running it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.jobs.declarations import Job
from muniment.jobs.models import JobRow
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.views.control.frame import show

blueprint = Blueprint("control_jobs", __name__, url_prefix="/control/jobs")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)


@dataclass(frozen=True)
class JobView:
    """A job with its last run. `runs` says that somebody works on it now, `asked` that it was asked for."""

    name: str
    title: str
    schedule: str
    plugin: str
    next_run: datetime | None
    last_run: datetime | None
    seconds: float | None
    result: str
    error: str
    failures: int
    runs: bool
    asked: bool

    @property
    def reason(self) -> str:
        """The last line of the error."""
        return self.error.strip().splitlines()[-1] if self.error.strip() else ""


@blueprint.get("")
@access("administration")
@session("required")
def jobs() -> Response:
    scheduler = the_repository().jobs
    rows = {row.name: row for row in scheduler.rows()}
    now = the_repository().now()
    found = [_view(job, rows.get(name), scheduler.owners[name], now) for name, job in sorted(scheduler.jobs.items())]
    return show("control/jobs.html", jobs=sorted(found, key=lambda job: not job.error))


@blueprint.post("/<name>/run")
@access("administration")
@session("required")
def run(name: str) -> BaseResponse:
    the_repository().jobs.request_run(name, the_actor())
    return redirect(url_for("control_jobs.jobs", done="asked"), 303)


def _view(job: Job, row: JobRow | None, plugin: str, now: datetime) -> JobView:
    runs = row is not None and row.locked_until is not None and row.locked_until > now
    return JobView(
        name=job.name,
        title=job.title,
        schedule=job.schedule,
        plugin=plugin,
        next_run=row.next_run if row else None,
        last_run=row.last_run if row else None,
        seconds=row.last_seconds if row else None,
        result=(row.last_result or "") if row else "",
        error=(row.last_error or "") if row else "",
        failures=row.failures if row else 0,
        runs=runs,
        asked=row is not None and not runs and row.next_run <= now,
    )
