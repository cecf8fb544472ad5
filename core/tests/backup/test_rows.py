"""Values of every kind survive the way through JSON and either database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import JSON, DateTime, Integer, Interval, insert, text
from sqlalchemy.dialects.postgresql import JSONB

from muniment.backup.errors import BackupDamaged, BackupFailed
from muniment.backup.kinds import kind_of
from muniment.backup.rows import batches_of, compare, lines_of, plain
from muniment.backup.tables import Shape
from muniment.db.types import Bytes, JSONDocument, UTCDateTime
from muniment.repository import Repository

KINDS = {
    "id": "integer",
    "flag": "boolean",
    "moment": "datetime",
    "day": "date",
    "number": "float",
    "exact": "decimal",
    "words": "text",
    "document": "json",
    "raw": "bytes",
    "mark": "uuid",
}
COLUMNS = {
    "sqlite": "id INTEGER PRIMARY KEY, flag BOOLEAN, moment DATETIME, day DATE, number FLOAT, exact NUMERIC, "
    "words TEXT, document TEXT, raw BLOB, mark CHAR(32)",
    "postgresql": "id BIGINT PRIMARY KEY, flag BOOLEAN, moment TIMESTAMPTZ, day DATE, number FLOAT, exact NUMERIC, "
    "words TEXT, document JSONB, raw BYTEA, mark UUID",
}
ROWS = [
    {
        "id": 1,
        "flag": True,
        "moment": datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC),
        "day": date(2026, 2, 28),
        "number": 0.1,
        "exact": Decimal("12.5"),
        "words": 'quote " and 深海 and \t tab',
        "document": {"b": [1, 2.5, None, True, "x"], "a": {"big": 12345678901234, "wide": 1e16}},
        "raw": bytes(range(256)),
        "mark": UUID("12345678123456781234567812345678"),
    },
    dict.fromkeys(KINDS) | {"id": 2},
]


@pytest.fixture
def shape(repository: Repository) -> Shape:
    """A table with a column of each kind, in the test's database."""
    columns = COLUMNS["sqlite" if repository.database.is_sqlite else "postgresql"]
    with repository.database.engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE kinds ({columns})"))
    return Shape("kinds", ("id",), KINDS)


def test_rows_come_back_as_they_were(repository: Repository, shape: Shape, tmp_path: Path) -> None:
    file = tmp_path / "kinds.jsonl"
    with repository.database.engine.begin() as connection:
        connection.execute(insert(shape.table), ROWS)
        file.write_bytes(b"".join(lines_of(connection, shape)))
        compare(file, connection, shape)
    assert [row for batch in batches_of(file, shape) for row in batch] == ROWS


@pytest.mark.parametrize("statement", ["DELETE FROM kinds WHERE id = 2", "UPDATE kinds SET words = 'other'"])
def test_a_difference_is_named(repository: Repository, shape: Shape, tmp_path: Path, statement: str) -> None:
    file = tmp_path / "kinds.jsonl"
    with repository.database.engine.begin() as connection:
        connection.execute(insert(shape.table), ROWS)
        file.write_bytes(b"".join(lines_of(connection, shape)))
        connection.execute(text(statement))
        with pytest.raises(BackupDamaged, match="kinds"):
            compare(file, connection, shape)


def test_numbers_are_the_same_in_either_spelling() -> None:
    assert plain({"a": [1e16, 2.0, 0.5, True]}) == plain({"a": [10**16, 2, 0.5, True]})
    assert plain(10**30) == plain(1e30)
    assert plain(0.1) != plain(0.2)
    assert plain("1") != plain(1)


def test_kinds_of_types() -> None:
    types = {
        JSONDocument(): "json",
        JSON(): "json",
        JSONB(): "json",
        UTCDateTime(): "datetime",
        DateTime(): "datetime",
        Integer(): "integer",
        Bytes(): "bytes",
    }
    assert {kind_of(found, "t.c"): None for found in types} == dict.fromkeys(types.values())
    with pytest.raises(BackupFailed, match=r"t\.c"):
        kind_of(Interval(), "t.c")
