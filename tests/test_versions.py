"""Core and plugins carry one version, and everything that names it agrees."""

from __future__ import annotations

import configparser
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from muniment.version import __version__

ROOT = Path(__file__).parents[1]
PROJECTS = [ROOT / "core" / "pyproject.toml", *sorted(ROOT.glob("plugins/*/pyproject.toml"))]
#: Needs another search server and is installed by itself.
SEPARATE = {"muniment-oaipmh-invenio"}


def project(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
    return found


def pin() -> str:
    major, minor, _ = __version__.split(".")
    return f">={major}.{minor},<{major}.{int(minor) + 1}"


@pytest.mark.parametrize("file", PROJECTS, ids=lambda file: file.parent.name)
def test_a_distribution_has_the_common_version(file: Path) -> None:
    assert project(file)["version"] == __version__


@pytest.mark.parametrize("file", PROJECTS, ids=lambda file: file.parent.name)
def test_distributions_need_this_series_of_each_other(file: Path) -> None:
    own = [
        requirement for requirement in project(file).get("dependencies", []) if re.match(r"muniment(-|\b)", requirement)
    ]
    for requirement in own:
        assert requirement.endswith(pin()), requirement
    if file.parent.name != "core":
        assert any(requirement.startswith("muniment-core") for requirement in own)


@pytest.mark.parametrize("file", PROJECTS, ids=lambda file: file.parent.name)
def test_a_distribution_is_named_for_its_folder_and_runs_on_the_same_python(file: Path) -> None:
    assert project(file)["name"] == f"muniment-{file.parent.name}"
    assert project(file)["requires-python"] == ">=3.11"
    assert project(file)["license"] == "MIT"


def test_the_metapackage_brings_everything() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    assert config["metadata"]["name"] == "muniment"
    assert config["metadata"]["version"] == __version__
    required = config["options"]["install_requires"].split()
    assert all(requirement.endswith(pin()) for requirement in required)
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in required}
    assert names == {project(file)["name"] for file in PROJECTS} - SEPARATE
    assert config["options"]["packages"].strip() == ""
    assert config["options"]["py_modules"].strip() == ""


def test_the_reference_instance_enables_plugins_that_are_here() -> None:
    instance = tomllib.loads((ROOT / "instance" / "instance.toml").read_text(encoding="utf-8"))
    names = {file.parent.name for file in PROJECTS} - {"core"}
    assert set(instance["plugins"]["enabled"]) <= names
