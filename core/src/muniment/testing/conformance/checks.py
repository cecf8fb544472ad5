"""What all groups of checks share: the plugin's name, its repository, and exemptions from checks."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from muniment.plugins.installed import InstalledPlugin
from muniment.repository import Repository
from muniment.testing.conformance.bench import Bench, enabled_on, find_installed
from muniment.testing.conformance.quality_file import FILE, read_quality


class Checks:
    """Base of the groups. A check that only looks takes `bench`; one that switches or removes takes `repository`, which
    is one of its own."""

    plugin: ClassVar[str]
    #: For each path of a record that clients can write, a value as they send it.
    part_values: ClassVar[Mapping[str, Any]] = {}
    #: What else such a record says, in place of what the test kit's documents say: ``{"access": {…}}``.
    record_values: ClassVar[Mapping[str, Any]] = {}
    #: The folder of `permissions.md`; that of the suite when it is None.
    beside: ClassVar[Path | None] = None
    #: What stands for the variables of a route when everybody calls it: ``{"/api/ices/<name>": {"name": "floe"}}``.
    route_values: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    def prepare(self, repository: Repository) -> None:
        """Set up what the plugin needs, once it was enabled: settings, a stand-in for a service outside."""

    @pytest.fixture
    def installed(self) -> InstalledPlugin:
        return find_installed(self.plugin)

    @pytest.fixture
    def bench(self, conformance_bench: Bench) -> Bench:
        """The repository with the plugin that all checks share."""
        return conformance_bench

    def enabled_on(self, repository: Repository) -> Repository:
        return enabled_on(repository, self.plugin, self.prepare)

    @pytest.fixture(autouse=True)
    def _exemption(self, request: pytest.FixtureRequest) -> None:
        """Checks from which `quality.toml` asks for an exemption are skipped, with its reason."""
        file = quality_file_of(type(self))
        if file is None:
            return
        name = request.function.__name__.removeprefix("test_")
        reason = read_quality(file).exempt.get(name)
        if reason and name != "its_quality_file_is_in_order":
            pytest.skip(f"exempt: {reason}")


def quality_file_of(suite: type[Checks]) -> Path | None:
    """The `quality.toml` of the plugin: beside the folder of the tests, or at the root of its source tree."""
    try:
        installed = find_installed(suite.plugin)
        places = [Path(inspect.getfile(suite)).parent.parent, *installed.folder.parents[:2]]
    except (AssertionError, TypeError, OSError):
        return None
    return next((place / FILE for place in places if (place / FILE).is_file()), None)
