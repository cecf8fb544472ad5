"""Plugins that get one thing wrong, and a way to run one check on them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from muniment.repository import Repository
from muniment.testing.conformance import PluginConformance
from muniment.testing.conformance.bench import Bench
from muniment.testing.fakes import FakePlugins


class Probe(PluginConformance):
    """The suite of a plugin that is made up for each test."""

    plugin = "probe"


@pytest.fixture
def check(request: pytest.FixtureRequest, fake_plugin: FakePlugins, database_kind: str) -> Callable[..., None]:
    """Runs one check on a plugin made like this, as pytest would with its fixtures."""

    def run(
        name: str, manifest: dict[str, Any] | None = None, *, suite: type[PluginConformance] = Probe, **made: Any
    ) -> None:
        files = made.pop("files", {})
        installed = fake_plugin(suite.plugin, manifest, **made)
        for path, text in files.items():
            (installed.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (installed.folder / path).write_text(text, encoding="utf-8")
        own = suite()
        method = getattr(own, f"test_{name}")
        wanted = inspect.signature(method).parameters
        known: dict[str, Any] = {"installed": installed}
        if wanted.keys() - known.keys():
            repository: Repository = request.getfixturevalue("repository")
            known |= {"repository": repository, "bench": Bench(repository, suite.plugin, own.prepare)}
        method(**{key: known[key] for key in wanted})

    return run
