"""A fixture for tests of commands: `muniment` as a process of its own. The pytest plugin takes it up."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

#: Runs `muniment` with arguments on the instance of the test.
RunCommand = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run_command(instance: Any) -> RunCommand:
    """`run_command("embargo", "list")`: a command on the instance of the test, with its exit code and what it wrote."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "muniment", "--instance", str(instance.path), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return call
