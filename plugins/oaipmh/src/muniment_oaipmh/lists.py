"""Pages of the feed, by key: the last page of a harvest costs what the first one does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, func, select, tuple_

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
        statement = _page(bool(span.spec), span.since is not None, span.until is not None, after is not None)
        last = {"datestamp": after[0], "number": after[1]} if after is not None else {}
        with self.database.single() as connection:
            rows = connection.execute(statement, {**_values(span), **last, "size": size}).all()
        return [entry_of(row) for row in rows]

    def count(self, span: Span) -> int:
        table = MEMBERSHIPS if span.spec else FEED
        bounds = _bounds(table, bool(span.spec), span.since is not None, span.until is not None)
        statement = select(func.count()).select_from(table).where(*bounds)
        with self.database.single() as connection:
            return int(connection.execute(statement, _values(span)).scalar_one())

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


@cache
def _page(in_set: bool, since: bool, until: bool, after: bool) -> Select[Any]:
    """The statement for a page with these bounds, built once: building it costs more than running it."""
    table = MEMBERSHIPS if in_set else FEED
    keys = table.c.datestamp, table.c.record_id
    statement = select(FEED).where(*_bounds(table, in_set, since, until)).order_by(*keys)
    if in_set:
        statement = statement.join(MEMBERSHIPS, MEMBERSHIPS.c.record_id == FEED.c.record_id)
    if after:
        statement = statement.where(tuple_(*keys) > tuple_(bindparam("datestamp"), bindparam("number")))
    return statement.limit(bindparam("size"))


def _bounds(table: Table, in_set: bool, since: bool, until: bool) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [table.c.spec == bindparam("spec")] if in_set else []
    if since:
        found.append(table.c.datestamp >= bindparam("since"))
    if until:
        found.append(table.c.datestamp <= bindparam("until"))
    return found


def _values(span: Span) -> dict[str, Any]:
    values = {"spec": span.spec, "since": span.since, "until": span.until}
    return {name: value for name, value in values.items() if value not in (None, "")}
