"""What runs in a process of its own: its answer comes back, and what goes wrong in it is told there."""

from __future__ import annotations

import os
import subprocess
import sys

SCRIPT = """
from muniment.cli.child import Child
from muniment.errors import ConfigurationError

def function():
    {body}

print(Child(function).result())
"""


def run(body: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-W", "error", "-c", SCRIPT.format(body=body)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environ)


def test_what_it_returns_comes_back() -> None:
    done = run("return ['datacite', 'x' * 100_000]")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{['datacite', 'x' * 100_000]}\n"


def test_an_error_for_people_is_told_plainly() -> None:
    done = run("raise ConfigurationError('The database is empty.')")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: The database is empty.\n"


def test_a_mistake_is_told_with_its_place() -> None:
    done = run("raise ValueError('a mistake')")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "ValueError: a mistake" in done.stderr


def test_one_that_is_killed_did_not_end_well() -> None:
    done = run("import os; os.kill(os.getpid(), 9)")
    assert (done.returncode, done.stdout) == (1, "")
