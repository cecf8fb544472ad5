"""The event log: written with the transaction, and read so that a reader who keeps its place misses nothing."""

from __future__ import annotations

import random
import threading
import time

from muniment.access.actor import SYSTEM
from muniment.db.engine import Database
from muniment.events.models import EventRow
from muniment.events.outbox import Outbox
from muniment.repository import Repository
from muniment.testing.fakes import Probed


def emit(database: Database, *numbers: int) -> None:
    with database.write() as unit:
        for number in numbers:
            unit.emit(Probed("a", number))


def test_entries_tell_name_key_and_payload(repository: Repository) -> None:
    position = repository.events.last_id()
    emit(repository.database, 7)
    (entry,) = repository.events.read_after(position)
    assert (entry.name, entry.key, entry.payload) == ("probe.happened", "probe:a", {"what": "a", "number": 7})
    assert entry.id > position
    assert repository.events.last_id() == entry.id


def test_reading_goes_on_after_a_position_oldest_first_and_in_portions(repository: Repository) -> None:
    position = repository.events.last_id()
    emit(repository.database, 1, 2, 3)
    emit(repository.database, 4, 5)
    first = repository.events.read_after(position, limit=2)
    rest = repository.events.read_after(first[-1].id)
    assert [entry.payload["number"] for entry in [*first, *rest]] == [1, 2, 3, 4, 5]
    assert repository.events.read_after(rest[-1].id) == []


def test_an_empty_log_has_no_last_event(repository: Repository) -> None:
    with repository.database.write() as unit:
        unit.session.query(EventRow).delete()
    assert repository.events.last_id() == 0
    assert repository.events.read_after(0) == []


def test_numbers_of_deleted_events_do_not_come_again(repository: Repository) -> None:
    emit(repository.database, 1)
    last = repository.events.last_id()
    with repository.database.write() as unit:
        unit.session.query(EventRow).delete()
    emit(repository.database, 2)
    assert repository.events.last_id() == last + 1


def test_a_long_transaction_that_emits_nothing_holds_up_no_reader(repository: Repository) -> None:
    if repository.database.is_sqlite:
        return  # one writer at a time: there is nothing that could be held up
    position = repository.events.last_id()
    begun, end = threading.Event(), threading.Event()

    def long() -> None:
        with repository.database.write() as unit:
            unit.audit("probe.act", "probe:1", SYSTEM)
            unit.session.flush()
            begun.set()
            assert end.wait(30)

    thread = threading.Thread(target=long)
    thread.start()
    assert begun.wait(30)
    emit(repository.database, 1)
    seen = repository.events.read_after(position)
    end.set()
    thread.join()
    assert len(seen) == 1


def test_a_reader_misses_no_event_of_many_writers_that_end_in_any_order(repository: Repository) -> None:
    """Each writer begins, waits a little with its transaction open, emits, waits again and commits."""
    position = repository.events.last_id()
    chance = random.Random(20260514)
    url = repository.database.url.render_as_string(hide_password=False)
    done = threading.Event()

    def write(number: int, before: float, after: float) -> None:
        database = Database(url, lock_timeout=30)
        outbox = database.outbox = Outbox(database)
        with database.write() as unit:
            unit.audit("probe.act", f"probe:{number}", SYSTEM)
            unit.session.flush()  # the transaction has its number from here on
            time.sleep(before)
            outbox.write(unit, [Probed("a", number)])
            time.sleep(after)
        database.dispose()

    threads = [
        threading.Thread(target=write, args=(number, chance.random() * 0.03, chance.random() * 0.01))
        for number in range(24)
    ]

    def end() -> None:
        for thread in threads:
            thread.join()
        done.set()

    for thread in threads:
        thread.start()
    ending = threading.Thread(target=end)
    ending.start()
    seen: list[int] = []
    last_look = False
    while True:
        for entry in repository.events.read_after(position):
            position = entry.id
            seen.append(entry.payload["number"])
        if last_look:
            break
        last_look = done.is_set()
    ending.join()
    assert sorted(seen) == list(range(24))


def test_two_transactions_that_want_to_end_in_reverse_order_are_both_seen(repository: Repository) -> None:
    """The one that took its number first would end last, when a reader has gone past its number already."""
    position = repository.events.last_id()
    written, may_end = threading.Event(), threading.Event()

    def first() -> None:
        outbox = repository.events
        with repository.database.write() as unit:
            outbox.write(unit, [Probed("a", 1)])
            written.set()
            assert may_end.wait(30)

    threads = [threading.Thread(target=first), threading.Thread(target=emit, args=(repository.database, 2))]
    threads[0].start()
    assert written.wait(30)
    threads[1].start()
    time.sleep(0.2)  # the second one ends now, or waits for the first
    seen = repository.events.read_after(position)
    may_end.set()
    for thread in threads:
        thread.join()
    seen += repository.events.read_after(seen[-1].id if seen else position)
    assert [entry.payload["number"] for entry in seen] == [1, 2]
