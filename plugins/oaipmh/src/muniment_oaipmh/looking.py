"""Looks at records after they have changed: which sets they are in, and whether their content is another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import structlog
from sqlalchemy import select, update

from muniment.api import ANONYMOUS, InvalidRequest, RecordItem, Repository, SearchRequest
from muniment_oaipmh.feed import FEED, Entry, Feed, entry_of
from muniment_oaipmh.sets import RecordSet, SetService

log = structlog.get_logger(__name__)

#: How many records are looked at in one step; each set costs a search for them.
STEP: Final = 100


class Looking:
    """Keeps sets and contents of the feed as the records are."""

    def __init__(self, repository: Repository, feed: Feed, sets: SetService) -> None:
        self.repository = repository
        self.database = repository.database
        self.feed = feed
        self.sets = sets

    def look_at(self, numbers: Sequence[int], *, content_counts: bool = True) -> int:
        """Look at records; returns how many harvesters have to fetch again.

        What changes meanwhile is left alone, since it is looked at again. Without `content_counts` the content is only
        remembered: that it looks different since a plugin was switched is no news.
        """
        changed = 0
        for start in range(0, len(numbers), STEP):
            changed += self._step(numbers[start : start + STEP], content_counts)
        return changed

    def _step(self, numbers: Sequence[int], content_counts: bool) -> int:
        before = self._entries(numbers)
        if not before:
            return 0
        items = self.repository.records.items(ANONYMOUS, list(before))
        specs = self.specs_of(items)
        if not any(_is_news(entry, items, specs) for entry in before.values()):
            return 0
        with self.database.write() as unit:
            touched = []
            for number, entry in self.feed.entries(unit, before).items():
                if entry != before[number] or not _is_news(entry, items, specs):
                    continue
                content = entry.etag is not None and entry.etag != items[number].etag
                if entry.specs != specs[number]:
                    self.feed.set_specs(unit, entry, specs[number])
                    touched.append(number)
                elif content and content_counts:
                    touched.append(number)
                unit.connection.execute(update(FEED).where(FEED.c.record_id == number).values(etag=items[number].etag))
            self.feed.touch(unit, touched)
        return len(touched)

    def specs_of(self, items: Mapping[int, RecordItem]) -> dict[int, frozenset[str]]:
        """The sets that records are in, as far as they are named: not those above them."""
        found: dict[int, set[str]] = {number: set() for number in items}
        if not items:
            return {}
        by_id = {item.id: number for number, item in items.items()}
        for one in (*self.sets.offered, *self.sets.made()):
            for number in self._members(one, list(items.values())):
                if number in by_id:
                    found[by_id[number]].add(one.spec)
        return {number: frozenset(specs) for number, specs in found.items()}

    def _members(self, one: RecordSet, items: Sequence[RecordItem]) -> set[str]:
        """Which of these are in a set. A search that is no longer understood finds nothing, and says so."""
        if one.members is not None:
            return one.members(items)
        ids = " OR ".join(item.id for item in items)
        request = SearchRequest(
            q=f"({one.search_pattern}) AND id:({ids})", size=len(items), all_versions=True, with_facets=False
        )
        try:
            return {hit.id for hit in self.repository.records.search(ANONYMOUS, request).hits}
        except InvalidRequest as error:
            log.warning("oaipmh_set_not_understood", spec=one.spec, error=error.message)
            return set()

    def _entries(self, numbers: Sequence[int]) -> dict[int, Entry]:
        statement = select(FEED).where(FEED.c.record_id.in_(numbers), ~FEED.c.deleted)
        with self.database.read() as session:
            return {row.record_id: entry_of(row) for row in session.execute(statement)}


def _is_news(entry: Entry, items: Mapping[int, RecordItem], specs: Mapping[int, frozenset[str]]) -> bool:
    """Whether anything about a record is to be written."""
    item = items.get(entry.record_id)
    return item is not None and (entry.etag != item.etag or entry.specs != specs[entry.record_id])
