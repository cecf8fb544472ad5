"""`muniment embargo`, in a process of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from muniment.api import ANONYMOUS
from muniment.testing.commanding import RunCommand

pytestmark = pytest.mark.plugins("embargo")


@pytest.mark.hook("register_commands")
def test_embargoes_are_listed_moved_and_lifted(run_command: RunCommand, repository: Any, embargoed: Any) -> None:
    repository.hooks.contributions("register_commands")
    number = embargoed("2199-03-03", reason="Thesis").id
    assert "2199-03-03" in run_command("embargo", "list").stdout
    (entry,) = json.loads(run_command("embargo", "list", "--json").stdout)
    assert (entry["number"], entry["until"], entry["reason"], entry["overdue"]) == (
        number,
        "2199-03-03",
        "Thesis",
        False,
    )
    assert run_command("embargo", "move", number, "2199-12-24").stdout == f"The files of {number} open on 2199-12-24.\n"
    assert repository.records.read(ANONYMOUS, number).data["access"]["embargo"]["until"] == "2199-12-24"
    assert run_command("embargo", "lift", "--due").stdout == "0 lifted.\n"
    assert run_command("embargo", "lift", number).stdout == f"The files of {number} are open.\n"
    assert repository.records.read(ANONYMOUS, number).data["access"]["status"] == "open"


def test_mistakes_are_told(run_command: RunCommand, embargoed: Any) -> None:
    number = embargoed("2199-03-03").id
    for arguments, told in (
        (("move", number, "soon"), "'soon' is not a date. Write it like 2027-03-03."),
        (("move", number, "2001-01-01"), "Embargo end date must be set to a future date."),
        (("lift",), "Name records, or those that are due with --due."),
        (("lift", "999999"), "does not exist"),
    ):
        result = run_command("embargo", *arguments)
        assert result.returncode != 0
        assert told in result.stderr, result.stderr
