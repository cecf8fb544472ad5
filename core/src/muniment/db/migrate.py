"""Runs Alembic migrations of the core and of each plugin, each with a version table of its own.

Migrations run only on an explicit act. On SQLite they run with foreign keys off, since a batch change of a core
table would otherwise cascade into plugin tables, and the foreign keys are checked before the commit. Tables whose
numbers are never given twice go on counting where they were.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, func, select
from sqlalchemy.schema import DropTable

from muniment.db.base import Base
from muniment.db.engine import WRITES, Database
from muniment.db.revisions import Branch, MigrationFailed

_TEMPLATE = Path(__file__).parents[1] / "migrations"
_ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(0x6D756E6A))


def script_directory(branch: Branch) -> ScriptDirectory:
    return ScriptDirectory(str(_TEMPLATE), version_locations=[str(branch.versions)])


def upgrade(database: Database, branch: Branch, target: str = "head") -> bool:
    """Bring `branch` to `target`; returns whether anything was done. Can be repeated after a cut."""
    return _run(database, branch, target, down=False)


def downgrade(database: Database, branch: Branch, target: str = "base") -> bool:
    """Take `branch` back to `target`, for purging a plugin."""
    return _run(database, branch, target, down=True)


def forget(database: Database, branch: Branch) -> None:
    """Remove the version table of a plugin whose tables are gone."""
    with database.write() as unit:
        unit.session.execute(DropTable(Table(branch.version_table, MetaData()), if_exists=True))


def _run(database: Database, branch: Branch, target: str, *, down: bool) -> bool:
    scripts = script_directory(branch)
    lock = database.lock.hold() if database.lock else contextlib.nullcontext()
    with lock, _migration_connection(database) as connection:
        if not database.is_sqlite:
            connection.execute(_ONE_AT_A_TIME)
        before = _context(connection, branch).get_current_revision()
        counted = _sequences(database, connection)

        def steps(revision: Any, _context: Any) -> Any:
            if down:
                return scripts._downgrade_revs(target, revision)
            return scripts._upgrade_revs(target, revision)

        environment = EnvironmentContext(Config(), scripts, fn=steps)
        with environment:
            environment.configure(
                connection=connection,
                target_metadata=Base.metadata,
                version_table=branch.version_table,
                render_as_batch=True,
                transactional_ddl=True,
            )
            with Operations.context(environment.get_context()):
                _migrate(environment, connection, branch)
        changed = before != _context(connection, branch).get_current_revision()
        if changed:  # the check reads every row that refers to another one: seconds with a million records
            _check_foreign_keys(database, connection, branch)
        _keep_sequences(database, connection, branch, counted)
        connection.commit()
    return changed


def _migrate(environment: EnvironmentContext, connection: Connection, branch: Branch) -> None:
    try:
        environment.run_migrations()
    except Exception as error:
        connection.rollback()
        reason = (str(getattr(error, "orig", error)).strip().splitlines() or [""])[0]
        raise MigrationFailed(
            f"A migration of {branch.name} failed and was rolled back; nothing was changed. "
            f"{type(error).__name__}: {reason}"
        ) from error


@contextlib.contextmanager
def _migration_connection(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            yield connection
            return
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF").close()  # has no effect inside a transaction, so before it
        try:
            yield connection.execution_options(**{WRITES: True})
        finally:
            connection.rollback()
            raw.execute("PRAGMA foreign_keys=ON").close()


def _check_foreign_keys(database: Database, connection: Connection, branch: Branch) -> None:
    if not database.is_sqlite:
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = sorted({row[0] for row in broken})
        connection.rollback()
        raise MigrationFailed(
            f"The migration of {branch.name} would leave rows in {', '.join(tables)} that refer to nothing; "
            "nothing was changed."
        )


def _sequences(database: Database, connection: Connection) -> dict[str, int]:
    """The last number of each SQLite table whose numbers are never given twice."""
    if not database.is_sqlite:
        return {}
    tables = (
        connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'").scalars().all()
    )
    if not tables:
        return {}
    last: dict[str, int] = dict(connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence").fetchall())
    return {table: last.get(table, 0) for table in tables}


def _keep_sequences(database: Database, connection: Connection, branch: Branch, before: dict[str, int]) -> None:
    """A batch change copies a table: the copy must go on counting where the table was, even when it was empty."""
    if not before:
        return
    now = _sequences(database, connection)
    for table in before.keys() - now.keys():
        if connection.dialect.has_table(connection, table):
            connection.rollback()
            raise MigrationFailed(
                f"The migration of {branch.name} would let numbers of deleted rows in {table} come again; nothing was "
                "changed. Give batch_alter_table the argument table_kwargs={'sqlite_autoincrement': True}."
            )
    for table in before.keys() & now.keys():
        if now[table] < before[table]:
            connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, before[table]))


def _context(connection: Connection, branch: Branch) -> MigrationContext:
    return MigrationContext.configure(connection, opts={"version_table": branch.version_table})
