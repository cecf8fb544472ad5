"""Column types: what goes in comes out the same on both databases, and what has no meaning is refused."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from muniment.db.engine import Database
from muniment.db.types import Bytes, JSONDocument, UTCDateTime


@pytest.fixture
def things(database: Database) -> Table:
    """A table with a column of each type."""
    table = Table(
        f"things_{uuid.uuid4().hex[:8]}",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("at", UTCDateTime),
        Column("document", JSONDocument),
        Column("body", Bytes),
    )
    with database.write() as unit:
        table.create(unit.session.connection())
    return table


def round_trip(database: Database, table: Table, **values: Any) -> Any:
    (name,) = values
    with database.write() as unit:
        number = unit.session.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()
    with database.read() as session:
        return session.execute(select(table.c[name]).where(table.c.id == number)).scalar_one()


# Times ----------------------------------------------------------------------------------------------------------------

TOKYO = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 5, 14, 12, 30, 15, 123456, tzinfo=UTC),
        datetime(2026, 5, 14, 0, 0, tzinfo=TOKYO),
        datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
        datetime(1901, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        None,
    ],
    ids=str,
)
def test_a_moment_comes_back_in_utc_with_microseconds(
    database: Database, things: Table, moment: datetime | None
) -> None:
    found = round_trip(database, things, at=moment)
    assert found == moment
    assert found is None or found.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database, things: Table) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        round_trip(database, things, at=datetime(2026, 5, 14))


def test_a_time_without_a_zone_is_refused_in_a_comparison_too(database: Database, things: Table) -> None:
    with pytest.raises(StatementError, match="without a time zone"), database.read() as session:
        session.execute(select(things.c.id).where(things.c.at < datetime(2026, 5, 14)))


def test_moments_of_different_zones_are_compared_as_moments(database: Database, things: Table) -> None:
    round_trip(database, things, at=datetime(2026, 5, 14, 12, tzinfo=UTC))
    later = datetime(2026, 5, 14, 21, 0, 1, tzinfo=TOKYO)  # a second later
    with database.read() as session:
        assert session.execute(select(things.c.id).where(things.c.at < later)).first() is not None
        assert session.execute(select(things.c.id).where(things.c.at > later)).first() is None


# JSON -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"a": {"b": [1, {"c": None}]}},
        {"title": '深海生物の研究 😀 Zürich "quoted" \\ / \n\t'},
        {"numbers": [0, -1, 2**53, 1.5, 1e-7, 0.1]},
        {"true": True, "false": False, "null": None},
        {"": "empty key", "a.b": 1, "$x": 2},
        "text",
        7,
        False,
        ["x" * 100_000],
    ],
    ids=lambda value: repr(value)[:30],
)
def test_json_comes_back_equal_and_of_the_same_types(database: Database, things: Table, value: Any) -> None:
    found = round_trip(database, things, document=value)
    assert found == value
    assert type(found) is type(value)


def test_no_document_is_null_in_the_database(database: Database, things: Table) -> None:
    assert round_trip(database, things, document=None) is None
    with database.read() as session:
        assert session.execute(select(things.c.id).where(things.c.document.is_(None))).first() is not None


def test_whole_numbers_as_keys_become_texts_on_both_databases(database: Database, things: Table) -> None:
    assert round_trip(database, things, document={1: "one"}) == {"1": "one"}


@pytest.mark.parametrize(
    "value", [{"a": {1, 2}}, {"a": object()}, {"a": 2**70}, {"a": "\ud800"}], ids=["set", "object", "huge", "surrogate"]
)
def test_what_is_no_json_is_refused_on_both_databases(database: Database, things: Table, value: Any) -> None:
    with pytest.raises((StatementError, TypeError)):
        round_trip(database, things, document=value)


# Bytes ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", bytes(range(256)), b'{"id":"1"}' * 1000], ids=len)
def test_bytes_come_back_as_bytes(database: Database, things: Table, body: bytes) -> None:
    found = round_trip(database, things, body=body)
    assert type(found) is bytes
    assert found == body
