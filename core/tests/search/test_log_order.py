"""A reader of the log that stores its position misses no event, in whatever order transactions end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from muniment.db.engine import Database
from muniment.events.event import RecordChanged
from muniment.events.outbox import Outbox

if TYPE_CHECKING:
    from muniment.repository import Repository


class Writer:
    """A transaction of its own thread that goes on step by step."""

    def __init__(self, database: Database, number: int) -> None:
        self.database = database
        self.number = number
        self.may_write = threading.Event()
        self.may_commit = threading.Event()
        self.begun = threading.Event()
        self.written = threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        assert self.begun.wait(10)

    def _run(self) -> None:
        assert self.database.outbox is not None
        with self.database.write() as unit:
            if not self.database.is_sqlite:
                unit.session.execute(text("SELECT pg_current_xact_id()"))
            self.begun.set()
            assert self.may_write.wait(10)
            self.database.outbox.write(unit, [RecordChanged(self.number, 1)])
            self.written.set()
            assert self.may_commit.wait(10)

    def end(self) -> None:
        self.may_write.set()
        self.may_commit.set()
        self.thread.join(10)
        assert not self.thread.is_alive()


@pytest.fixture
def read(repository: Repository) -> Callable[[], list[str]]:
    """Reads on from the position that was reached, as the index does."""
    position = [repository.events.last_id()]

    def read() -> list[str]:
        entries = repository.events.read_after(position[0])
        if entries:
            position[0] = entries[-1].id
        return [entry.key for entry in entries]

    return read


def test_a_later_transaction_that_takes_the_earlier_id_is_not_missed(
    repository: Repository, read: Callable[[], list[str]]
) -> None:
    if repository.database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    assert isinstance(repository.events, Outbox)
    older, younger = Writer(repository.database, 1), Writer(repository.database, 2)
    younger.may_write.set()
    assert younger.written.wait(10)
    older.may_write.set()
    older.may_commit.set()
    older.thread.join(0.5)  # ends now, or waits for the younger one
    seen = read()
    younger.end()
    older.end()
    seen += read()
    assert sorted(seen) == ["record:1", "record:2"]
