"""`muniment plugins check` runs the suite of a plugin and says what it found."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from muniment.errors import MunimentError, NotFound
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.testing.quality.running import look_at

pytest_plugins = ["pytester"]


def test_only_packages_have_a_tier() -> None:
    with pytest.raises(NotFound, match="No package with a plugin 'nowhere'"):
        look_at("nowhere")
    with pytest.raises(MunimentError, match="part of the core"):
        look_at("records")


CHECKS = """
import pytest
from muniment.testing.conformance import PluginConformance

class TestConformance:
    def test_secrets_are_not_shown(self):
        pass

    def test_its_manifest_is_valid(self):
        assert ["a"] == [], "these are wrong"

    def test_commands_explain_themselves(self):
        pytest.skip("exempt: It has no commands of its own.")

    def test_it_has_a_test_of_its_own(self):
        assert False
"""


def test_the_results_of_checks_are_written_down(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    results = pytester.path / "results.json"
    monkeypatch.setenv("MUNIMENT_QUALITY_RESULTS", str(results))
    pytester.makepyfile(CHECKS)
    pytester.runpytest_subprocess("-p", "muniment.testing.quality.results", "-p", "no:cacheprovider", "-q")
    assert orjson.loads(results.read_bytes()) == {
        "secrets_are_not_shown": ["ok", ""],
        "its_manifest_is_valid": ["failed", "these are wrong (['a'] == [])"],
        "commands_explain_themselves": ["exempt", "It has no commands of its own."],
    }


@pytest.mark.slow
def test_a_plugin_of_this_tree_reaches_what_it_claims(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "muniment", "plugins", "check", "importers", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = orjson.loads(done.stdout)
    assert found["plugin"] == "importers"
    assert len([item for item in found["findings"] if item["tier"] == "bronze"]) >= 26
    assert "Kept" not in done.stderr


@pytest.mark.slow
def test_where_there_is_an_instance_what_was_found_is_kept(repository: Repository, instance: Instance) -> None:
    command = [sys.executable, "-m", "muniment", "--instance", str(instance.path), "plugins"]
    done = subprocess.run([*command, "check", "importers"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("importers: silver\n")
    checked = repository.plugins.report("importers").checked
    assert checked is not None
    assert checked.tier == "silver"
    info = subprocess.run([*command, "info", "importers"], capture_output=True, text=True, check=True)
    assert re.search(r"^tier: +silver, checked on \d{4}-", info.stdout, re.MULTILINE)
