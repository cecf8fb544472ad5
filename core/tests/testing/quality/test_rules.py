"""Each rule of the tiers holds for a plugin that keeps to it, and says what one lacks that does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.manifest import Manifest
from muniment.testing.quality.rules import RULES

MANIFEST = Manifest("probe", "Probe", "A probe.", "service", 0)
TESTS = """
import pytest

@pytest.mark.hook("register_jobs")
def test_one(): ...

def test_two(): ...
"""
PLUGIN = """
class Plugin:
    @implements
    def register_jobs(self) -> list[Job]:
        return []
"""
FILES = {
    "CHANGELOG.md": "# Changelog\n\n## 0.1\n",
    "README.md": "# Probe\n\n![Its page](docs/page.png)\n",
    "docs/page.png": "",
    "tests/test_probe.py": TESTS,
    "src/muniment_probe/py.typed": "",
    "src/muniment_probe/plugin.py": PLUGIN,
    "src/muniment_probe/templates/probe/index.html": "<p></p>",
    "src/muniment_probe/translations/de/LC_MESSAGES/messages.mo": "",
    "dist/muniment_probe-1.0.dist-info/METADATA": "Name: muniment-probe\nVersion: 1.0\n"
    "Requires-Dist: muniment-core<0.2,>=0.1\nRequires-Dist: muniment-core[test]; extra == 'test'\n",
}


@pytest.fixture
def problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str | None]:
    """What a rule says of the plugin with other contents of some files; None leaves a file out."""
    monkeypatch.syspath_prepend(str(tmp_path / "dist"))

    def ask(rule: str, **changes: str | None) -> str | None:
        for path, text in {**FILES, **changes}.items():
            file = tmp_path / path
            file.unlink(missing_ok=True)
            if text is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
        folder = tmp_path / "src" / "muniment_probe"
        plugin = InstalledPlugin(MANIFEST, "muniment_probe.plugin:Plugin", folder, "1.0", "muniment-probe")
        return RULES[rule].problem(plugin, tmp_path)

    return ask


@pytest.mark.parametrize("rule", sorted(RULES.keys() - {"upgrades_from_a_release"}))
def test_a_plugin_that_keeps_to_it(problem: Callable[..., str | None], rule: str) -> None:
    assert problem(rule) is None


NAMED = "Name: muniment-probe\nVersion: 1.0\n"
METADATA = "dist/muniment_probe-1.0.dist-info/METADATA"


@pytest.mark.parametrize(
    ("rule", "path", "text", "words"),
    [
        ("has_a_changelog", "CHANGELOG.md", None, "write a CHANGELOG"),
        (
            "bounds_the_core",
            METADATA,
            "Name: muniment-probe\nVersion: 1.0\nRequires-Dist: muniment-core>=0.1\n",
            "upper",
        ),
        ("bounds_the_core", METADATA, NAMED, "require muniment-core"),
        ("is_typed", "src/muniment_probe/py.typed", None, "py.typed"),
        ("is_typed", "src/muniment_probe/more.py", "def bare(x):\n    return x\n", "more.py: bare"),
        ("has_tests", "tests/test_probe.py", "def test_one(): ...\n", "1 tests for"),
        ("has_tests", "src/muniment_probe/more.py", "x = 1\n" * 600, "10 are expected"),
        ("tests_reach_its_hooks", "tests/test_probe.py", "def test_one(): ...\n", "register_jobs"),
        ("speaks_another_language", "src/muniment_probe/translations/de/LC_MESSAGES/messages.mo", None, "English only"),
        ("shows_its_pages", "README.md", "# Probe\n", "show its pages"),
        ("shows_its_pages", "docs/page.png", None, "show its pages"),
    ],
)
def test_a_plugin_that_does_not(
    problem: Callable[..., str | None], rule: str, path: str, text: str | None, words: str
) -> None:
    assert words in (problem(rule, **{path: text}) or "")


def test_what_a_plugin_gives_to_the_tests_of_others_needs_no_tests(problem: Callable[..., str | None]) -> None:
    assert problem("has_tests", **{"src/muniment_probe/testing/more.py": "x = 1\n" * 600}) is None


def test_gold_is_not_within_reach_yet(problem: Callable[..., str | None]) -> None:
    assert "no release yet" in (problem("upgrades_from_a_release") or "")
    assert not RULES["upgrades_from_a_release"].may_be_exempt
