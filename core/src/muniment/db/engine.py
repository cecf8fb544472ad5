"""Engines for SQLite and PostgreSQL, and the two ways in: `read()` and `write()`."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session

from muniment.db.lowercase import teach
from muniment.db.types import to_json
from muniment.db.unit_of_work import UnitOfWork
from muniment.db.write_lock import WriteLock
from muniment.errors import Busy, ConfigurationError, StorageFull

if TYPE_CHECKING:
    from muniment.events.outbox import Outbox

WRITES = "muniment_writes"

#: Connections beyond the pool's size: every thread of the server may hold one for a moment.
OVERFLOW = 60

_open_units = threading.local()
_databases: weakref.WeakSet[Database] = weakref.WeakSet()


def in_transaction() -> bool:
    """Whether this thread has a unit of work open; nothing that talks to the outside may happen then."""
    return bool(getattr(_open_units, "count", 0))


class Database:
    """One database of an instance, shared by all threads of a process.

    `url` is an SQLAlchemy URL; a relative SQLite path is taken from `base`. `lock_timeout` (seconds) bounds every wait
    for a lock or a connection, after which `Busy` is raised. `engine` begins a transaction with each connection; on
    SQLite `bare` has the same connections without the listener that does so, which costs a fifth of a statement.
    `outbox` turns the events of a unit of work into rows; without one (tests of the layer itself) events are refused.
    """

    def __init__(
        self,
        url: str,
        *,
        base: Path | None = None,
        pool_size: int = 10,
        lock_timeout: float = 5.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.url = _read_url(url)
        self.now = now
        self.outbox: Outbox | None = None
        self._local = threading.local()
        if self.is_sqlite:
            self.path = self._sqlite_path(base)
            self.bare = _sqlite_engine(self.path, pool_size, lock_timeout)
            self.engine = _with_transactions(self.bare)
            self.lock: WriteLock | None = WriteLock(self.path.with_name(self.path.name + ".lock"), lock_timeout)
        elif self.url.get_backend_name() == "postgresql":
            self.engine = self.bare = _postgresql_engine(url, pool_size, lock_timeout)
            self.lock = None
        else:
            raise ConfigurationError(
                f"database.url: '{self.url.get_backend_name()}' is not supported; use sqlite or postgresql."
            )
        _databases.add(self)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def _sqlite_path(self, base: Path | None) -> Path:
        if not self.url.database or self.url.database == ":memory:":
            raise ConfigurationError("database.url: SQLite needs a file, for instance sqlite:///var/muniment.db.")
        path = Path(self.url.database)
        path = path if path.is_absolute() else (base or Path.cwd()) / path
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; what is changed in it is thrown away.

        Inside a unit of work of the same thread the reader sees that unit's own changes.
        """
        current = self.current
        if current is not None:
            yield current.session
            return
        with _translated_errors(), Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            yield session  # closing it rolls back, and leaves what was loaded usable

    @contextlib.contextmanager
    def single(self) -> Iterator[Connection]:
        """A connection for one reading statement, which needs no transaction around it; inside a unit of work of the
        same thread it is that unit's."""
        if self.current is not None:
            self.current.flush()
            yield self.current.connection
            return
        with _translated_errors(), self.bare.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A unit of work: committed when the block ends, rolled back when it raises.

        Raises `Busy` when the write lock cannot be had in time. Units do not nest: services open one, and what
        they call is handed the unit.
        """
        if self.current is not None:
            raise RuntimeError("a unit of work is open in this thread already; pass it on instead")
        with contextlib.ExitStack() as stack:
            if self.lock is not None:
                stack.enter_context(self.lock.hold())
            stack.enter_context(_translated_errors())
            connection = stack.enter_context(self.bare.connect())
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            unit = UnitOfWork(self, connection)
            stack.callback(unit.close)
            self._local.unit = unit
            _open_units.count = getattr(_open_units, "count", 0) + 1
            try:
                yield unit
                unit.flush_outbox()
                unit.commit()
            except BaseException:
                unit.rollback()
                raise
            finally:
                self._local.unit = None
                _open_units.count -= 1
        unit.run_after_commit()

    @property
    def current(self) -> UnitOfWork | None:
        """The unit of work that is open in this thread, if any."""
        return getattr(self._local, "unit", None)

    def dispose(self) -> None:
        self.engine.dispose()
        if self.lock is not None:
            self.lock.close()


@contextlib.contextmanager
def _translated_errors() -> Iterator[None]:
    """What the disk or a lock refuses becomes an answer that a client can act on."""
    try:
        yield
    except PoolExhausted as error:
        raise Busy() from error
    except OperationalError as error:
        text = str(error.orig).lower()
        if any(words in text for words in _FULL):
            raise StorageFull() from error
        if any(words in text for words in _LOCKED):
            raise Busy() from error
        raise


#: How the drivers say that nothing more fits, and that somebody else holds a lock (or waits for ours in a circle).
_FULL = ("disk is full", "no space left", "disk i/o error")
_LOCKED = ("database is locked", "lock timeout", "deadlock detected")


def _renew_in_child() -> None:
    """A forked child opens connections of its own; the parent's stay open for the parent."""
    for database in _databases:
        database.engine.dispose(close=False)
        database._local = threading.local()
    _open_units.count = 0


os.register_at_fork(after_in_child=_renew_in_child)


def _read_url(url: str) -> URL:
    """The address is not repeated in the error: it may hold a password."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigurationError(
            "database.url is not the address of a database; write one like sqlite:///var/muniment.db or "
            "postgresql://USER:PASSWORD@HOST/NAME."
        ) from None


def _sqlite_engine(path: Path, pool_size: int, lock_timeout: float) -> Engine:
    def connect() -> sqlite3.Connection:
        if not path.exists():  # nobody else on the machine reads it; the files beside it get the rights of this one
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        try:
            return sqlite3.connect(path, timeout=lock_timeout, check_same_thread=False)
        except sqlite3.OperationalError as error:  # which names no file
            raise sqlite3.OperationalError(f"{error}: {path}") from error

    engine = create_engine(
        f"sqlite:///{path}",
        creator=connect,
        pool_size=pool_size,
        max_overflow=OVERFLOW,
        pool_timeout=lock_timeout,
        pool_use_lifo=True,  # each connection keeps pages of its own: the one that was used last has the warmest
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy begins; the driver must not begin by itself
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
                connection.execute(f"PRAGMA {pragma}").close()
        except sqlite3.OperationalError as error:  # which names no file
            raise sqlite3.OperationalError(f"{error}: {path}") from error
        connection.execute("PRAGMA cache_size=-16000").close()
        teach(connection)

    return engine


def _with_transactions(bare: Engine) -> Engine:
    engine = bare.execution_options()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")

    return engine


def _postgresql_engine(url: str, pool_size: int, lock_timeout: float) -> Engine:
    address = make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    try:
        return create_engine(
            address,
            pool_size=pool_size,
            max_overflow=OVERFLOW,
            pool_timeout=lock_timeout,
            pool_pre_ping=True,
            json_serializer=to_json,
            json_deserializer=orjson.loads,
            connect_args={"options": f"-c lock_timeout={int(lock_timeout * 1000)} -c timezone=UTC"},
        )
    except NoSuchModuleError:
        raise ConfigurationError(
            f"database.url: '{address.drivername}' is not supported; write postgresql://USER:PASSWORD@HOST/NAME."
        ) from None
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "database.url names PostgreSQL, but its driver is missing; install muniment-core[postgresql]."
        ) from error
