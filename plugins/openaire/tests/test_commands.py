"""`muniment openaire`, in a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniment.api import Repository
from muniment.testing.commanding import RunCommand
from muniment_openaire.loading import STARTER

pytestmark = pytest.mark.plugins("openaire")


@pytest.mark.hook("register_commands")
def test_dumps_are_loaded(run_command: RunCommand, repository: Repository, tmp_path: Path) -> None:
    repository.hooks.contributions("register_commands")
    assert (
        run_command("openaire", "load-funders", str(STARTER / "funders.json")).stdout
        == "23 new, 0 changed, 0 unchanged.\n"
    )
    result = run_command("openaire", "load-awards", str(STARTER / "projects.jsonl"))
    assert (result.stdout, result.stderr) == ("8 new, 0 changed, 0 unchanged.\n", "")
    spoilt = tmp_path / "projects.jsonl"
    spoilt.write_text("{}\n")
    result = run_command("openaire", "load-awards", str(spoilt))
    assert result.stdout == "0 new, 0 changed, 0 unchanged, 1 left out.\n"
    assert "projects.jsonl#1: not a JSON object" in result.stderr


def test_mistakes_are_told(run_command: RunCommand, repository: Repository, tmp_path: Path) -> None:
    assert repository.vocabularies.search("funders").total == 0
    (tmp_path / "dump.zip").write_bytes(b"no zip")
    for command in ("load-funders", "load-awards"):
        result = run_command("openaire", command, str(tmp_path / "dump.zip"))
        assert result.returncode == 1
        assert "Error: dump.zip cannot be read" in result.stderr
        assert run_command("openaire", command, str(tmp_path / "missing.json")).returncode == 2
