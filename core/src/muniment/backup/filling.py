"""Fills the empty tables of a database from a backup, in one transaction, and compares what arrived."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, func, insert, inspect, literal, select, table, update
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from muniment.backup.errors import BackupFailed
from muniment.backup.progress import Progress
from muniment.backup.reading import Backup
from muniment.backup.rows import batches_of, compare
from muniment.backup.tables import VERSIONS, Shape, sequence_name
from muniment.db.engine import WRITES, Database
from muniment.pids.numbers import COUNTER
from muniment.plugins.models import Counter, PluginState

#: The table whose numbers name people for ever.
SUBJECTS = "subjects"


def table_with_rows(database: Database) -> str | None:
    """The name of a table that holds rows, or None in an empty database."""
    with database.engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            if name.startswith(VERSIONS):
                continue
            if connection.execute(select(literal(1)).select_from(table(name)).limit(1)).first():
                return str(name)
    return None


def fill(
    database: Database,
    backup: Backup,
    shapes: Iterable[Shape],
    *,
    id_gap: int,
    without: Iterable[str],
    progress: Progress,
) -> None:
    """Insert every row, check that all of them arrived, and move the number sequences on; all of it or nothing.

    Raises `BackupDamaged` when the database holds something else afterwards.
    """
    shapes = list(shapes)
    with _writing(database) as connection:
        for shape in progress(shapes, "Tables", len(shapes)):
            _insert(connection, backup, shape)
        _check_references(connection)
        for shape in progress(shapes, "Comparing", len(shapes)):
            compare(backup.file(shape.name), connection, shape)
        _move_sequences(connection, backup, shapes, id_gap)
        _switch_off(connection, without)
        connection.commit()


@contextlib.contextmanager
def _writing(database: Database) -> Iterator[Connection]:
    """A transaction in which tables can be filled in any order: references are checked at its end."""
    lock = database.lock.hold() if database.lock else contextlib.nullcontext()
    with lock, database.engine.connect() as connection:
        if not database.is_sqlite:
            with _deferred(connection):
                yield connection
            return
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF").close()
        try:
            yield connection.execution_options(**{WRITES: True})
        finally:
            connection.rollback()
            raw.execute("PRAGMA foreign_keys=ON").close()


@contextlib.contextmanager
def _deferred(connection: Connection) -> Iterator[None]:
    """Have PostgreSQL check foreign keys when it is told to, instead of after each statement."""
    _alter_references(connection, "DEFERRABLE INITIALLY DEFERRED")
    yield


def _alter_references(connection: Connection, how: str) -> None:
    quote = connection.dialect.identifier_preparer.quote
    inspector = inspect(connection)
    for name in inspector.get_table_names():
        for key in inspector.get_foreign_keys(name):
            constraint = quote(str(key["name"]))
            connection.execute(sql(f"ALTER TABLE {quote(name)} ALTER CONSTRAINT {constraint} {how}"))


def _insert(connection: Connection, backup: Backup, shape: Shape) -> None:
    statement = insert(shape.table)
    try:
        for batch in batches_of(backup.file(shape.name), shape):
            connection.execute(statement, batch)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise BackupFailed(f"Table {shape.name} cannot be restored: {reason}") from error


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        try:
            connection.execute(sql("SET CONSTRAINTS ALL IMMEDIATE"))
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
            raise BackupFailed(f"Rows of the backup refer to nothing: {reason}") from error
        _alter_references(connection, "NOT DEFERRABLE")
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        names = ", ".join(sorted({row[0] for row in broken}))
        raise BackupFailed(f"Rows of the backup refer to nothing: {names}")


def _move_sequences(connection: Connection, backup: Backup, shapes: Iterable[Shape], id_gap: int) -> None:
    """No number that was given out before the backup, or within `id_gap` after it, is given out again."""
    for shape in shapes:
        last = backup.manifest.sequences.get(shape.name, 0) + (id_gap if shape.name == SUBJECTS else 0)
        _move_sequence(connection, shape, last)
    statement = update(Counter).where(Counter.name == COUNTER)
    connection.execute(statement.values(value=Counter.value + id_gap))


def _move_sequence(connection: Connection, shape: Shape, last: int) -> None:
    if connection.dialect.name == "sqlite":
        if last:
            connection.execute(sql("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": shape.name})
            statement = sql("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)")
            connection.execute(statement, {"name": shape.name, "last": last})
        return
    sequence = sequence_name(connection, shape)
    if sequence is None:
        return
    highest = connection.execute(select(func.max(shape.table.c[shape.key[0]]))).scalar_one() or 0
    if max(last, highest):
        connection.execute(sql("SELECT setval(:name, :last)"), {"name": sequence, "last": max(last, highest)})


def _switch_off(connection: Connection, plugins: Iterable[str]) -> None:
    for name in plugins:
        connection.execute(update(PluginState).where(PluginState.name == name).values(enabled=False))
