"""What must be right before anything else can be looked at: configuration, database, tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import text

from muniment.backup.marker import refuse_half_restored
from muniment.db.revisions import status
from muniment.health.finding import Finding, _
from muniment.health.place import Check, Place
from muniment.health.release import branches, refuse_newer

_PRAGMAS: Final = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def _configuration(place: Place) -> Iterator[Finding]:
    refuse_half_restored(place.instance)
    yield Finding("configuration", "ok", _("%(file)s is valid"), {"file": place.instance.path / "instance.toml"})


def _server(place: Place) -> Iterator[Finding]:
    """Whether the database answers, and is set up as it must be."""
    database = place.database
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            version = connection.execute(text("show server_version")).scalar_one()
            yield Finding("database", "ok", _("PostgreSQL %(version)s"), {"version": version})
            return
        for pragma, wanted in _PRAGMAS.items():
            found = connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()
            if found != wanted:
                values = {"pragma": pragma, "found": found, "wanted": wanted}
                wrong = _("SQLite's %(pragma)s is %(found)s, it must be %(wanted)s")
                yield Finding("database", "error", wrong, values)
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
    yield Finding("database", "ok", _("SQLite %(version)s"), {"version": version})


def _contents(place: Place) -> Iterator[Finding]:
    """Whether SQLite's file is whole; PostgreSQL looks after its own."""
    database = place.database
    if not database.is_sqlite:
        return
    with database.engine.connect() as connection:
        verdict = connection.exec_driver_sql("PRAGMA quick_check").scalar_one()
        if verdict != "ok":
            damaged = _("the file is damaged (%(verdict)s); restore a backup")
            yield Finding("database", "error", damaged, {"verdict": verdict})
            return
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            tables = ", ".join(sorted({row[0] for row in broken}))
            lost = _("rows in %(tables)s refer to nothing; restore a backup")
            yield Finding("database", "error", lost, {"tables": tables})
            return
    yield Finding("database", "ok", _("the file is undamaged"))


def _tables(place: Place) -> Iterator[Finding]:
    refuse_newer(place.database)
    for branch in branches(place.database):
        row = status(place.database, branch)
        if row.current is None and row.name == "core":
            empty = _("the database is empty; run 'muniment init' or restore a backup")
            yield Finding("tables", "error", empty)
            return
        if not row.is_current:
            values = {"name": row.name, "current": row.current, "head": row.head}
            behind = _("%(name)s needs 'muniment upgrade' (%(current)s to %(head)s)")
            yield Finding("tables", "error", behind, values)
            return
    yield Finding("tables", "ok", _("up to date"))


NEEDED: Final[tuple[Check, ...]] = (
    Check("configuration", _configuration),
    Check("database", _server),
    Check("database", _contents, slow=True),
    Check("tables", _tables),
)
