"""What a database holds: its tables with keys and kinds of columns, revisions of migrations, and number sequences."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, TableClause, collate, column, inspect, select, table
from sqlalchemy import text as sql
from sqlalchemy.engine import Inspector
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

from muniment import models
from muniment.backup.errors import BackupFailed
from muniment.backup.kinds import TYPES, kind_of
from muniment.plugins.discovery import discover
from muniment.plugins.installed import InstalledPlugin

VERSIONS: Final = "alembic_version"

#: Tables that say nothing once the moment has passed, with the reason for operators.
LEFT_OUT: Final[Mapping[str, str]] = {
    "processes": "says which processes run now",
    "record_exports": "is written again from the records",
    "record_projections": "is rendered again from the records",
    "removal_holds": "says who reads files now",
    "sessions": "people sign in again, and a session that was ended since stays ended",
    "throttle_counters": "counts attempts of the last hours",
    "upload_segments": "belongs to uploads under way, which are begun anew",
    "uploads": "uploads under way are begun anew",
}
#: Rows that need no backup: bytes that no file uses any more.
ROWS: Final[Mapping[str, str]] = {
    "stored_objects": "EXISTS (SELECT 1 FROM files WHERE files.object_id = stored_objects.id)"
}


@dataclass(frozen=True)
class Shape:
    """A table as a backup sees it: its name, its key, and the kind of each column."""

    name: str
    key: tuple[str, ...]
    kinds: Mapping[str, str]

    @property
    def table(self) -> TableClause:
        """The table for statements, with the types that fit either database."""
        return table(self.name, *(column(name, TYPES[kind]) for name, kind in self.kinds.items()))

    def rows(self, connection: Connection) -> Select[Any]:
        """All rows worth keeping in the order of their key, which is the same in both databases."""
        statement = select(self.table).order_by(*(self._ordered(connection, name) for name in self.key))
        return statement.where(sql(ROWS[self.name])) if self.name in ROWS else statement

    def _ordered(self, connection: Connection, name: str) -> ColumnElement[Any]:
        found = self.table.c[name]
        if self.kinds[name] == "text" and connection.dialect.name == "postgresql":
            return collate(found, "C")  # byte by byte, as SQLite compares
        return found


def shapes_of(connection: Connection) -> tuple[list[Shape], list[str]]:
    """The shapes of all tables that belong into a backup, by name, and the names of those that no model describes."""
    inspector = inspect(connection)
    declared = declared_types()
    names = [name for name in sorted(inspector.get_table_names()) if name not in LEFT_OUT]
    names = [name for name in names if not name.startswith(VERSIONS)]
    unknown = [name for name in names if name not in declared]
    return [_shape(inspector, name, declared.get(name, {})) for name in names], unknown


def _shape(inspector: Inspector, name: str, declared: Mapping[str, TypeEngine[Any]]) -> Shape:
    """Columns are those that the database has, which may be older than the models."""
    kinds = {
        found["name"]: kind_of(declared.get(found["name"], found["type"]), f"{name}.{found['name']}")
        for found in inspector.get_columns(name)
        if "computed" not in found
    }
    key = tuple(inspector.get_pk_constraint(name)["constrained_columns"])
    if not key:
        raise BackupFailed(f"Table {name} has no primary key, so its rows have no order; give it one.")
    return Shape(name, key, kinds)


def declared_types() -> dict[str, dict[str, TypeEngine[Any]]]:
    """The column types of every table that the core or an installed plugin declares, enabled or not."""
    for plugin in discover().plugins.values():
        if plugin.migrations is not None:
            _import_models(plugin)
    found: dict[str, dict[str, TypeEngine[Any]]] = {}
    for metadata in [models.Base.metadata, *(base.metadata for base in DeclarativeBase.__subclasses__())]:
        for name, described in metadata.tables.items():
            if not described.info.get("core"):
                found[name] = {item.name: item.type for item in described.columns}
    return found


def _import_models(plugin: InstalledPlugin) -> None:
    name = f"{plugin.package}.models"
    if importlib.util.find_spec(name) is None:
        plugin.load()
    else:
        importlib.import_module(name)


def revisions_of(connection: Connection) -> dict[str, str]:
    """The revision of the core and of each plugin whose tables are there, by the name of the version table."""
    names = [name for name in inspect(connection).get_table_names() if name.startswith(VERSIONS)]
    found: dict[str, str] = {}
    for name in sorted(names):
        revision = connection.execute(select(column("version_num")).select_from(table(name))).scalar_one_or_none()
        if revision is not None:
            found[name] = str(revision)
    return found


def sequences_of(connection: Connection, shapes: Iterable[Shape]) -> dict[str, int]:
    """The last number that each table gave to a row, also when that row is gone."""
    if connection.dialect.name == "sqlite":
        kept = {shape.name for shape in shapes}
        if not connection.execute(sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")).first():
            return {}
        rows = connection.execute(sql("SELECT name, seq FROM sqlite_sequence ORDER BY name"))
        return {name: int(value) for name, value in rows if name in kept and value}
    found: dict[str, int] = {}
    for shape in shapes:
        sequence = sequence_name(connection, shape)
        if sequence is not None:
            value, called = connection.execute(sql(f"SELECT last_value, is_called FROM {sequence}")).one()
            if called:
                found[shape.name] = int(value)
    return found


def sequence_name(connection: Connection, shape: Shape) -> str | None:
    """PostgreSQL's sequence behind the key of a table, quoted, if it has one."""
    if len(shape.key) != 1 or shape.kinds[shape.key[0]] != "integer":
        return None
    quoted = connection.dialect.identifier_preparer.quote(shape.name)
    statement = sql("SELECT pg_get_serial_sequence(:name, :key)")
    found: str | None = connection.execute(statement, {"name": quoted, "key": shape.key[0]}).scalar_one()
    return found
