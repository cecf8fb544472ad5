"""The page of hooks: who implements which, and with tracing how long it took and what failed."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.access.actor import SYSTEM
from muniment.hooks.caller import HookCall
from muniment.hooks.tracing import HookTrace
from muniment.plugins.models import ProcessRow
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.testing.fakes import FakePlugins
from muniment.testing.panel import Panel
from muniment.web.app import create_app


@pytest.mark.plugins("datacite")
def test_implementations_are_listed_in_their_order(panel: Any) -> None:
    page = panel.get("/control/hooks")
    assert "MUNIMENT_TRACE_HOOKS=1" in page
    row = page[page.index("<code>privacy_categories</code>") :].partition("</tr>")[0]
    assert row.index(">access-tokens<") < row.index(">accounts<")
    assert ">datacite<" in page[page.index("<code>register_jobs</code>") :].partition("</tr>")[0]
    assert "register_storage_backends" in page


def test_it_is_for_administrators(panel_of: Any, ada: Any) -> None:
    panel_of(ada).get("/control/hooks", 403)


def test_with_tracing_calls_and_failures_are_told(
    instance: Instance, repository: Repository, fake_plugin: FakePlugins, administrator: Any
) -> None:
    def fail(slot: str) -> list[Any]:
        raise KeyError("no such thing")

    fake_plugin("probe", {"slots": ["page.footer"]}, render_slot=fail)
    repository.plugins.enable("probe", SYSTEM)
    traced = Repository(instance, environ={"MUNIMENT_TRACE_HOOKS": "1"})
    try:
        panel = Panel(create_app(traced).test_client(), administrator)
        panel.get("/")
        page = panel.get("/control/hooks")
    finally:
        traced.close()
    assert "MUNIMENT_TRACE_HOOKS" not in page
    assert "KeyError: 'no such thing'" in page
    row = page[page.rindex("<code>render_slot</code>") :].partition("</tr>")[0]
    assert "<code>probe</code>" in row
    assert " ms" in row


def test_what_other_processes_traced_is_added_and_can_be_seen_alone(
    instance: Instance, repository: Repository, administrator: Any
) -> None:
    elsewhere = HookTrace()
    for _ in range(7):
        elsewhere.record(HookCall("register_jobs", "records", 0.25))
    failure = HookCall("register_jobs", "accounts", 0.5, ValueError("only in the worker"))
    elsewhere.record(failure)
    with repository.database.write() as unit:
        row = ProcessRow(
            id="0" * 32, kind="worker", host="a", pid=4711, started=unit.now, seen=unit.now, generation=1,
            oldest_generation=1, hooks=elsewhere.to_dict(),
        )  # fmt: skip
        unit.session.add(row)
    traced = Repository(instance, environ={"MUNIMENT_TRACE_HOOKS": "1"})
    try:
        panel = Panel(create_app(traced).test_client(), administrator)
        together, alone, own = (
            panel.get(f"/control/hooks{query}") for query in ("", "?process=worker+1", "?process=web")
        )
    finally:
        traced.close()
    assert "ValueError: only in the worker" in together
    assert "ValueError: only in the worker" in alone
    assert "ValueError: only in the worker" not in own
    assert "500 ms" in alone
    assert "500 ms" not in own
    assert 'href="/control/hooks?process=worker+1"' in own
