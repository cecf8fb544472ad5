"""Plugins are switched under load: every web and worker process follows, and no request fails (DESIGN §6, rule 8)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from muniment.access.actor import SYSTEM
from muniment.errors import Busy, Conflict
from muniment.repository import Repository
from muniment.settings.instance import Instance
from tests.chaos.depositor import Depositor, Promises
from tests.chaos.following import Reader, seconds_until_all_follow
from tests.deployment import Deployment

WORKERS = 2
PATHS = ("/", "/search", "/api/records", "/healthz", "/api/openapi.json")

HELLO = """
from flask import Blueprint
from muniment.api import BlueprintSpec, access, implements, session

blueprint = Blueprint("hello", __name__, url_prefix="/hello")


@blueprint.get("/say")
@access("public")
@session("none")
def hello():
    return "hello"


class Plugin:
    @implements
    def register_blueprints(self):
        return [BlueprintSpec(blueprint, mount="ui")]
"""


@pytest.fixture
def deployment(fresh_database: str, tmp_path: Path) -> Iterator[Deployment]:
    """A site with two web processes and a worker, and a plugin of one file that is off."""
    made = Deployment(tmp_path / "instance", fresh_database, {"server": {"workers": WORKERS}})
    (made.folder / "plugins").mkdir(exist_ok=True)
    (made.folder / "plugins" / "hello.py").write_text(HELLO, encoding="utf-8")
    made.start()
    yield made
    made.kill()


@pytest.fixture
def operator(deployment: Deployment) -> Iterator[Any]:
    """`operator()`: somebody who switches plugins, in a process that serves nothing."""
    opened: list[Repository] = []

    def make() -> Repository:
        opened.append(Repository(Instance.load(deployment.folder)))
        return opened[-1]

    yield make
    for repository in opened:
        repository.close()


@pytest.mark.slow
def test_every_process_follows_and_no_request_fails(deployment: Deployment, operator: Any) -> None:
    first, second = operator(), operator()
    seconds_until_all_follow(first, WORKERS)
    readers = [Reader(deployment.url, {path: {200} for path in PATHS}) for _ in range(2)]
    depositor = Depositor(deployment.url, deployment.token, Promises(), 1)
    for thread in (*readers, depositor):
        thread.start()
    took = []
    try:
        for number in range(6):
            switch = first.plugins.disable if number % 2 else first.plugins.enable
            switch("hello", SYSTEM)
            took.append(seconds_until_all_follow(first, WORKERS))
            expected = 404 if number % 2 else 200
            found = {requests.get(f"{deployment.url}/hello/say", timeout=30).status_code for _ in range(8)}
            assert found == {expected}
        problems = _both_at_once(first, second)
        seconds_until_all_follow(first, WORKERS)
    finally:
        for thread in (*readers, depositor):
            thread.halt.set()
            thread.join(timeout=60)
    print(f"seconds until all follow: {[round(each, 2) for each in took]}")
    assert problems == []
    assert sum(reader.answers for reader in readers) > 30
    assert [failure for reader in readers for failure in reader.failures] == [], deployment.errors()
    assert depositor.surprises == []
    assert depositor.promises.published


def _both_at_once(first: Repository, second: Repository) -> list[str]:
    """Two people switch the same plugins at the same moment, in opposite ways; what one of them is told is no error."""
    problems: list[str] = []
    together = threading.Barrier(2)

    def work(repository: Repository, acts: tuple[str, ...]) -> None:
        together.wait()
        for act in acts:
            try:
                getattr(repository.plugins, act)("hello", SYSTEM)
            except (Busy, Conflict):
                continue
            except Exception as error:  # noqa: BLE001 - whatever else is a mistake
                problems.append(f"{act}: {type(error).__name__}: {error}")

    threads = [
        threading.Thread(target=work, args=(first, ("enable", "disable") * 3)),
        threading.Thread(target=work, args=(second, ("disable", "enable") * 3)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems
