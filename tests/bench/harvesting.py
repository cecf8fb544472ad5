"""A harvest of everything by OAI-PMH, in process: processor time, and whether the last page costs what the first one
does."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

from muniment.access.actor import SYSTEM
from muniment.repository import Repository
from tests.bench.report import Figure
from tests.bench.timing import middle

_TOKEN = re.compile(r"<resumptionToken[^>]*>([^<]+)<")
#: How many pages at each end are looked at.
_ENDS = 20


def harvests(repository: Repository) -> Iterator[Figure]:
    """Entering all records into the feed, and reading them by both lists: records once when they have to be written for
    harvesters, and once from what is kept. The plugin is off again afterwards."""
    repository.plugins.enable("oaipmh", SYSTEM)
    try:
        after = repository.successor()
        plugin: Any = next(one.plugin for one in after.generation.plugins if one.name == "oaipmh")
        cpu = time.thread_time()
        plugin.engine.run()
        records, _ = plugin.provider.lists.count_all()
        note = "records from before the plugin"
        yield Figure("entered for harvesters", records / (time.thread_time() - cpu), "records/CPU s", note=note)
        for verb, kept in (("ListRecords", ""), ("ListRecords", ", stored"), ("ListIdentifiers", "")):
            pages = _pages(plugin.provider, verb)
            first, last = middle(pages[:_ENDS]), middle(pages[-_ENDS - 1 : -1] or pages)
            note = f"pages of 100; first {first:.1f} ms, last {last:.1f} ms"
            yield Figure(f"harvest, {verb}{kept}", records / sum(pages) * 1000, "records/CPU s", note=note)
    finally:
        repository.plugins.disable("oaipmh", SYSTEM)


def _pages(provider: Any, verb: str) -> list[float]:
    """Milliseconds of processor time of each page of a list."""
    asked, found = [("verb", verb), ("metadataPrefix", "oai_dc")], []
    while True:
        started = time.thread_time()
        answer = provider.answer(asked)
        found.append(1000 * (time.thread_time() - started))
        token = _TOKEN.search(answer)
        if token is None:
            return found
        asked = [("verb", verb), ("resumptionToken", token[1])]
