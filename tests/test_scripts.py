"""The shell scripts: arguments, what they install and when, the instance they make. Installers are stand-ins here."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = [*sorted((ROOT / "scripts").iterdir()), ROOT / ".ci" / "run"]

#: Plugins that are not installed with the others.
APART = {"oaipmh-invenio"}

#: Stands for the environment that an installer makes: its `muniment` tells how it was called.
VENV = """
mkdir -p "$venv/bin"
printf '#!/bin/sh\\necho "muniment $*"\\n' > "$venv/bin/muniment"
printf '#!/bin/sh\\necho "python $*" >> "{log}"\\n' > "$venv/bin/python"
chmod +x "$venv/bin/muniment" "$venv/bin/python"
"""
UV = """#!/bin/bash
echo "uv $*" >> "{log}"
if [ "$1" = venv ]; then venv="${{@: -1}}"; {venv} fi
"""
PYTHON = """#!/bin/bash
if [ "$1" = -c ]; then exec {python} "$@"; fi
echo "python3 $*" >> "{log}"
if [ "$2" = venv ]; then venv="${{@: -1}}"; {venv} fi
"""


class Checkout:
    """A copy of what the scripts need, with installers that write down what they are asked."""

    def __init__(self, folder: Path, *, uv: bool) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.bin = folder / "bin"
        for name in ("scripts", "core", "plugins", "instance"):
            ignore = shutil.ignore_patterns("src", "tests", "tools", "__pycache__", "var", "sample")
            shutil.copytree(ROOT / name, folder / name, ignore=ignore)
        (folder / "instance" / "var").mkdir()
        (folder / "instance" / "var" / "muniment.db").touch()
        self.bin.mkdir()
        self._write("python3", PYTHON.format(log=self.log, python=sys.executable, venv=VENV.format(log=self.log)))
        if uv:
            self._write("uv", UV.format(log=self.log, venv=VENV.format(log=self.log)))

    def _write(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / "scripts" / script, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": f"{self.bin}:/usr/bin:/bin"},
            timeout=60,
        )

    def logged(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture(params=["uv", "pip"])
def checkout(tmp_path: Path, request: pytest.FixtureRequest) -> Checkout:
    return Checkout(tmp_path / "clone", uv=request.param == "uv")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_valid_and_can_be_called(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)
    if script.name != "environment.sh":
        assert script.stat().st_mode & 0o111
        assert script.read_text().startswith("#!/usr/bin/env bash\n")


def test_run_installs_core_and_plugins_once(checkout: Checkout) -> None:
    result = checkout.run("run")
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"muniment --instance {checkout.folder}/instance start\n"
    installed = next(line for line in checkout.logged() if " install " in line)
    assert f"-e {checkout.folder}/core[postgresql]" in installed
    for plugin in sorted((checkout.folder / "plugins").iterdir()):
        assert (f"-e {plugin}" in installed) == (plugin.name not in APART)
    before = checkout.logged()
    assert checkout.run("run").stdout == result.stdout
    assert [line for line in checkout.logged()[len(before) :] if "install" in line] == []


def test_run_installs_again_when_requirements_change(checkout: Checkout) -> None:
    checkout.run("run")
    installs = sum(" install " in line for line in checkout.logged())
    with (checkout.folder / "core" / "pyproject.toml").open("a") as file:
        file.write("\n# another dependency\n")
    checkout.run("run")
    assert sum(" install " in line for line in checkout.logged()) == installs + 1


def test_run_leaves_out_what_is_installed_by_itself(checkout: Checkout) -> None:
    assert (checkout.folder / "plugins" / "oaipmh-invenio" / "pyproject.toml").exists()
    checkout.run("run")
    assert not any("oaipmh-invenio" in line for line in checkout.logged())


def test_run_hands_its_arguments_on(checkout: Checkout) -> None:
    result = checkout.run("run", "--port", "5001", "--host=0.0.0.0", "--empty")
    assert result.stdout.endswith("start --port 5001 --host=0.0.0.0 --empty\n")


def test_another_instance_is_a_copy_without_var(checkout: Checkout, tmp_path: Path) -> None:
    place = tmp_path / "a place" / "of its own"
    result = checkout.run("run", "--instance", str(place))
    assert result.stdout == f"muniment --instance {place} start\n"
    names = {path.name for path in (checkout.folder / "instance").iterdir()} - {"var"}
    assert {path.name for path in place.iterdir()} == names
    (place / "instance.toml").write_text("[site]\nname = 'Mine'\n")
    checkout.run("run", "--instance", str(place))
    assert "Mine" in (place / "instance.toml").read_text()


def test_a_folder_with_other_things_does_not_become_an_instance(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "holiday.jpg").touch()
    result = checkout.run("run", "--instance", str(tmp_path / "photos"))
    assert result.returncode == 1
    assert "not empty" in result.stderr
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["holiday.jpg"]


@pytest.mark.parametrize("arguments", [("--prot", "1"), ("--port",), ("--instance",), ("extra",)])
def test_wrong_arguments_are_told_before_anything_happens(checkout: Checkout, arguments: tuple[str, ...]) -> None:
    result = checkout.run("run", *arguments)
    assert result.returncode == 2
    assert "Usage: scripts/run" in result.stderr
    assert checkout.logged() == []


def test_help_is_given_without_an_installation(checkout: Checkout) -> None:
    for script in ("run", "test"):
        result = checkout.run(script, "--help")
        assert result.returncode == 0
        assert result.stdout.startswith(f"Usage: scripts/{script}")
    assert checkout.logged() == []


def test_an_old_python_is_refused(checkout: Checkout) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14", "python", "uv"):
        (checkout.bin / name).write_text("#!/bin/sh\nexit 1\n")
        (checkout.bin / name).chmod(0o755)
    result = checkout.run("run")
    assert result.returncode == 1
    assert "Python 3.11" in result.stderr
