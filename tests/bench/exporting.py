"""Records in every export format, written anew and from what is kept, and publishing with all that follows records."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import requests

from muniment.access.actor import ANONYMOUS, SYSTEM
from muniment.records.items import RecordItem
from muniment.repository import Repository
from tests.bench import depositing
from tests.bench.report import Figure
from tests.bench.timing import cpu_per_item
from tests.deployment import Deployment

#: The plugins for identifiers, formats and harvesting.
PLUGINS: Final = ("datacite", "exports", "signposting", "oaipmh", "openaire")
_PATIENCE: Final = 120.0


def enable_all(repository: Repository) -> Repository:
    """The repository with all of them on."""
    for name in PLUGINS:
        if name not in repository.successor().generation.names:
            repository.plugins.enable(name, SYSTEM)
    return repository.successor()


def exporting(repository: Repository, count: int = 100) -> Iterator[Figure]:
    """Processor time of each format for one of the sample records, which is at hand as its JSON."""
    items: list[RecordItem] = []
    for item in repository.records.every_record(ANONYMOUS):
        items.append(item)
        if len(items) == count:
            break
    note = "processor time per record"
    for format in repository.exports.formats:
        # A new item each time, since one keeps its JSON once it was read.
        cold = cpu_per_item(lambda item: repository.exports.write(replace(item), format.name), items)  # noqa: B023
        yield Figure(f"exported as {format.name}", cold, "µs", note=note)
        if format.kept:
            repository.exports.write_many(items, format.name, keep=True)
            stored = cpu_per_item(
                lambda item: repository.exports.write(replace(item), format.name, keep=True),  # noqa: B023
                items,
            )
            yield Figure(f"exported as {format.name}, stored", stored, "µs", note=note)


def publishing(deployment: Deployment, repository: Repository) -> Iterator[Figure]:
    """Publish until found with all of them on, once they have caught up with the records that there are."""
    deadline = time.monotonic() + _PATIENCE
    while repository.deliveries.outstanding(("pending",), size=1).deliveries and time.monotonic() < deadline:
        time.sleep(0.2)
    requests.get(f"{deployment.url}/readyz", timeout=30).raise_for_status()
    yield from depositing.publishing(deployment, told=", all formats on")
