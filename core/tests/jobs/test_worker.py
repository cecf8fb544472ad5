"""The worker: what one round does, how it follows switches of plugins, when it ends."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from muniment.access.actor import SYSTEM
from muniment.db.revisions import current_revisions
from muniment.errors import ConfigurationError
from muniment.jobs.declarations import EventHandler, Job
from muniment.jobs.models import JobRow
from muniment.jobs.worker import INDEX_FIRST, SWITCH_INTERVAL, Worker
from muniment.plugins.models import ProcessRow
from muniment.plugins.state import next_generation
from muniment.repository import Repository


@pytest.fixture
def worker(open_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch) -> Worker:
    """A worker on the test's instance that leaves the signals of the test's process alone."""
    monkeypatch.setattr("signal.signal", lambda *_: None)
    return Worker(open_repository())


@contextmanager
def at_work(worker: Worker) -> Iterator[Worker]:
    """The worker at work in a thread of its own."""
    ready = threading.Event()
    thread = threading.Thread(target=worker.run, kwargs={"ready": ready.set})
    thread.start()
    try:
        assert ready.wait(30)
        yield worker
    finally:
        worker.stop()
        thread.join(30)
    assert not thread.is_alive()


@pytest.fixture
def running(worker: Worker) -> Iterator[Worker]:
    with at_work(worker):
        yield worker


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_once_does_what_is_due(worker: Worker, repository: Repository, mailbox: Path) -> None:
    repository.users.invite("marie@example.org")
    worker.run_once()
    assert len(list(mailbox.glob("*.eml"))) == 1
    assert repository.deliveries.rows() == []
    assert {row.name for row in repository.jobs.rows()} == set(repository.jobs.jobs)


def test_events_are_delivered_as_they_come(running: Worker, repository: Repository, mailbox: Path) -> None:
    repository.users.invite("marie@example.org")
    wait_for(lambda: list(mailbox.glob("*.eml")))


def test_the_index_goes_first_but_not_for_long(
    worker: Worker, repository: Repository, mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def always_busy(seconds: float) -> None:
        asked.append(seconds)
        time.sleep(seconds)

    monkeypatch.setattr(worker.repository.search, "let_follow", always_busy)
    for name in ("marie", "pierre", "irene"):
        repository.users.invite(f"{name}@example.org")
    worker._next_check = time.monotonic() + 600  # a slow machine would look for another generation meanwhile
    while worker._round():
        pass
    assert len(list(mailbox.glob("*.eml"))) == 3
    assert asked[:3] == [INDEX_FIRST, 0.0, 0.0]


def test_threads_take_turns_faster_while_it_works(worker: Worker) -> None:
    before = sys.getswitchinterval()
    with at_work(worker):
        assert sys.getswitchinterval() == pytest.approx(SWITCH_INTERVAL)
    assert sys.getswitchinterval() == before


def test_it_tells_that_it_is_there_and_leaves_no_row(worker: Worker, repository: Repository) -> None:
    ready = threading.Event()
    thread = threading.Thread(target=worker.run, kwargs={"ready": ready.set})
    thread.start()
    assert ready.wait(30)

    def rows() -> list[tuple[str, int]]:
        with repository.database.read() as session:
            return [(row.kind, row.pid) for row in session.execute(select(ProcessRow)).scalars()]

    wait_for(lambda: rows() == [("worker", os.getpid())])
    worker.stop()
    thread.join(30)
    assert rows() == []


def test_it_follows_switches(running: Worker, repository: Repository) -> None:
    assert "datacite" not in running.repository.generation.names
    repository.plugins.enable("datacite", SYSTEM)
    wait_for(lambda: "datacite" in running.repository.generation.names)
    repository.plugins.disable("datacite", SYSTEM)
    wait_for(lambda: "datacite" not in running.repository.generation.names)


@pytest.mark.parametrize("due", ["deliveries", "jobs"])
def test_a_switch_does_not_wait_for_all_that_is_due(
    worker: Worker, repository: Repository, monkeypatch: pytest.MonkeyPatch, due: str
) -> None:
    done = []

    def slow(*_arguments: object) -> str:
        done.append(due)
        if len(done) == 1:
            repository.plugins.enable("datacite", SYSTEM)
        time.sleep(1.1)  # longer than between two looks for another set of plugins
        return ""

    if due == "deliveries":
        handlers = worker.repository.deliveries.handlers
        for name, handler in list(handlers.items()):
            monkeypatch.setitem(handlers, name, EventHandler(handler.name, handler.events, slow))
        for name in ("marie", "pierre", "irene"):
            repository.users.invite(f"{name}@example.org")
    else:
        monkeypatch.setattr(worker.repository.jobs, "jobs", {n: Job(n, "0 3 * * *", slow) for n in ("a", "b", "c")})
        with repository.database.write() as unit:
            unit.session.add_all(JobRow(name=name, next_run=unit.now, failures=0) for name in ("a", "b", "c"))
    with at_work(worker):
        wait_for(lambda: "datacite" in worker.repository.generation.names)
    assert len(done) == 1


def test_it_goes_on_when_the_next_generation_cannot_be_built(
    running: Worker, repository: Repository, mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = threading.Event()

    def successor(_self: Repository) -> Repository:
        tried.set()
        raise ConfigurationError("[plugin.datacite]: prefix: wrong")

    monkeypatch.setattr(Repository, "successor", successor)
    before = running.repository.generation.number
    with repository.database.write() as unit:
        next_generation(unit.session)
    assert tried.wait(30)
    repository.users.invite("marie@example.org")
    wait_for(lambda: list(mailbox.glob("*.eml")))
    assert running.repository.generation.number == before


def test_a_database_that_is_away_while_it_follows_is_asked_again(
    worker: Worker, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a plugin nor the switch is to blame."""
    away = []

    def revisions(*arguments: Any) -> Any:
        if not away and threading.current_thread() is not threading.main_thread():
            away.append(True)
            raise OperationalError("select", {}, Exception("the connection is gone"))
        return current_revisions(*arguments)

    monkeypatch.setattr("muniment.plugins.generation.current_revisions", revisions)
    with at_work(worker):
        repository.plugins.enable("datacite", SYSTEM)
        wait_for(lambda: "datacite" in worker.repository.generation.names)
    assert away
    assert not worker.repository.generation.failures


def test_it_ends_when_the_server_that_started_it_is_gone(worker: Worker) -> None:
    worker.parent = 1 if os.getppid() != 1 else 2
    thread = threading.Thread(target=worker.run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()


def test_a_stop_waits_for_one_delivery_only(
    running: Worker, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, go_on = threading.Event(), threading.Event()
    delivered = []

    def slow(_repository: Repository, entry: object) -> None:
        started.set()
        go_on.wait(30)
        delivered.append(entry)

    handlers = running.repository.deliveries.handlers
    for name, handler in list(handlers.items()):
        monkeypatch.setitem(handlers, name, EventHandler(handler.name, handler.events, slow))
    for name in ("marie", "pierre", "irene"):
        repository.users.invite(f"{name}@example.org")
    assert started.wait(30)
    running.stop()
    go_on.set()
    wait_for(lambda: delivered)
    time.sleep(0.2)
    assert len(delivered) == 1


def test_nothing_is_delivered_while_the_site_is_read_only(
    worker: Worker, repository: Repository, mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.users.invite("marie@example.org")
    looked = threading.Event()

    def read_only(_self: Repository) -> bool:
        looked.set()
        return True

    with monkeypatch.context() as patch:
        patch.setattr(Repository, "read_only", property(read_only))
        thread = threading.Thread(target=worker.run)
        thread.start()
        assert looked.wait(30)
        looked.clear()
        assert looked.wait(30)  # a second round
        worker.stop()
        thread.join(30)
    assert list(mailbox.glob("*.eml")) == []
    repository.deliveries.run_until_idle()
    assert len(list(mailbox.glob("*.eml"))) == 1
