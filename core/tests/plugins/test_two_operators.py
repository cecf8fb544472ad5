"""Two operators at once: what one decides takes the other's switch into account, and neither loses anything."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from muniment.access.actor import SYSTEM
from muniment.errors import Busy, Conflict, MunimentError
from muniment.plugins.resolution import resolve
from muniment.plugins.switch_lock import one_at_a_time
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What came of acts that began at the same moment in threads of their own."""
    meeting, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def work(number: int, act: Callable[[], Any]) -> None:
        meeting.wait(10)
        try:
            outcomes[number] = act()
        except MunimentError as error:
            outcomes[number] = error

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def test_one_disables_what_the_other_needs(
    repository: Repository, open_repository: Callable[..., Repository], fake_plugin: FakePlugins
) -> None:
    """Whoever comes second sees what the first has done: never is one on without what it requires."""
    fake_plugin("base")
    fake_plugin("probe", {"requires": ["base"]})
    other = open_repository()
    for _ in range(5):
        repository.plugins.enable("base", SYSTEM)
        outcomes = at_once(
            lambda: repository.plugins.disable("base", SYSTEM), lambda: other.plugins.enable("probe", SYSTEM)
        )
        enabled = repository.plugins.enabled()
        assert enabled in ({"base", "probe"}, set())
        assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
        _, reasons = resolve({*enabled}, repository.plugins.installed)
        assert reasons == {}
        repository.plugins.disable("base", SYSTEM, with_dependents=True)


def test_both_enable_the_same(
    repository: Repository, open_repository: Callable[..., Repository], fake_plugin: FakePlugins
) -> None:
    fake_plugin("probe")
    other = open_repository()
    outcomes = at_once(
        lambda: repository.plugins.enable("probe", SYSTEM), lambda: other.plugins.enable("probe", SYSTEM)
    )
    assert sorted(outcomes) == [[], ["probe"]]
    assert [entry.action for entry in repository.audit.entries("plugin:probe")] == ["plugin.enabled"]


REVISION = """
import sqlalchemy as sa
from alembic import op
revision = "probe_1"
down_revision = None
def upgrade():
    op.create_table("probe_things", sa.Column("id", sa.Integer(), primary_key=True))
def downgrade():
    op.drop_table("probe_things")
"""


def test_one_purges_what_the_other_enables(
    repository: Repository, open_repository: Callable[..., Repository], fake_plugin: FakePlugins
) -> None:
    """Either the purge comes first and the plugin begins anew, or it is refused since the plugin is on."""
    fake_plugin("probe", migrations={"one.py": REVISION})
    repository.plugins.enable("probe", SYSTEM)
    repository.plugins.disable("probe", SYSTEM)
    other = open_repository()
    outcomes = at_once(
        lambda: repository.plugins.purge("probe", SYSTEM, confirmation="probe"),
        lambda: other.plugins.enable("probe", SYSTEM),
    )
    assert outcomes[1] == ["probe"]
    assert isinstance(outcomes[0], Conflict) or outcomes[0].name == "probe"
    report = repository.successor().plugins.report("probe")
    assert (report.state, report.has_data, report.needs_upgrade) == ("enabled", True, False)


def test_whoever_waits_too_long_is_told(repository: Repository, open_repository: Callable[..., Repository]) -> None:
    other = open_repository()
    started = time.monotonic()
    with (
        one_at_a_time(repository.database),
        pytest.raises(Busy, match="Somebody else is switching, upgrading or purging a plugin"),
        one_at_a_time(other.database, wait=0.2),
    ):
        raise AssertionError("two were let in")
    assert 0.2 <= time.monotonic() - started < 10
    with one_at_a_time(other.database, wait=0.2):
        pass


def hold_and_die(url: str, base: str) -> None:
    from pathlib import Path

    from muniment.db.engine import Database

    with one_at_a_time(Database(url, base=Path(base))):
        os._exit(1)


def test_a_process_that_dies_while_it_switches_keeps_nobody_waiting(repository: Repository) -> None:
    url = repository.database.url.render_as_string(hide_password=False)
    child = multiprocessing.get_context("spawn").Process(target=hold_and_die, args=(url, str(repository.instance.path)))
    child.start()
    child.join(60)
    assert child.exitcode == 1
    with one_at_a_time(repository.database, wait=5):
        pass
