"""Runs commands on the instance of a test, as a person at a terminal would."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from muniment.cli.main import group
from muniment.repository import Repository
from muniment.settings.instance import Instance


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command in this process; errors that are no answers of the command line are raised."""
    for name in ("MUNIMENT_INSTANCE", "MUNIMENT__SITE__URL"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str | Path, text: str | None = None) -> Result:
        result = CliRunner().invoke(group, [str(argument) for argument in arguments], input=text, prog_name="muniment")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def command(run: Callable[..., Result], instance: Instance, repository: Repository) -> Callable[..., Result]:
    """Runs a command on the test's instance."""

    def call(*arguments: str | Path, text: str | None = None) -> Result:
        return run("--instance", instance.path, *arguments, text=text)

    return call


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `muniment` as a process of its own, with an empty environment."""

    def call(*arguments: str | Path, text: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "muniment", *map(str, arguments)],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", **variables},
            timeout=120,
        )

    return call
