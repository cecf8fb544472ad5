"""A unit of work: rows, events and audit entries together or not at all, and what waits for the commit."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from muniment.access.actor import SYSTEM, Actor
from muniment.audit.models import AuditEntry
from muniment.db.engine import Database, in_transaction
from muniment.db.unit_of_work import UnitOfWork
from muniment.events.models import EventRow
from muniment.plugins.models import Counter
from muniment.testing.fakes import Probed


def put(unit: UnitOfWork, name: str, value: int = 1) -> None:
    unit.session.add(Counter(name=name, value=value))


def counter(database: Database, name: str) -> int | None:
    with database.read() as session:
        return session.execute(select(Counter.value).where(Counter.name == name)).scalar_one_or_none()


def probes(database: Database) -> list[int]:
    with database.read() as session:
        rows = session.execute(select(EventRow).where(EventRow.name == "probe.happened").order_by(EventRow.id))
        return [row.payload["number"] for row in rows.scalars()]


class Unexpected(Exception):
    """Something that the code of a test raises."""


# Together or not at all -----------------------------------------------------------------------------------------------


def test_rows_events_and_audit_become_durable_together(database: Database) -> None:
    with database.write() as unit:
        put(unit, "probe")
        unit.emit(Probed(number=1))
        unit.audit("probe.act", "probe:1", SYSTEM, field="title")
        assert probes(database) == []
    assert counter(database, "probe") == 1
    assert probes(database) == [1]
    with database.read() as session:
        entry = session.execute(select(AuditEntry)).scalar_one()
    assert (entry.action, entry.resource, entry.details, entry.via) == (
        "probe.act",
        "probe:1",
        {"field": "title"},
        "system",
    )


@pytest.mark.parametrize("error", [Unexpected, KeyboardInterrupt, SystemExit])
def test_an_error_leaves_nothing_behind(database: Database, error: type[BaseException]) -> None:
    called: list[str] = []

    def act() -> None:
        with database.write() as unit:
            put(unit, "probe")
            unit.emit(Probed())
            unit.audit("probe.act", "probe:1", SYSTEM)
            unit.on_commit(lambda: called.append("committed"))
            unit.session.flush()
            raise error

    with pytest.raises(error):
        act()
    assert counter(database, "probe") is None
    assert probes(database) == []
    assert not called
    with database.read() as session:
        assert session.execute(select(AuditEntry)).first() is None


def test_a_row_that_the_database_refuses_undoes_the_others(database: Database) -> None:
    with database.write() as unit:
        put(unit, "taken")

    def act() -> None:
        with database.write() as unit:
            put(unit, "probe")
            unit.emit(Probed())
            put(unit, "taken")

    with pytest.raises(IntegrityError):
        act()
    assert counter(database, "probe") is None
    assert probes(database) == []


def test_the_database_can_be_written_after_an_error(database: Database) -> None:
    with pytest.raises(Unexpected), database.write():
        raise Unexpected
    with database.write() as unit:
        put(unit, "probe")
    assert counter(database, "probe") == 1


def test_all_rows_of_a_unit_have_the_same_moment(database_url: str, open_database: Callable[..., Database]) -> None:
    moments = iter([datetime(2026, 5, 14, 12, tzinfo=UTC), datetime(2026, 5, 14, 13, tzinfo=UTC)])
    database = open_database(database_url)
    database.now = lambda: next(moments)
    with database.write() as unit:
        unit.audit("probe.act", "probe:1", SYSTEM)
        unit.audit("probe.act", "probe:2", Actor(subject=7, via="token"))
        unit.emit(Probed())
    with database.read() as session:
        entries = list(session.execute(select(AuditEntry).order_by(AuditEntry.id)).scalars())
        event = session.execute(select(EventRow).where(EventRow.name == "probe.happened")).scalar_one()
    assert {entry.at for entry in entries} == {event.created} == {datetime(2026, 5, 14, 12, tzinfo=UTC)}
    assert [(entry.subject_id, entry.via) for entry in entries] == [(None, "system"), (7, "token")]


# Events ---------------------------------------------------------------------------------------------------------------


def test_events_keep_their_order_and_the_last_id_is_known(database: Database) -> None:
    with database.write() as unit:
        for number in range(5):
            unit.emit(Probed(number=number))
    assert probes(database) == [0, 1, 2, 3, 4]
    assert database.outbox is not None
    assert database.outbox.last_id() == unit.last_event_id > 0


def test_without_an_event_log_nothing_is_committed(database: Database) -> None:
    database.outbox = None

    def act() -> None:
        with database.write() as unit:
            put(unit, "probe")
            unit.emit(Probed())

    with pytest.raises(RuntimeError, match="no outbox"):
        act()
    assert counter(database, "probe") is None


def test_followers_are_woken_after_the_commit_and_only_for_events(database: Database) -> None:
    seen: list[list[int]] = []
    assert database.outbox is not None
    database.outbox.listen(lambda: seen.append(probes(database)))
    with database.write() as unit:
        put(unit, "probe")
    assert seen == []
    with database.write() as unit:
        unit.emit(Probed(number=1))
        assert seen == []
    assert seen == [[1]]


def test_a_follower_that_left_is_not_woken(database: Database) -> None:
    seen: list[int] = []

    def listener() -> None:
        seen.append(1)

    assert database.outbox is not None
    database.outbox.listen(listener)
    database.outbox.forget(listener)
    database.outbox.forget(listener)
    with database.write() as unit:
        unit.emit(Probed())
    assert not seen


# After the commit -----------------------------------------------------------------------------------------------------


def test_what_waits_for_the_commit_finds_it_done_and_may_write_itself(database: Database) -> None:
    def after() -> None:
        assert counter(database, "probe") == 1
        assert not in_transaction()
        with database.write() as unit:
            put(unit, "second")

    with database.write() as unit:
        put(unit, "probe")
        unit.on_commit(after)
        assert counter(database, "second") is None
    assert counter(database, "second") == 1


def test_functions_are_called_in_order_and_one_that_fails_keeps_no_other_from_it(database: Database) -> None:
    called: list[str] = []

    def fail() -> None:
        called.append("failing")
        raise Unexpected

    assert database.outbox is not None
    database.outbox.listen(lambda: called.append("woken"))

    def act() -> None:
        with database.write() as unit:
            unit.emit(Probed(number=1))
            unit.on_commit(lambda: called.append("first"))
            unit.on_commit(fail)
            unit.on_commit(lambda: called.append("last"))

    with pytest.raises(Unexpected):
        act()
    assert called == ["first", "failing", "last", "woken"]
    assert probes(database) == [1]


# Threads and nesting --------------------------------------------------------------------------------------------------


def test_units_do_not_nest(database: Database) -> None:
    with database.write() as unit:
        put(unit, "probe")
        with pytest.raises(RuntimeError, match="pass it on"), database.write():
            pass
    assert counter(database, "probe") == 1


def test_a_reader_in_a_unit_sees_its_changes_and_others_do_not(database: Database) -> None:
    found: list[int | None] = []
    with database.write() as unit:
        put(unit, "probe")
        assert counter(database, "probe") == 1
        thread = threading.Thread(target=lambda: found.append(counter(database, "probe")))
        thread.start()
        thread.join()
    assert found == [None]


def test_what_a_reader_changes_is_thrown_away(database: Database) -> None:
    with database.write() as unit:
        put(unit, "probe", 1)
    with database.read() as session:
        row = session.get(Counter, "probe")
        assert row is not None
        row.value = 2
        session.flush()
    assert counter(database, "probe") == 1


def test_what_a_reader_loaded_can_be_used_afterwards(database: Database) -> None:
    with database.write() as unit:
        put(unit, "probe", 4)
    with database.read() as session:
        row = session.get(Counter, "probe")
    assert row is not None
    assert row.value == 4


def test_only_the_thread_of_a_unit_is_in_a_transaction(database: Database) -> None:
    elsewhere: list[bool] = []
    assert not in_transaction()
    with database.write():
        assert in_transaction()
        thread = threading.Thread(target=lambda: elsewhere.append(in_transaction()))
        thread.start()
        thread.join()
    assert not in_transaction()
    with pytest.raises(Unexpected), database.write():
        raise Unexpected
    assert not in_transaction()
    assert elsewhere == [False]


def test_writers_in_many_threads_lose_no_update(database: Database) -> None:
    with database.write() as unit:
        put(unit, "probe", 0)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(10):
                with database.write() as unit:
                    row = unit.session.get(Counter, "probe", with_for_update=True)
                    assert row is not None
                    row.value += 1
                    unit.emit(Probed(number=row.value))
        except BaseException as error:
            errors.append(error)
            raise

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert counter(database, "probe") == 80
    assert probes(database) == list(range(1, 81))


def test_a_forked_child_neither_shares_connections_nor_an_open_unit(database: Database) -> None:
    with database.write() as unit:
        put(unit, "probe", 5)
        unit.session.flush()
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            answer = b"failed"
            try:
                answer = repr((counter(database, "probe"), in_transaction())).encode()
            finally:
                os.write(write, answer)
                os._exit(0)
        os.waitpid(child, 0)
    assert os.read(read, 100) == b"(None, False)"
    os.close(read)
    os.close(write)
    assert counter(database, "probe") == 5
