"""Packages that pip installs into the environment of a site that is being served, and plugins that fail in it alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from muniment.scaffold.features import chosen_features
from muniment.scaffold.names import checked_names
from muniment.scaffold.writing import write_plugin
from tests.deployment import Deployment

pytestmark = pytest.mark.slow

#: Fails where this variable is set, as a plugin does whose library only some processes find.
BROKEN = "PROBE_BROKEN"


@pytest.fixture
def python(tmp_path: Path) -> str:
    """The interpreter of a new environment with pip, which sees everything that this one has."""
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=True)
    found = folder / "bin" / "python"
    query = [found, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    own = Path(subprocess.run(query, capture_output=True, text=True, check=True).stdout.strip())
    (own / "_others.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    return str(found)


@pytest.fixture
def install(tmp_path: Path, python: str) -> Callable[[str], None]:
    """`install("0.2.0")`: builds a wheel of the plugin `probe` in this version and has pip install it."""
    source = tmp_path / "muniment-probe"
    write_plugin(checked_names("probe"), chosen_features(["blueprint"]), source)
    plugin = source / "src" / "muniment_probe" / "plugin.py"
    failing = (
        "        self.context = context\n"
        f'        if "{BROKEN}" in os.environ:\n            raise RuntimeError("no libfoo")\n'
    )
    text = plugin.read_text().replace("        self.context = context\n", failing, 1)
    plugin.write_text(text.replace("annotations\n", "annotations\n\nimport os\n", 1))

    def make(version: str) -> None:
        project = source / "pyproject.toml"
        project.write_text(re.sub(r'(?m)^version = ".*"$', f'version = "{version}"', project.read_text()))
        views = source / "src" / "muniment_probe" / "views.py"
        views.write_text(re.sub(r'return \{.*"title"', f'return {{"version": "{version}", "title"', views.read_text()))
        wheels = tmp_path / "wheels" / version
        build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(wheels)]
        subprocess.run(build, cwd=source, check=True, capture_output=True)
        (wheel,) = wheels.iterdir()
        pip = [python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
        subprocess.run(pip, check=True, capture_output=True)

    return make


@pytest.fixture
def site(tmp_path: Path, fresh_database: str, python: str) -> Iterator[Deployment]:
    deployment = Deployment(tmp_path / "instance", fresh_database, {"plugins": {"enabled": []}}, python)
    yield deployment
    deployment.kill()


def about(site: Deployment) -> dict[str, Any]:
    return json.loads(site.command("plugins", "info", "probe", "--json"))


def served(site: Deployment) -> dict[str, Any]:
    with urllib.request.urlopen(f"{site.url}/api/probe", timeout=10) as answer:
        return json.load(answer)


def until(told: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not told():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_a_version_that_pip_installs_while_it_runs_needs_a_restart(
    site: Deployment, install: Callable[[str], None]
) -> None:
    site.start()
    install("0.1.0")
    site.command("plugins", "enable", "probe")
    until(lambda: [one["state"] for one in about(site)["processes"]] == ["runs", "runs"])
    assert about(site)["restart_needed"] == []
    install("0.2.0")
    found = about(site)
    assert [name.split()[0] for name in found["restart_needed"]] == ["web", "worker"]
    assert {one["version"] for one in found["processes"]} == {"0.1.0"}
    assert "restart needed" in site.command("plugins", "list")
    assert served(site)["version"] == "0.1.0", "what runs goes on as it was"
    site.stop()
    site.start()
    until(lambda: {one["version"] for one in about(site)["processes"]} == {"0.2.0"})
    assert about(site)["restart_needed"] == []
    assert served(site)["version"] == "0.2.0"


def test_a_plugin_that_fails_in_the_processes_that_serve_is_not_said_to_be_on(
    site: Deployment, install: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    install("0.1.0")
    site.command("plugins", "enable", "probe")
    monkeypatch.setenv(BROKEN, "1")
    site.start()
    monkeypatch.delenv(BROKEN)
    until(lambda: len(about(site)["processes"]) == 2)
    found = about(site)
    assert found["state"] == "failed"
    assert [one["error"] for one in found["processes"]] == ["RuntimeError: no libfoo"] * 2
    assert "failed in web 1, worker 1" in site.command("plugins", "list")
    told = site.command("plugins", "info", "probe")
    assert "In web 1, worker 1:\nTraceback" in told
    site.stop()
    site.start()
    until(lambda: [one["state"] for one in about(site)["processes"]] == ["runs", "runs"])
    assert about(site)["state"] == "enabled"
