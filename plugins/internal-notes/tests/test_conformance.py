"""What every plugin keeps to."""

from __future__ import annotations

from muniment.testing.conformance import PluginConformance


class TestConformance(PluginConformance):
    plugin = "internal-notes"
