"""A pytest plugin that writes down what came of each check of a conformance suite."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from muniment.testing.quality.running import RESULTS

_found: dict[str, tuple[str, str]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    name = report.location[2].rpartition(".")[2].partition("[")[0].removeprefix("test_")
    if "PluginConformance" not in report.keywords and not _is_check(name):
        return
    if report.failed:
        _found[name] = ("failed", _reason(report.longrepr))
    elif report.skipped:
        text = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else ""
        _found[name] = ("exempt", text.removeprefix("Skipped: ").removeprefix("exempt: "))
    else:
        _found.setdefault(name, ("ok", ""))


def pytest_sessionfinish() -> None:
    Path(os.environ[RESULTS]).write_text(json.dumps(_found), encoding="utf-8")


def _is_check(name: str) -> bool:
    from muniment.testing.conformance import PluginConformance

    return hasattr(PluginConformance, f"test_{name}")


def _reason(longrepr: Any) -> str:
    """The words of an assertion, or what was raised."""
    crash = getattr(longrepr, "reprcrash", None)
    text = str(crash.message if crash is not None else longrepr).strip()
    first, _, rest = text.partition("\n")
    first = first.removeprefix("AssertionError: ")
    values = next((line.strip() for line in rest.splitlines() if line.strip().startswith("assert ")), "")
    return f"{first} ({values.removeprefix('assert ')})" if values and not first.startswith("assert ") else first
