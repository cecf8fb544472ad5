"""Connections: what each one is set to, which addresses are refused, and what the driver's errors become."""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from muniment.database import open_database as open_instance_database
from muniment.db import engine
from muniment.db.engine import Database
from muniment.errors import Busy, ConfigurationError, StorageFull
from muniment.plugins.models import Counter
from muniment.records.models import Record
from muniment.settings.instance import Instance


@pytest.fixture
def sqlite(tmp_path: Path, open_database: Callable[..., Database]) -> Callable[..., Database]:
    """Opens a fresh SQLite database with one table."""

    def make(**options: float) -> Database:
        database = open_database(f"sqlite:///{tmp_path / 'own.db'}", **options)
        with database.write() as unit:
            Counter.__table__.create(unit.session.connection(), checkfirst=True)  # type: ignore[attr-defined]
        return database

    return make


@pytest.fixture
def postgresql(
    database: Database, database_url: str, open_database: Callable[..., Database]
) -> Callable[..., Database]:
    """Opens the test's PostgreSQL database; skips on SQLite."""
    if database.is_sqlite:
        pytest.skip("about PostgreSQL")

    def make(**options: float) -> Database:
        return open_database(database_url, **options)

    return make


# Settings of connections ----------------------------------------------------------------------------------------------


def test_a_new_sqlite_database_is_for_its_owner_alone(sqlite: Callable[..., Database]) -> None:
    database = sqlite()
    with database.read():
        files = list(database.path.parent.glob("own.db*"))
        assert database.path in files
        assert {file.name: file.stat().st_mode & 0o077 for file in files} == {file.name: 0 for file in files}


def test_a_sqlite_file_that_cannot_be_opened_is_named(tmp_path: Path, open_database: Callable[..., Database]) -> None:
    (tmp_path / "own.db").mkdir()
    with pytest.raises(OperationalError, match=f"unable to open database file: {tmp_path / 'own.db'}"):
        open_database(f"sqlite:///{tmp_path / 'own.db'}").engine.connect()


def test_every_sqlite_connection_is_durable_and_keeps_foreign_keys(sqlite: Callable[..., Database]) -> None:
    database = sqlite()
    with database.engine.connect() as first, database.engine.connect() as second:
        for connection in (first, second):
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
            assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_connection_that_was_used_last_is_used_next(sqlite: Callable[..., Database]) -> None:
    """It has the most pages of the database at hand, and the others may keep few."""
    bare = sqlite().bare
    with bare.connect() as last, bare.connect():
        used_last = last.connection.dbapi_connection
    for _ in range(3):
        with bare.connect() as connection:
            assert connection.connection.dbapi_connection is used_last


def test_foreign_keys_hold_on_both_databases(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as unit:
        unit.session.add(Record(id=1, parent_id=404, version_index=1, data={}, created=unit.now, updated=unit.now))


def test_postgresql_counts_in_utc_and_waits_for_locks_as_long_as_said(postgresql: Callable[..., Database]) -> None:
    with postgresql(lock_timeout=2.5).read() as session:
        assert session.execute(text("SHOW timezone")).scalar() == "UTC"
        assert session.execute(text("SHOW lock_timeout")).scalar() == "2500ms"


def test_a_relative_path_starts_at_the_instance(tmp_path: Path, open_database: Callable[..., Database]) -> None:
    database = Database("sqlite:///var/deep/own.db", base=tmp_path)
    assert database.path == tmp_path / "var" / "deep" / "own.db"
    with database.read() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1
    database.dispose()
    assert database.path.exists()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="SQLite needs a file"):
        Database(url)


def test_other_databases_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="'mysql' is not supported; use sqlite or postgresql"):
        Database("mysql://localhost/muniment")


def test_a_missing_driver_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError, match=r"muniment-core\[postgresql\]"):
        Database("postgresql://localhost/muniment")


def test_sqlite_on_a_network_file_system_is_refused(
    instance: Instance, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database.is_sqlite:
        pytest.skip("about SQLite")
    monkeypatch.setattr("muniment.database.network_file_system", lambda path: "nfs4")
    with pytest.raises(ConfigurationError, match=r"database\.url: .*network file system \(nfs4\)"):
        open_instance_database(instance)


# Errors ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def full_disk() -> Iterator[Callable[[Database], None]]:
    """Lets a database grow no further than it is, as on a full disk."""
    listening: list[tuple[Any, Any]] = []

    def fill(database: Database) -> None:
        def limit(connection: Any) -> None:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

        event.listen(database.bare, "begin", limit)
        listening.append((database.bare, limit))

    yield fill
    for target, function in listening:
        event.remove(target, "begin", function)


def test_a_full_disk_is_said_and_leaves_the_database_as_it_was(
    sqlite: Callable[..., Database], full_disk: Callable[[Database], None]
) -> None:
    database = sqlite()
    full_disk(database)

    def write() -> None:
        with database.write() as unit:
            unit.session.add(Counter(name="small", value=1))
            unit.session.flush()
            unit.session.execute(text("CREATE TABLE large AS SELECT zeroblob(1000000) AS content"))

    with pytest.raises(StorageFull):
        write()
    with database.read() as session:
        assert session.execute(select(Counter)).first() is None


def test_a_full_disk_of_postgresql_is_said(postgresql: Callable[..., Database]) -> None:
    cause = psycopg.errors.DiskFull('could not extend file "base/1/2": No space left on device')
    with pytest.raises(StorageFull), postgresql().write():
        raise OperationalError("INSERT", {}, cause)


def test_a_lock_of_a_stranger_is_waited_for_and_then_told(sqlite: Callable[..., Database]) -> None:
    database = sqlite(lock_timeout=0.1)
    stranger = sqlite3.connect(database.path, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy) as caught, database.write() as unit:
        unit.session.add(Counter(name="probe", value=1))
    assert caught.value.headers["Retry-After"]
    stranger.execute("ROLLBACK")
    stranger.close()
    with database.write() as unit:
        unit.session.add(Counter(name="probe", value=1))


def test_a_writer_that_does_not_come_to_an_end_is_told_to_the_others(sqlite: Callable[..., Database]) -> None:
    database = sqlite(lock_timeout=0.1)
    refused: list[Busy] = []

    def ask() -> None:
        with pytest.raises(Busy) as caught, database.write():
            pass
        refused.append(caught.value)

    with database.write() as unit:
        unit.session.add(Counter(name="probe", value=1))
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_a_locked_row_is_waited_for_and_then_told(postgresql: Callable[..., Database]) -> None:
    database = postgresql(lock_timeout=0.1)
    with database.write() as unit:
        unit.session.add(Counter(name="probe", value=1))
    refused: list[Busy] = []

    def ask() -> None:
        with pytest.raises(Busy) as caught, database.write() as other:
            other.session.get(Counter, "probe", with_for_update=True)
        refused.append(caught.value)

    with database.write() as unit:
        unit.session.get(Counter, "probe", with_for_update=True)
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_of_two_that_wait_for_each_other_one_is_told_to_repeat(postgresql: Callable[..., Database]) -> None:
    database = postgresql(lock_timeout=10)
    with database.write() as unit:
        unit.session.add_all([Counter(name="one", value=0), Counter(name="two", value=0)])
    meeting, outcomes = threading.Barrier(2), []

    def work(first: str, second: str) -> None:
        try:
            with database.write() as own:
                own.session.get(Counter, first, with_for_update=True)
                meeting.wait(10)
                own.session.get(Counter, second, with_for_update=True)
            outcomes.append("done")
        except Busy:
            outcomes.append("busy")

    threads = [threading.Thread(target=work, args=names) for names in (("one", "two"), ("two", "one"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["busy", "done"]


def test_no_free_connection_is_told_and_not_waited_for_long(
    database_url: str, open_database: Callable[..., Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "OVERFLOW", 0)
    database = open_database(database_url, pool_size=1, lock_timeout=0.1)
    with database.engine.connect(), pytest.raises(Busy), database.read() as session:
        session.execute(text("SELECT 1"))


def test_sixty_readers_at_once_are_served(database: Database) -> None:
    meeting = threading.Barrier(60)
    answers: list[int] = []

    def read() -> None:
        with database.read() as session:
            found = session.execute(text("SELECT 1")).scalar_one()
            meeting.wait(30)
            answers.append(found)

    threads = [threading.Thread(target=read) for _ in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [1] * 60


def test_other_errors_stay_what_they_are(database: Database) -> None:
    with pytest.raises((OperationalError, ProgrammingError)), database.write() as unit:
        unit.session.execute(text("SELECT * FROM no_such_table"))
