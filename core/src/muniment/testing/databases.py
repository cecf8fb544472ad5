"""Fresh databases for tests: made once by the migrations, with the vocabularies in, then copied."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine, text

from muniment.db.engine import Database


class SQLiteTemplate:
    """A migrated SQLite file that is copied for each test."""

    def __init__(self, folder: Path, fill: Callable[[str], None]) -> None:
        self.file = folder / "template.db"
        fill(f"sqlite:///{self.file}")
        database = Database(f"sqlite:///{self.file}")
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        database.dispose()

    def copy(self, target: Path) -> str:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.file, target)  # with its rights: it is for its owner alone
        return f"sqlite:///{target}"

    def drop(self, url: str) -> None:
        """Nothing to do: the file lies in the test's own folder."""


class PostgreSQLTemplate:
    """A migrated PostgreSQL database that new ones are made from."""

    def __init__(self, cluster_url: str, fill: Callable[[str], None]) -> None:
        self.cluster_url = cluster_url
        self.name = f"template_{uuid.uuid4().hex[:12]}"
        # The cluster's connections are kept: opening one takes as long as copying a database.
        self._engine = create_engine(cluster_url, isolation_level="AUTOCOMMIT", pool_size=1)
        self._execute(f'CREATE DATABASE "{self.name}"')
        fill(self._url(self.name))

    def _url(self, name: str) -> str:
        return self.cluster_url.replace("/postgres?", f"/{name}?")

    def _execute(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))

    def copy(self, _target: Path) -> str:
        """A new database; its files are copied, which takes a third of the time of writing them through the log."""
        name = f"test_{os.getpid()}_{uuid.uuid4().hex[:12]}"
        strategy = " STRATEGY FILE_COPY" if self._can_choose_strategy() else ""
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}"{strategy}')
        return self._url(name)

    def _can_choose_strategy(self) -> bool:
        """PostgreSQL 15 and later can; earlier ones copy files anyway."""
        with self._engine.connect() as connection:
            version = connection.dialect.server_version_info
        return version is not None and version >= (15,)

    def close(self) -> None:
        self._engine.dispose()

    def drop(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
