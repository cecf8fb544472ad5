"""The schema of a database as plain values, to compare what migrations made with each other and with the models."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, inspect

from muniment.db.engine import Database

VERSION_TABLES = "alembic_version"


def describe_schema(database: Database, prefix: str = "") -> dict[str, Any]:
    """For each table (whose name starts with `prefix`) its columns, keys, constraints and indexes."""
    found: dict[str, Any] = {}
    with database.engine.connect() as connection:
        inspector = inspect(connection)
        for table in sorted(inspector.get_table_names()):
            if not table.startswith(prefix) or table.startswith(VERSION_TABLES):
                continue
            found[table] = {
                "columns": {
                    column["name"]: (str(column["type"]), column["nullable"], str(column.get("default")))
                    for column in inspector.get_columns(table)
                },
                "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
                "foreign keys": _sorted(inspector.get_foreign_keys(table)),
                "unique": _sorted(inspector.get_unique_constraints(table)),
                "indexes": _sorted(inspector.get_indexes(table)),
            }
    return found


def differences(database: Database, metadata: MetaData, prefix: str = "", *, listed_only: bool = False) -> list[Any]:
    """What would have to be migrated for the tables of `metadata` to be those of the database; empty when nothing.

    Tables whose `info` says ``core`` stand for tables of the core in a plugin's metadata and are left out; with
    `listed_only` so are those of the database that `metadata` does not know.
    """

    def included(item: Any, _name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        table = item if kind == "table" else getattr(item, "table", None)
        if table is None or table.info.get("core"):
            return table is None
        if listed_only and table.name not in metadata.tables:
            return False
        return table.name.startswith(prefix) and not table.name.startswith(VERSION_TABLES)

    with database.engine.connect() as connection:
        options = {"compare_type": True, "include_object": included}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def _sorted(rows: list[Any]) -> list[str]:
    return sorted(str(sorted((key, _plain(value)) for key, value in row.items() if value)) for row in rows)


def _plain(value: Any) -> str:
    """A value as text; clauses of SQL, such as the condition of a partial index, by what they say."""
    if isinstance(value, dict):
        return str({key: str(item) for key, item in value.items()})
    return str(value)
