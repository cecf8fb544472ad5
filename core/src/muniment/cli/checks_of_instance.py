"""What must be right before anything else can be looked at: configuration, database, tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import text

from muniment.backup.marker import refuse_half_restored
from muniment.cli.db import branches, refuse_newer
from muniment.cli.findings import Check, Finding
from muniment.cli.session import Session
from muniment.db.migrate import status

_PRAGMAS: Final = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def _configuration(session: Session) -> Iterator[Finding]:
    refuse_half_restored(session.instance)
    yield Finding("configuration", "ok", f"{session.instance.path / 'instance.toml'} is valid")


def _database(session: Session) -> Iterator[Finding]:
    database = session.database
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            version = connection.execute(text("show server_version")).scalar_one()
            yield Finding("database", "ok", f"PostgreSQL {version}")
            return
        for pragma, wanted in _PRAGMAS.items():
            found = connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()
            if found != wanted:
                yield Finding("database", "error", f"SQLite's {pragma} is {found}, it must be {wanted}")
        verdict = connection.exec_driver_sql("PRAGMA quick_check").scalar_one()
        if verdict != "ok":
            yield Finding("database", "error", f"the file is damaged ({verdict}); restore a backup")
            return
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            tables = ", ".join(sorted({row[0] for row in broken}))
            yield Finding("database", "error", f"rows in {tables} refer to nothing; restore a backup")
            return
    yield Finding("database", "ok", "SQLite, undamaged")


def _tables(session: Session) -> Iterator[Finding]:
    refuse_newer(session)
    for branch in branches(session):
        row = status(session.database, branch)
        if row.current is None and row.name == "core":
            yield Finding("tables", "error", "the database is empty; run 'muniment init' or restore a backup")
            return
        if not row.is_current:
            yield Finding("tables", "error", f"{row.name} needs 'muniment upgrade' ({row.current} to {row.head})")
            return
    yield Finding("tables", "ok", "up to date")


NEEDED: Final[tuple[Check, ...]] = (
    ("configuration", _configuration),
    ("database", _database),
    ("tables", _tables),
)
