"""Rows as JSON lines: written from a consistent view of the database, read back, and compared with a database."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from muniment.backup.errors import BackupDamaged
from muniment.backup.kinds import decoder, encoder
from muniment.backup.tables import Shape
from muniment.db.engine import Database

_OPTIONS: Final = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
_BATCH: Final = 1000
#: Whole numbers up to here are the same as JSON numbers of either kind.
_EXACT: Final = 2**53


@contextlib.contextmanager
def consistent_view(database: Database) -> Iterator[Connection]:
    """A connection that sees one moment of the whole database, while others go on writing."""
    options = {} if database.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with database.engine.connect().execution_options(**options) as connection:
        yield connection


def lines_of(connection: Connection, shape: Shape) -> Generator[bytes]:
    """The rows of a table in the order of its key, one line of JSON each; memory stays flat."""
    encode = encoder(shape.kinds)
    streaming = {"stream_results": True, "yield_per": _BATCH}
    with connection.execute(shape.rows(connection), execution_options=streaming) as result:
        for row in result.mappings():
            values = encode(dict(row))
            try:
                yield orjson.dumps(values, option=_OPTIONS)
            except TypeError:  # PostgreSQL gives long integers for numbers that were written like 1e30
                yield orjson.dumps(plain(values), option=_OPTIONS)


def batches_of(file: Path, shape: Shape) -> Iterator[list[dict[str, Any]]]:
    """The rows of a file in bounded groups, ready for an insert."""
    decode = decoder(shape.kinds)
    with file.open("rb") as handle:
        while lines := list(itertools.islice(handle, _BATCH)):
            yield [decode(orjson.loads(line)) for line in lines]


def compare(file: Path, connection: Connection, shape: Shape) -> None:
    """Raise `BackupDamaged` unless the table holds exactly the rows of the file."""
    with file.open("rb") as handle, contextlib.closing(lines_of(connection, shape)) as lines:
        for number, (line, found) in enumerate(itertools.zip_longest(handle, lines), 1):
            if line == found:
                continue
            if line is None or found is None or plain(orjson.loads(line)) != plain(orjson.loads(found)):
                raise BackupDamaged(
                    f"Table {shape.name} does not hold what the backup does: they differ at line {number} of {file}."
                )


def plain(value: Any) -> Any:
    """The value with numbers in the one form in which both databases agree: JSONB makes 1e16 a whole number."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if abs(value) <= _EXACT and value == int(value):
        return int(value)
    return float(value)


def count(lines: Iterable[bytes], counted: list[int]) -> Iterator[bytes]:
    """Hands the lines on and keeps their number in `counted[0]`."""
    for line in lines:
        counted[0] += 1
        yield line
