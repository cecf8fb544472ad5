"""Opens the database of an instance, and tells whether its tables are those of this code; every start does both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from muniment.db.engine import Database
from muniment.db.revisions import CORE, status
from muniment.errors import ConfigurationError
from muniment.settings.file_system import network_file_system
from muniment.settings.instance_lock import refuse_other_host

if TYPE_CHECKING:
    from muniment.settings.instance import Instance


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def open_database(instance: Instance) -> Database:
    """The database that the instance's configuration names.

    Raises `ConfigurationError` for SQLite on a network file system, or on an instance that another machine serves.
    """
    database = Database(
        instance.config.database.url,
        base=instance.path,
        pool_size=instance.config.database.pool_size,
        now=now,
    )
    if database.is_sqlite:
        kind = network_file_system(database.path.parent)
        if kind is not None:
            raise ConfigurationError(
                f"database.url: {database.path} lies on a network file system ({kind}), where SQLite loses data. "
                "Put the instance on a local disk, or use PostgreSQL."
            )
        refuse_other_host(instance)
    return database


def require_current(database: Database) -> None:
    """Refuse to work with tables that are not those of this code; nothing is migrated by itself."""
    branch = status(database, CORE)
    if branch.current is None:
        raise ConfigurationError("The database is empty. Run 'muniment db upgrade' (or 'muniment init') first.")
    if not branch.is_current:
        raise ConfigurationError(
            f"The database is at revision {branch.current}, this version needs {branch.head}. "
            "Run 'muniment upgrade'; it makes a backup first."
        )
