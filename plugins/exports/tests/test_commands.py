"""`muniment exports`, in a process of its own, and the table that says what formats lose."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from muniment.api import ANONYMOUS, RecordItem, Repository
from muniment_exports.carried_table import table

pytestmark = pytest.mark.plugins("exports")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(instance: Any) -> Run:
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "muniment", "--instance", str(instance.path), "exports", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return call


@pytest.mark.hook("register_commands")
def test_losses_are_told_and_what_is_kept_can_be_removed(
    run: Run, repository: Repository, make_record: Callable[..., RecordItem]
) -> None:
    repository.hooks.contributions("register_commands")
    make_record(metadata={"copyright": "(c) Ada"})
    number = make_record().id
    told = json.loads(run("report", "--json").stdout)
    assert told["records"] == 2
    assert told["lost"]["bibtex"]["metadata.copyright"] == 1
    assert "metadata.copyright" not in told["lost"]["json-ld"]
    assert "metadata.rights" in run("report", "geojson").stdout
    refused = run("report", "parchment")
    assert refused.returncode != 0
    assert "bibtex" in refused.stderr
    repository.exports.read(ANONYMOUS, number, "bibtex")
    assert run("forget").stdout.strip() == "1 texts removed."


def test_the_table_of_the_readme_is_that_of_the_formats() -> None:
    assert table() in (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
