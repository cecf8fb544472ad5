"""Databases without a repository around them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from muniment.db.engine import Database
from muniment.events.outbox import Outbox


@pytest.fixture
def open_database() -> Iterator[Callable[..., Database]]:
    """Opens databases as processes do, with an event log; closed at the end."""
    opened: list[Database] = []

    def make(url: str, **options: float) -> Database:
        database = Database(url, **options)  # type: ignore[arg-type]
        database.outbox = Outbox(database)
        opened.append(database)
        return database

    yield make
    for database in opened:
        database.dispose()


@pytest.fixture
def database(database_url: str, open_database: Callable[..., Database]) -> Database:
    """A migrated database."""
    return open_database(database_url)


@pytest.fixture
def empty_database(database_kind: str, tmp_path: Path, open_database: Callable[..., Database]) -> Iterator[Database]:
    """A database without any table."""
    if database_kind == "sqlite":
        yield open_database(f"sqlite:///{tmp_path / 'empty.db'}")
        return
    cluster = os.environ["MUNIMENT_TEST_POSTGRESQL"]
    name = f"empty_{uuid.uuid4().hex[:12]}"
    engine = create_engine(cluster, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield open_database(cluster.replace("/postgres?", f"/{name}?"))
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()
