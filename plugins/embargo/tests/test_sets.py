"""Sets of records for harvesters, by access status. The plugin that asks for them is made up, since it may be away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import ANONYMOUS, SYSTEM, RecordItem, Repository, hook

pytestmark = pytest.mark.plugins("embargo")


class HarvestingHooks:
    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def oaipmh_sets(self) -> list[Any]:
        """Offer sets of records, as the plugin of that name asks."""


class Harvesting:
    """Asks for sets."""

    Hooks = HarvestingHooks

    def __init__(self, context: Any) -> None:
        self.context = context


@pytest.mark.hook("oaipmh_sets")
def test_each_access_status_has_its_set(
    repository: Repository,
    fake_plugin: Any,
    embargoed: Callable[..., RecordItem],
    make_record: Callable[..., RecordItem],
) -> None:
    fake_plugin("oaipmh", plugin_class=Harvesting)
    repository.plugins.enable("oaipmh", SYSTEM)
    after = repository.successor()
    numbers = {
        "access:embargoed": embargoed().id,
        "access:open": make_record(files={"a.txt": b"a"}).id,
        "access:restricted": make_record(files={"a.txt": b"a"}, files_access="restricted").id,
        "access:metadata-only": make_record().id,
    }
    items = list(after.records.items(ANONYMOUS, [int(number) for number in numbers.values()]).values())
    found = {one["spec"]: one["members"](items) for one in after.hooks.oaipmh_sets()}
    assert found == {spec: {number} for spec, number in numbers.items()}
