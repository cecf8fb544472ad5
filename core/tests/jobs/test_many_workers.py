"""Many workers at once, each with its own connections as in processes of their own: nothing twice, nothing lost."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, func, select

from muniment.access.actor import SYSTEM
from muniment.db.engine import Database
from muniment.events.models import Delivery
from muniment.events.outbox import LogEntry, Outbox
from muniment.jobs.declarations import Job
from muniment.jobs.deliveries import DeliveryService
from muniment.jobs.models import JobRow, LogPosition
from muniment.jobs.scheduler import Scheduler
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins


def workers(repository: Repository, count: int) -> list[Repository]:
    """Repositories on the same instance with databases of their own."""
    found = []
    for _ in range(count):
        database = Database(repository.database.url.render_as_string(hide_password=False))
        database.outbox = Outbox(database)
        database.now = repository.database.now
        found.append(Repository(repository.instance, database=database, environ={}))
    return found


def at_once(*functions: Callable[[], object]) -> None:
    errors: list[BaseException] = []
    meeting = threading.Barrier(len(functions))

    def run(function: Callable[[], object]) -> None:
        try:
            meeting.wait(30)
            function()
        except BaseException as error:
            errors.append(error)
            raise

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors


def test_no_delivery_is_made_by_two_workers_and_each_key_keeps_its_order(
    handling: Any, handler: Any, emit: Any
) -> None:
    gate, inside, together = threading.Lock(), Counter[str](), []

    def act(entry: LogEntry) -> None:
        with gate:
            inside[entry.key] += 1
            together.append(inside[entry.key])
        time.sleep(0.002)
        with gate:
            inside[entry.key] -= 1

    handler.act = act
    repository = handling()
    emit(*(f"{what}{number}" for number in range(1, 9) for what in "abcd"))
    found = workers(repository, 3)

    def work(own: Repository) -> Callable[[], None]:
        service = DeliveryService(own)

        def deliver() -> None:
            deadline = time.monotonic() + 30
            while len(handler.seen) < 32 and time.monotonic() < deadline:
                service.spread()
                service.deliver_due(limit=5)

        return deliver

    at_once(*map(work, found))
    for own in found:
        own.database.dispose()
    assert set(together) == {1}
    assert Counter(handler.seen).most_common(1)[0][1] == 1
    for what in "abcd":
        assert [text for text in handler.seen if text[0] == what] == [f"{what}{number}" for number in range(1, 9)]


def test_the_first_workers_of_a_new_instance_agree(handling: Any, handler: Any, emit: Any) -> None:
    """Nobody has read the log yet, and no job is planned: both rows are made by whoever comes first."""
    repository = handling()
    with repository.database.write() as unit:
        for table in (LogPosition, JobRow, Delivery):
            unit.session.execute(delete(table))
    found = workers(repository, 4)
    at_once(*(own.deliveries.spread for own in found), *(own.jobs.run_due for own in found))
    for own in found:
        own.database.dispose()
    assert {row.name for row in repository.jobs.rows()} == set(repository.jobs.jobs)
    with repository.database.read() as session:
        twice = session.execute(
            select(Delivery.event_id, Delivery.handler)
            .group_by(Delivery.event_id, Delivery.handler)
            .having(func.count() > 1)
        ).all()
    assert twice == []


def test_a_job_that_is_due_runs_in_one_process(repository: Repository, fake_plugin: FakePlugins, clock: Any) -> None:
    ran: list[int] = []

    def run(_repository: Repository) -> str:
        ran.append(1)
        return "done"

    job = Job("probe.job", "0 3 * * *", run)
    fake_plugin("probe", register_jobs=[job])
    repository.plugins.enable("probe", SYSTEM)
    found = workers(repository, 3)
    schedulers = [Scheduler(own) for own in found]
    for scheduler in schedulers:
        scheduler.jobs = {"probe.job": job}
    schedulers[0].run_due()
    clock.advance(days=2)
    at_once(*(scheduler.run_due for scheduler in schedulers))
    for own in found:
        own.database.dispose()
    assert ran == [1]
