"""What every plugin keeps to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from muniment.testing.conformance import PluginConformance


class TestConformance(PluginConformance):
    plugin = "embargo"
    part_values: ClassVar[Mapping[str, Any]] = {
        "access.embargo": {"active": True, "until": "2099-01-01", "reason": "A partner asked for it."}
    }
    record_values: ClassVar[Mapping[str, Any]] = {"access": {"record": "public", "files": "restricted"}}
