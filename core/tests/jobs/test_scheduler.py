"""Scheduled jobs: planned in the site's time zone, run once by whoever has the lock, failures kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from muniment.access.actor import SYSTEM, person
from muniment.errors import NotFound, PermissionDenied
from muniment.jobs.declarations import Job
from muniment.jobs.models import JobRow
from muniment.jobs.scheduler import Scheduler
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins


@pytest.fixture
def scheduling(repository: Repository, fake_plugin: FakePlugins, clock: Any) -> Callable[..., Scheduler]:
    """A scheduler with the given jobs only, planned already."""

    def make(*jobs: Job) -> Scheduler:
        fake_plugin("probe", register_jobs=list(jobs))
        repository.plugins.enable("probe", SYSTEM)
        scheduler = Scheduler(repository.successor())
        scheduler.jobs = {job.name: job for job in jobs}
        assert scheduler.run_due() == 0
        return scheduler

    return make


def row(scheduler: Scheduler, name: str = "probe.job") -> JobRow:
    return next(found for found in scheduler.rows() if found.name == name)


def job(function: Callable[[Repository], Any], name: str = "probe.job", **options: Any) -> Job:
    return Job(name, "0 3 * * *", function, **options)


# Planning -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "after", "expected"),
    [
        ("UTC", "2026-05-14T12:00", "2026-05-15T03:00"),
        ("Europe/Berlin", "2026-01-14T12:00", "2026-01-15T02:00"),
        ("Europe/Berlin", "2026-07-14T12:00", "2026-07-15T01:00"),
        ("Asia/Kathmandu", "2026-07-14T12:00", "2026-07-14T21:15"),
        ("Europe/Berlin", "2026-03-28T12:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-24T12:00", "2026-10-25T02:00"),
    ],
)
def test_schedules_count_in_the_sites_time_zone(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, zone: str, after: str, expected: str
) -> None:
    import dataclasses

    site = dataclasses.replace(repository.config.site, timezone=zone)
    monkeypatch.setattr(repository, "config", dataclasses.replace(repository.config, site=site))
    found = repository.jobs.next_run(job(lambda repository: ""), datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_new_job_is_planned_and_waits_for_its_time(scheduling: Any, clock: Any) -> None:
    ran: list[int] = []
    scheduler = scheduling(job(lambda repository: ran.append(1)))
    assert scheduler.run_due() == 0
    planned = row(scheduler).next_run
    assert planned > clock()
    clock.moment = planned
    assert scheduler.run_due() == 1
    assert scheduler.run_due() == 0
    assert ran == [1]
    assert row(scheduler).next_run == planned + timedelta(days=1)


@pytest.mark.parametrize("schedule", ["every night", "", "61 * * * *", "* * *"])
def test_what_is_no_schedule_is_refused(schedule: str) -> None:
    with pytest.raises(ValueError, match=r"job 'probe\.job'.*cron"):
        Job("probe.job", schedule, lambda repository: "")


def test_a_job_needs_time() -> None:
    with pytest.raises(ValueError, match="timeout must be greater than 0"):
        job(lambda repository: "", timeout=timedelta())


# Results --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "kept"), [("3 files removed", "3 files removed"), (None, None), (7, "7"), ("x" * 1000, "x" * 400)]
)
def test_the_result_is_kept_in_short(scheduling: Any, clock: Any, result: Any, kept: str | None) -> None:
    scheduler = scheduling(job(lambda repository: result))
    clock.advance(days=1)
    scheduler.run_due()
    found = row(scheduler)
    assert (found.last_result, found.last_error, found.failures) == (kept, None, 0)
    assert found.last_run == clock()
    assert found.last_seconds is not None
    assert found.locked_by is None


def test_a_failure_is_kept_counted_and_forgotten_after_a_success(scheduling: Any, clock: Any) -> None:
    outcome: list[Exception] = [ValueError("broken on purpose")]

    def run(_repository: Repository) -> str:
        if outcome:
            raise outcome[0]
        return "fine"

    scheduler = scheduling(job(run))
    for times in (1, 2):
        clock.advance(days=1)
        scheduler.run_due()
        found = row(scheduler)
        assert found.failures == times
        assert found.last_error is not None
        assert "ValueError: broken on purpose" in found.last_error
        assert found.next_run > clock()
    outcome.clear()
    clock.advance(days=1)
    scheduler.run_due()
    assert (row(scheduler).failures, row(scheduler).last_error, row(scheduler).last_result) == (0, None, "fine")


def test_a_job_that_fails_keeps_no_other_from_running(scheduling: Any, clock: Any) -> None:
    def fail(_repository: Repository) -> str:
        raise ValueError("broken on purpose")

    ran: list[int] = []
    scheduler = scheduling(job(fail, "a.job"), job(lambda repository: ran.append(1), "b.job"))
    clock.advance(days=1)
    assert scheduler.run_due() == 2
    assert ran == [1]


# Locks ----------------------------------------------------------------------------------------------------------------


def test_a_running_job_is_left_to_its_worker_until_its_time_is_up(scheduling: Any, clock: Any) -> None:
    began: list[int] = []

    def run(_repository: Repository) -> str:
        began.append(1)
        if len(began) == 1:
            clock.advance(minutes=9)
            assert other.run_due() == 0
            clock.advance(minutes=2)
            assert other.run_due() == 1
            return "late"
        return "in time"

    scheduler = scheduling(job(run, timeout=timedelta(minutes=10)))
    other = Scheduler(scheduler.repository)
    other.jobs = scheduler.jobs
    clock.advance(days=1)
    scheduler.run_due()
    assert len(began) == 2
    assert row(scheduler).last_result == "in time"


def test_jobs_of_a_plugin_that_is_switched_off_do_not_run(scheduling: Any, clock: Any, repository: Repository) -> None:
    ran: list[int] = []
    scheduling(job(lambda repository: ran.append(1)))
    repository.plugins.disable("probe", SYSTEM)
    clock.advance(days=1)
    without = repository.successor().jobs
    assert "probe.job" not in without.jobs
    without.run_due()
    assert ran == []


# At once --------------------------------------------------------------------------------------------------------------


@pytest.mark.hook("register_jobs")
def test_operators_run_a_job_at_once_and_see_what_it_says(repository: Repository, fake_plugin: FakePlugins) -> None:
    fake_plugin("probe", register_jobs=[job(lambda repository: "done")])
    repository.plugins.enable("probe", SYSTEM)
    assert repository.successor().jobs.run_now("probe.job") == "done"


def test_operators_see_what_a_job_raises(scheduling: Any) -> None:
    def fail(_repository: Repository) -> str:
        raise ValueError("broken on purpose")

    with pytest.raises(ValueError, match="broken on purpose"):
        scheduling(job(fail)).run_now("probe.job")


# Asked for ------------------------------------------------------------------------------------------------------------


def test_a_job_that_is_asked_for_while_it_runs_runs_again(scheduling: Callable[..., Scheduler], clock: Any) -> None:
    runs = []

    def work(_repository: Repository) -> str:
        runs.append(len(runs))
        clock.advance(seconds=5)
        if len(runs) == 1:
            scheduler.request_run("probe.job", SYSTEM)
        return "done"

    scheduler = scheduling(job(work))
    scheduler.request_run("probe.job", SYSTEM)
    assert scheduler.run_due() == 1
    assert scheduler.run_due() == 1
    assert scheduler.run_due() == 0
    assert runs == [0, 1]


def test_only_administrators_ask(scheduling: Callable[..., Scheduler]) -> None:
    scheduler = scheduling(job(lambda _repository: "done"))
    with pytest.raises(PermissionDenied):
        scheduler.request_run("probe.job", person(7))
    with pytest.raises(NotFound):
        scheduler.request_run("probe.other", SYSTEM)
    assert scheduler.run_due() == 0
