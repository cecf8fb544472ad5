"""Looks at one plugin: runs its conformance suite in a process of its own, and applies the rules of the tiers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from muniment.errors import MunimentError, NotFound
from muniment.plugins.discovery import discover
from muniment.plugins.installed import InstalledPlugin
from muniment.testing.conformance.quality_file import FILE, Quality, read_quality
from muniment.testing.quality.report import Finding, Outcome, QualityReport
from muniment.testing.quality.rules import RULES

#: Where the pytest plugin writes what came of each check.
RESULTS: Final = "MUNIMENT_QUALITY_RESULTS"
_SUITE: Final = """\
\"\"\"The conformance suite of {name}, for `muniment plugins check`.\"\"\"

from muniment.testing.conformance import PluginConformance


class TestConformance(PluginConformance):
    plugin = {name!r}
"""
_CONFIGURATION: Final = "[pytest]\naddopts = --import-mode=importlib\nfilterwarnings = error\n"


def look_at(name: str) -> QualityReport:
    """The report of an installed plugin; raises `NotFound`, and `MunimentError` when the suite does not run at all."""
    plugin = _installed(name)
    root = source_tree(plugin)
    quality = read_quality(root / FILE) if root is not None and (root / FILE).is_file() else Quality()
    findings = [*_checks(plugin, root), *_rules(plugin, root, quality)]
    return QualityReport(name, plugin.manifest.tier, tuple(findings))


def _installed(name: str) -> InstalledPlugin:
    found = discover()
    if name in found.broken:
        raise MunimentError(f"'{name}' cannot be used: {found.broken[name]}")
    plugin = found.plugins.get(name)
    if plugin is None:
        raise NotFound(f"No package with a plugin '{name}' is installed. A plugin in one file has no tier.")
    if plugin.manifest.builtin:
        raise MunimentError(f"'{name}' is part of the core, which has tests of its own.")
    return plugin


def source_tree(plugin: InstalledPlugin) -> Path | None:
    """The root of the plugin's source, when it was installed from there (`pip install -e`)."""
    return next((folder for folder in plugin.folder.parents[:2] if (folder / "pyproject.toml").is_file()), None)


def _checks(plugin: InstalledPlugin, root: Path | None) -> Iterator[Finding]:
    """Runs the plugin's own subclass of the suite, which knows how to set it up; a bare one where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        suite = root / "tests" / "test_conformance.py" if root is not None else place / "none"
        if not suite.is_file():
            suite = place / "test_conformance.py"
            suite.write_text(_SUITE.format(name=plugin.name), encoding="utf-8")
        configuration, results = place / "pytest.ini", place / "results.json"
        configuration.write_text(_CONFIGURATION, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-c", str(configuration), "--rootdir", str(suite.parent)]
        options = ["-p", "no:cacheprovider", "-p", "muniment.testing.quality.results", "--databases=sqlite", str(suite)]
        environment = {**os.environ, RESULTS: str(results), "PYTEST_ADDOPTS": ""}
        done = subprocess.run([*command, *options], env=environment, capture_output=True, text=True, check=False)
        if not results.is_file():
            raise MunimentError(f"The conformance suite did not run:\n{(done.stdout + done.stderr)[-2000:]}")
        found: dict[str, tuple[Outcome, str]] = json.loads(results.read_text(encoding="utf-8"))
    if not found:
        raise MunimentError(f"{suite} holds no subclass of PluginConformance.")
    for name, (outcome, reason) in sorted(found.items()):
        yield Finding("bronze", name, outcome, reason)


def _rules(plugin: InstalledPlugin, root: Path | None, quality: Quality) -> Iterator[Finding]:
    for name, rule in RULES.items():
        problem = rule.problem(plugin, root)
        if problem is None:
            yield Finding(rule.tier, name, "ok")
        elif rule.may_be_exempt and name in quality.exempt:
            yield Finding(rule.tier, name, "exempt", quality.exempt[name])
        else:
            yield Finding(rule.tier, name, "failed", problem)
