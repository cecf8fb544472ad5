"""SQL statements are compiled once for all databases of a test run, not once for each test's own.

A process that serves has one database and keeps what it compiled; tests make thousands of databases, and compiling the
same statements for each took a tenth of their time. Engines for one kind of database get the same dialect, which is
part of what SQLAlchemy looks statements up by, and one cache; `core/tests/testing/test_compiled_statements.py` pins
what this relies on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

from sqlalchemy import Engine, create_engine
from sqlalchemy.util import LRUCache

import muniment.db.engine

_SIZE = 3000


@contextlib.contextmanager
def shared() -> Iterator[None]:
    """Engines of `Database` that are made within share what they compile."""
    known: dict[str, tuple[Any, LRUCache[Any, Any]]] = {}

    def create(*arguments: Any, **options: Any) -> Engine:
        engine = create_engine(*arguments, **options)
        dialect, cache = known.get(engine.dialect.name, (engine.dialect, None))
        if cache is None or dialect.server_version_info is None:  # never connected: it does not know its server yet
            dialect, cache = known[engine.dialect.name] = engine.dialect, LRUCache(_SIZE)
        engine.dialect = engine.pool._dialect = dialect
        engine._compiled_cache = cache
        return engine

    with mock.patch.object(muniment.db.engine, "create_engine", create):
        yield
