"""`muniment plugins check` runs the suite of a plugin and says what it found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from muniment.errors import MunimentError, NotFound
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
