"""`muniment embargo`, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import ANONYMOUS

pytestmark = pytest.mark.plugins("embargo")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(instance: Any) -> Run:
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "muniment", "--instance", str(instance.path), "embargo", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return call


@pytest.mark.hook("register_commands")
def test_embargoes_are_listed_moved_and_lifted(run: Run, repository: Any, embargoed: Any) -> None:
    repository.hooks.contributions("register_commands")
    number = embargoed("2199-03-03", reason="Thesis").id
    assert "2199-03-03" in run("list").stdout
    (entry,) = json.loads(run("list", "--json").stdout)
    assert (entry["number"], entry["until"], entry["reason"], entry["overdue"]) == (
        number,
        "2199-03-03",
        "Thesis",
        False,
    )
    assert run("move", number, "2199-12-24").stdout == f"The files of {number} open on 2199-12-24.\n"
    assert repository.records.read(ANONYMOUS, number).data["access"]["embargo"]["until"] == "2199-12-24"
    assert run("lift", "--due").stdout == "0 lifted.\n"
    assert run("lift", number).stdout == f"The files of {number} are open.\n"
    assert repository.records.read(ANONYMOUS, number).data["access"]["status"] == "open"


def test_mistakes_are_told(run: Run, embargoed: Any) -> None:
    number = embargoed("2199-03-03").id
    for arguments, told in (
        (("move", number, "soon"), "'soon' is not a date. Write it like 2027-03-03."),
        (("move", number, "2001-01-01"), "Embargo end date must be set to a future date."),
        (("lift",), "Name records, or those that are due with --due."),
        (("lift", "999999"), "does not exist"),
    ):
        result = run(*arguments)
        assert result.returncode != 0
        assert told in result.stderr, result.stderr
