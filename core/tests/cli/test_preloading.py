"""What the server's process imports for the others: all of it, what is on and nothing else, and no connection."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from muniment.access.actor import SYSTEM
from muniment.repository import Repository
from muniment.settings.instance import Instance

SCRIPT = """
import gc, json, os, sys
from pathlib import Path
from muniment.cli.preloading import preload
from muniment.cli.session import Session

session = Session(Path(sys.argv[1]))
whole = preload(session)
before = set(sys.modules)
found = {"whole": whole, "plugin": "muniment_datacite.plugin" in before}
found["threads"] = len(os.listdir("/proc/self/task"))
found["opened"] = "database" in vars(session)
if whole:
    from muniment.cli.worker_process import prepare_worker
    from muniment.repository import Repository
    from muniment.web.generations import open_app

    repository = Repository(session.instance)
    open_app(repository)
    prepare_worker(session.instance, lambda: repository)
    found["more"] = sorted(name for name in set(sys.modules) - before if name.startswith("muniment."))
    repository.close()
print(json.dumps(found))
"""


def preloaded(instance: Instance, **variables: str) -> Any:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **variables}
    command = [sys.executable, "-W", "error::DeprecationWarning", "-c", SCRIPT, str(instance.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environ)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_processes_import_no_module_of_the_core_themselves(repository: Repository, instance: Instance) -> None:
    repository.close()
    assert preloaded(instance) == {"whole": True, "plugin": False, "threads": 1, "opened": False, "more": []}


@pytest.mark.plugins("datacite")
def test_plugins_that_are_on_are_imported(repository: Repository, instance: Instance) -> None:
    repository.close()
    found = preloaded(instance)
    assert (found["whole"], found["plugin"]) == (True, True)
    found = preloaded(instance, MUNIMENT_SAFE_MODE="1")
    assert (found["whole"], found["plugin"]) == (True, False)


@pytest.mark.parametrize("text", ["raise RuntimeError('no libfoo')\n", "raise SystemExit(3)\n", "class Other: pass\n"])
def test_one_that_cannot_be_imported_is_for_those_to_tell_who_need_it(
    repository: Repository, instance: Instance, text: str
) -> None:
    instance.plugins.mkdir(exist_ok=True)
    file = instance.plugins / "hello.py"
    file.write_text("class Plugin:\n    pass\n")
    repository.plugins.enable("hello", SYSTEM)
    repository.close()
    file.write_text(text)
    assert preloaded(instance)["whole"] is False
