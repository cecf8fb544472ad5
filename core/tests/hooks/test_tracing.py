"""Tracing counts and times the calls of each implementation, and is paid for by those who ask for it only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from muniment.access.actor import SYSTEM
from muniment.hooks import caller
from muniment.hooks.caller import HookCall, Hooks
from muniment.hooks.tracing import TRACE, HookTrace, is_wanted
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins


def test_calls_are_counted_and_timed_by_hook_and_plugin() -> None:
    trace = HookTrace()
    for seconds in (0.25, 0.75):
        trace.record(HookCall("check_draft", "a", seconds))
    trace.record(HookCall("check_draft", "b", 0.5))
    row = trace.row("check_draft", "a")
    assert (row.calls, row.seconds, row.average, row.slowest, row.failures) == (2, 1.0, 0.5, 0.75, 0)
    assert trace.row("check_draft", "b").calls == 1
    assert trace.row("render_slot", "a").average == 0


def test_the_last_error_is_kept() -> None:
    trace = HookTrace()
    for error in (ValueError("first"), KeyError("second"), None):
        trace.record(HookCall("check_draft", "a", 0.1, error))
    row = trace.row("check_draft", "a")
    assert (row.calls, row.failures) == (3, 2)
    assert row.error == "KeyError: 'second'"
    assert row.failed_at is not None


def test_traces_of_processes_are_added_up_with_the_newest_error() -> None:
    first, second = HookTrace(), HookTrace()
    first.record(HookCall("check_draft", "a", 0.2, KeyError("older")))
    second.record(HookCall("check_draft", "a", 0.4, KeyError("newer")))
    first.record(HookCall("render_slot", "a", 0.1))
    told = HookTrace.from_dict(orjson.loads(orjson.dumps(second.to_dict())))
    together = HookTrace.together([told, first])
    row = together.row("check_draft", "a")
    assert (row.calls, row.failures, row.slowest) == (2, 2, 0.4)
    assert row.seconds == pytest.approx(0.6)
    assert row.error == "KeyError: 'newer'"
    assert together.row("render_slot", "a").calls == 1
    assert together.since == first.since


@pytest.mark.parametrize(("value", "wanted"), [("1", True), ("true", True), ("0", False), ("", False)])
def test_the_environment_asks_for_it(value: str, wanted: bool) -> None:
    assert is_wanted({"MUNIMENT_TRACE_HOOKS": value}) is wanted
    assert not is_wanted({})


def test_every_generation_of_a_process_is_traced(
    open_repository: Callable[..., Repository], fake_plugin: FakePlugins, instance: Any
) -> None:
    fake_plugin("probe", check_draft=lambda draft: [])
    repository = Repository(instance, environ={"MUNIMENT_TRACE_HOOKS": "1"})
    try:
        repository.plugins.enable("probe", SYSTEM)
        for generation in (repository.successor(), repository.successor()):
            generation.hooks.check_draft(draft=None, actor=SYSTEM, stage="save")
        trace = repository.resources.get(TRACE, HookTrace)
        assert trace.row("check_draft", "probe").calls == 2
    finally:
        repository.close()


def test_nothing_is_timed_where_nobody_watches(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hooks, "everywhere", [])
    monkeypatch.setattr(caller, "time", None)  # asking it for the time would fail
    assert repository.hooks.watchers == []
    assert repository.hooks.privacy_categories()
