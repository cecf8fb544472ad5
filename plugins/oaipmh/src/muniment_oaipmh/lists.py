"""Pages of the feed, by key: the last page of a harvest costs what the first one does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_

from muniment.api import Repository
from muniment_oaipmh.feed import FEED, MEMBERSHIPS, Entry, entry_of


@dataclass(frozen=True)
class Span:
    """What a list is of: a set, or all with an empty `spec`; changes from `since` to `until`, both in it."""

    spec: str = ""
    since: int | None = None
    until: int | None = None


class Lists:
    """Reads the feed of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.database = repository.database

    def page(self, span: Span, after: Sequence[int] | None, size: int) -> list[Entry]:
        """The entries after a key (datestamp and number of the last one), at most `size`, in the order of keys."""
        keys = _keys(span)
        statement = select(FEED).where(*_bounds(span, keys)).order_by(keys[0], keys[1]).limit(size)
        if span.spec:
            statement = statement.join(MEMBERSHIPS, MEMBERSHIPS.c.record_id == FEED.c.record_id)
        if after is not None:
            statement = statement.where(tuple_(*keys) > tuple_(*after))
        with self.database.read() as session:
            return [entry_of(row) for row in session.execute(statement)]

    def count(self, span: Span) -> int:
        keys = _keys(span)
        with self.database.read() as session:
            statement = select(func.count()).select_from(keys[0].table).where(*_bounds(span, keys))
            return int(session.execute(statement).scalar_one())

    def count_all(self) -> tuple[int, int]:
        """How many records harvesters are told of, and how many of which they are told that they are gone."""
        with self.database.read() as session:
            rows = session.execute(select(FEED.c.deleted, func.count()).group_by(FEED.c.deleted)).all()
        counts = {bool(deleted): int(count) for deleted, count in rows}
        return counts.get(False, 0), counts.get(True, 0)

    def entry(self, record_id: int) -> Entry | None:
        with self.database.read() as session:
            row = session.execute(select(FEED).where(FEED.c.record_id == record_id)).first()
        return None if row is None else entry_of(row)

    def earliest(self) -> int | None:
        """The datestamp of what has not changed for longest; None in an empty feed."""
        with self.database.read() as session:
            found: int | None = session.execute(select(func.min(FEED.c.datestamp))).scalar()
        return found


def _keys(span: Span) -> tuple[Any, Any]:
    table = MEMBERSHIPS if span.spec else FEED
    return table.c.datestamp, table.c.record_id


def _bounds(span: Span, keys: tuple[Any, Any]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [MEMBERSHIPS.c.spec == span.spec] if span.spec else []
    if span.since is not None:
        found.append(keys[0] >= span.since)
    if span.until is not None:
        found.append(keys[0] <= span.until)
    return found
