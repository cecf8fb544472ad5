"""Harvests while others write: nothing is skipped, nothing of what stays as it is comes twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from muniment.api import RecordItem, Repository
from muniment_oaipmh.feed import Feed

pytestmark = [pytest.mark.plugins("oaipmh"), pytest.mark.configuration("plugin", oaipmh={"page_size": 3})]

OAI = "{http://www.openarchives.org/OAI/2.0/}"


def plugin_of(repository: Repository) -> Any:
    return next(loaded.plugin for loaded in repository.generation.plugins if loaded.name == "oaipmh")


class Harvester:
    """Harvests by the protocol alone, and asks the next time for what has changed since its last answer began."""

    def __init__(self, provider: Any) -> None:
        self.provider = provider
        self.since: str | None = None
        self.seen: list[str] = []

    def harvest(self) -> None:
        pairs = [("verb", "ListIdentifiers"), ("metadataPrefix", "oai_dc")]
        answer = self._ask([*pairs, *([("from", self.since)] if self.since else [])])
        self.since = answer.findtext(f"{OAI}responseDate")
        while True:
            self.seen += [
                one.findtext(f"{OAI}identifier", "").rpartition(":")[2] for one in answer.iter(f"{OAI}header")
            ]
            token = next(answer.iter(f"{OAI}resumptionToken"), None)
            if token is None or not token.text:
                return
            answer = self._ask([("verb", "ListIdentifiers"), ("resumptionToken", token.text)])

    def _ask(self, pairs: list[tuple[str, str]]) -> ElementTree.Element:
        return ElementTree.fromstring(self.provider.answer(pairs))


def test_writers_neither_hide_nor_double_what_stays_as_it_is(
    repository: Repository, make_record: Callable[..., RecordItem], administrator: Any
) -> None:
    staying = [make_record().id for _ in range(10)]
    changing = [make_record().id for _ in range(3)]
    later = [make_record().id for _ in range(3)]
    records, stop, wrong = repository.records, threading.Event(), []

    def write() -> None:
        try:
            while not stop.is_set():
                for number in changing:
                    records.delete(administrator.actor, number)
                    records.restore(administrator.actor, number)
            for number in later:
                records.delete(administrator.actor, number)
        except Exception as error:  # noqa: BLE001 - told by the test
            wrong.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    harvester = Harvester(plugin_of(repository).provider)
    try:
        harvester.harvest()
    finally:
        stop.set()
        writer.join()
    assert wrong == []
    assert sorted(number for number in harvester.seen if number in staying) == sorted(staying)
    assert set(harvester.seen) >= {*changing, *later}
    harvester.seen.clear()
    harvester.harvest()
    assert set(harvester.seen) >= {*changing, *later}


def test_a_harvester_that_asks_while_others_publish_gets_everything_in_the_end(
    repository: Repository, make_draft: Callable[..., Any], ada: Any
) -> None:
    drafts = [make_draft().id for _ in range(12)]
    harvester, wrong = Harvester(plugin_of(repository).provider), []

    def publish(numbers: list[str]) -> None:
        try:
            for number in numbers:
                repository.records.publish(ada.actor, number, wait=False)
        except Exception as error:  # noqa: BLE001 - told by the test
            wrong.append(error)

    writers = [threading.Thread(target=publish, args=(drafts[part::2],)) for part in range(2)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        harvester.harvest()
        time.sleep(0.02)
    harvester.harvest()
    assert wrong == []
    assert set(harvester.seen) == set(drafts)


def test_what_is_stamped_but_not_committed_is_not_missed(
    repository: Repository, make_draft: Callable[..., Any], ada: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction that stamps and then takes its time. Without a margin, or without waiting for it, its record has a
    datestamp before the answer that did not have it."""
    number, stamped, go_on = make_draft().id, threading.Event(), threading.Event()
    follow = Feed.follow

    def slow(self: Feed, unit: Any, events: Any) -> None:
        follow(self, unit, events)
        stamped.set()
        go_on.wait(20)

    monkeypatch.setattr(Feed, "follow", slow)
    writer = threading.Thread(target=lambda: repository.records.publish(ada.actor, number, wait=False))
    writer.start()
    assert stamped.wait(20)
    harvester = Harvester(plugin_of(repository).provider)
    asked = threading.Thread(target=harvester.harvest)
    asked.start()
    time.sleep(2.5)  # longer than the margin
    go_on.set()
    writer.join()
    asked.join()
    monkeypatch.setattr(Feed, "follow", follow)
    time.sleep(0.01)
    harvester.harvest()
    assert number in harvester.seen


def test_a_commit_that_came_late_is_stamped_again(
    repository: Repository, make_record: Callable[..., RecordItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = int(make_record().id)
    provider = plugin_of(repository).provider
    first = provider.lists.entry(number).datestamp
    monkeypatch.setattr("muniment_oaipmh.feed.stamp", lambda _unit: first + 100)
    feed = plugin_of(repository).feed
    with repository.database.write() as unit:
        feed.touch(unit, [number])
    assert provider.lists.entry(number).datestamp == first + 100
    calls = iter([True, False])
    monkeypatch.setattr("muniment_oaipmh.feed.is_late", lambda _unit, _stamped: next(calls))
    stamps = iter([first + 200, first + 300])
    monkeypatch.setattr("muniment_oaipmh.feed.stamp", lambda _unit: next(stamps))
    with repository.database.write() as unit:
        feed.touch(unit, [number])
    assert provider.lists.entry(number).datestamp == first + 300
