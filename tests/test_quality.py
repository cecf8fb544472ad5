"""The plugins of this tree reach the tier that they claim; the conformance suite runs among their own tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniment.plugins.discovery import discover
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.manifest import TIERS
from muniment.testing.conformance.quality_file import FILE, read_quality
from muniment.testing.quality.rules import RULES
from muniment.testing.quality.running import source_tree

ROOT = Path(__file__).parents[1]
PLUGINS = [plugin for plugin in discover().plugins.values() if ROOT / "plugins" in plugin.folder.parents]


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_a_plugin_keeps_to_the_rules_of_its_tier(plugin: InstalledPlugin) -> None:
    root = source_tree(plugin)
    assert root is not None
    exempt = read_quality(root / FILE).exempt
    asked = TIERS[: TIERS.index(plugin.manifest.tier) + 1]
    problems = {
        name: problem
        for name, rule in RULES.items()
        if rule.tier in asked and name not in exempt and (problem := rule.problem(plugin, root)) is not None
    }
    assert problems == {}
