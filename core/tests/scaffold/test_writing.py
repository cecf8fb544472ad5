"""What is written: whole packages in good style, or nothing."""

from __future__ import annotations

import ast
import configparser
import itertools
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from muniment.cli.main import group
from muniment.plugins.manifest import read_manifest
from muniment.scaffold import writing
from muniment.scaffold.features import FEATURES, chosen_features
from muniment.scaffold.names import checked_names
from muniment.scaffold.writing import contents_of, write_plugin

NAMES = checked_names("sea-ice")
RUFF = Path(sys.executable).with_name("ruff")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs the command in an empty folder, where there is no instance."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MUNIMENT_INSTANCE", raising=False)
    return lambda *arguments: CliRunner().invoke(group, ["new-plugin", *arguments], prog_name="muniment")


@pytest.mark.parametrize("chosen", [(), *((name,) for name in FEATURES), FEATURES], ids="+".join)
def test_each_choice_is_a_package_in_good_style(tmp_path: Path, chosen: tuple[str, ...]) -> None:
    folder = tmp_path / "muniment-sea-ice"
    write_plugin(NAMES, chosen_features(chosen), folder)
    for file in folder.rglob("*.py"):
        ast.parse(file.read_text())
    manifest = read_manifest(folder / "src" / "muniment_sea_ice")
    assert (manifest.name, manifest.problem) == ("sea-ice", None)
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["muniment.plugins"] == {"sea-ice": "muniment_sea_ice.plugin:Plugin"}
    tests = {file.name for file in (folder / "tests").glob("*.py")}
    assert len(tests) == 1 + len(chosen_features(chosen)), "one test for each feature, and conformance"
    if RUFF.exists():
        for command in (["check", "--select", "E,F,W,I,B,UP"], ["format", "--check"]):
            result = subprocess.run([RUFF, *command, "."], cwd=folder, capture_output=True, text=True, check=False)
            assert result.returncode == 0, result.stdout


def test_what_a_feature_works_on_comes_with_it() -> None:
    assert [feature.name for feature in chosen_features(["section"])] == ["part", "section"]


def test_slots_of_several_features_are_filled_by_one_method() -> None:
    contents = contents_of(NAMES, chosen_features(["slot", "section"]))
    assert contents["src/muniment_sea_ice/plugin.py"].count("def render_slot") == 1
    assert 'slots = ["record.sidebar", "deposit.basics"]' in contents["src/muniment_sea_ice/plugin.toml"]


def test_the_changelog_is_in_the_form_of_the_project() -> None:
    heads = [line for line in contents_of(NAMES, [])["CHANGELOG.md"].splitlines() if line.startswith("#")]
    assert heads == ["# Changelog of muniment-sea-ice", "## 0.1.0 (unreleased)"]


def test_pairs_do_not_get_in_each_others_way() -> None:
    for pair in itertools.combinations(FEATURES, 2):
        contents = contents_of(NAMES, chosen_features(pair))
        ast.parse(contents["src/muniment_sea_ice/plugin.py"])
        assert "${" not in "".join(contents.values())


def test_the_command_says_what_comes_next(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("sea-ice", "--with", "settings, job", "--title", "Sea ice", "--category", "discovery")
    assert result.exit_code == 0, result.output
    for line in ("pip install -e '", "muniment-sea-ice[test]'", "pytest ", "muniment plugins enable sea-ice"):
        assert line in result.output
    assert read_manifest(tmp_path / "muniment-sea-ice" / "src" / "muniment_sea_ice").category == "discovery"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Sea_Ice"], "cannot be the name of a plugin"),
        (["password"], "'password' is taken"),
        (["settings"], "'settings' is taken"),
        (["site"], "'site' is taken"),
        (["sea-ice", "--with", "setings"], "There is no setings to begin with. There are: settings, model"),
        (["sea-ice", "--within"], "is not the source tree of Muniment"),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_left(
    run: Callable[..., Result], tmp_path: Path, arguments: list[str], words: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert words in result.output
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "muniment-sea-ice").mkdir()
    result = run("sea-ice")
    assert result.exit_code == 1
    assert "muniment-sea-ice exists already" in result.output
    assert list((tmp_path / "muniment-sea-ice").iterdir()) == []


def test_a_disk_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_text

    def full(self: Path, text: str, *arguments: object, **named: object) -> int:
        if self.name == "plugin.py":
            raise OSError(28, "No space left on device")
        return write(self, text, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(writing.Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        write_plugin(NAMES, [], tmp_path / "muniment-sea-ice")
    assert list(tmp_path.iterdir()) == []


def test_a_plugin_of_the_source_tree_is_listed_where_all_are(run: Callable[..., Result], tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    (tmp_path / "core").mkdir()
    for name in ("core/pyproject.toml", "pyproject.toml", "setup.cfg"):
        shutil.copy(root / name, tmp_path / name)
    assert run("sea-ice", "--within", "--with", "job").exit_code == 0
    sources = tomllib.loads((tmp_path / "pyproject.toml").read_text())["tool"]["uv"]["sources"]
    assert sources["muniment-sea-ice"] == {"workspace": True}
    text = (tmp_path / "pyproject.toml").read_text()
    assert "muniment-sea-ice = { workspace = true }\n" in text
    assert next(iter(sources)) == "muniment-core"
    assert list(sources)[1:] == sorted(list(sources)[1:])
    config = configparser.ConfigParser()
    config.read(tmp_path / "setup.cfg")
    required = config["options"]["install_requires"].split()
    assert "muniment-sea-ice>=0.1,<0.2" in required
    assert required[0].startswith("muniment-core")
    assert "ruff" not in (tmp_path / "plugins" / "sea-ice" / "pyproject.toml").read_text()
