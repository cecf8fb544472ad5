"""`muniment openaire`, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from muniment.api import Repository
from muniment_openaire.loading import STARTER

pytestmark = pytest.mark.plugins("openaire")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(instance: Any) -> Run:
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "muniment", "--instance", str(instance.path), "openaire", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return call


@pytest.mark.hook("register_commands")
def test_dumps_are_loaded(run: Run, repository: Repository, tmp_path: Path) -> None:
    repository.hooks.contributions("register_commands")
    assert run("load-funders", str(STARTER / "funders.json")).stdout == "23 new, 0 changed, 0 unchanged.\n"
    result = run("load-awards", str(STARTER / "projects.jsonl"))
    assert (result.stdout, result.stderr) == ("8 new, 0 changed, 0 unchanged.\n", "")
    spoilt = tmp_path / "projects.jsonl"
    spoilt.write_text("{}\n")
    result = run("load-awards", str(spoilt))
    assert result.stdout == "0 new, 0 changed, 0 unchanged, 1 left out.\n"
    assert "projects.jsonl#1: not a JSON object" in result.stderr


def test_mistakes_are_told(run: Run, repository: Repository, tmp_path: Path) -> None:
    assert repository.vocabularies.search("funders").total == 0
    (tmp_path / "dump.zip").write_bytes(b"no zip")
    for command in ("load-funders", "load-awards"):
        result = run(command, str(tmp_path / "dump.zip"))
        assert result.returncode == 1
        assert "Error: dump.zip cannot be read" in result.stderr
        assert run(command, str(tmp_path / "missing.json")).returncode == 2
