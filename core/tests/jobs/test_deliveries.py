"""Deliveries: each committed event reaches each handler at least once, in order for its key, whatever fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from muniment.access.actor import SYSTEM
from muniment.db.engine import in_transaction
from muniment.errors import NotFound
from muniment.events.event import PluginsChanged
from muniment.events.models import Delivery, EventRow
from muniment.events.outbox import LogEntry
from muniment.jobs.declarations import EventHandler, RetryLater
from muniment.jobs.deliveries import LONGEST_PAUSE, DeliveryService
from muniment.jobs.models import LogPosition
from muniment.plugins.models import Counter
from muniment.repository import Repository
from muniment.testing.fakes import Probed


def fail(_entry: LogEntry) -> None:
    raise ValueError("broken on purpose")


def ask_to_wait(seconds: float | None = None) -> Callable[[LogEntry], None]:
    def act(_entry: LogEntry) -> None:
        raise RetryLater("the partner is away", seconds)

    return act


# At least once --------------------------------------------------------------------------------------------------------


def test_every_committed_event_is_delivered_once_when_all_goes_well(
    handling: Any, handler: Any, emit: Any, delivery: Any
) -> None:
    repository = handling()
    emit("a1", "a2", "b1")
    repository.deliveries.run_until_idle()
    assert sorted(handler.seen) == ["a1", "a2", "b1"]
    row = delivery("a1")
    assert (row.state, row.attempts, row.error, row.claimed_by) == ("done", 1, None, None)
    assert row.finished is not None
    repository.deliveries.run_until_idle()
    assert len(handler.seen) == 3


def test_what_was_rolled_back_is_not_delivered(handling: Any, handler: Any, repository: Repository) -> None:
    found = handling()

    def act() -> None:
        with repository.database.write() as unit:
            unit.emit(Probed("a", 1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert found.deliveries.run_until_idle() == 0
    assert handler.seen == []


def test_handlers_run_outside_any_transaction_and_may_write(
    handling: Any, handler: Any, emit: Any, repository: Repository
) -> None:
    def act(entry: LogEntry) -> None:
        assert not in_transaction()
        with repository.database.write() as unit:
            unit.session.add(Counter(name="handled", value=entry.id))

    handler.act = act
    found = handling()
    emit("a1")
    found.deliveries.run_until_idle()
    with repository.database.read() as session:
        assert session.get(Counter, "handled") is not None


def test_a_handler_gets_the_events_that_it_names_only(handling: Any, handler: Any, repository: Repository) -> None:
    found = handling()
    with repository.database.write() as unit:
        unit.emit(PluginsChanged(plugin="probe"))
    found.deliveries.run_until_idle()
    assert handler.seen == []


def test_deliveries_of_a_plugin_that_is_switched_off_wait_for_it(
    handling: Any, handler: Any, emit: Any, repository: Repository
) -> None:
    handler.act = fail
    found = handling()
    emit("a1")
    found.deliveries.run_until_idle()
    repository.plugins.disable("probe", SYSTEM)
    without = repository.successor()
    without.deliveries.retry()
    without.deliveries.run_until_idle()
    assert handler.seen == ["a1"]
    handler.act = lambda entry: None
    repository.plugins.enable("probe", SYSTEM)
    repository.successor().deliveries.run_until_idle()
    assert handler.seen == ["a1", "a1"]


# Order ----------------------------------------------------------------------------------------------------------------


def test_a_failure_holds_back_the_same_key_and_no_other(handling: Any, handler: Any, emit: Any, clock: Any) -> None:
    def act(entry: LogEntry) -> None:
        if entry.payload == {"what": "a", "number": 1} and len(handler.seen) <= 4:
            fail(entry)

    handler.act = act
    repository = handling()
    emit("a1", "b1", "a2", "b2")
    repository.deliveries.run_until_idle()
    assert handler.seen == ["a1", "b1", "b2"]
    clock.advance(hours=1)
    repository.deliveries.run_until_idle()
    assert handler.seen == ["a1", "b1", "b2", "a1"]
    clock.advance(hours=1)
    repository.deliveries.run_until_idle()
    assert handler.seen == ["a1", "b1", "b2", "a1", "a1", "a2"]


# Failures -------------------------------------------------------------------------------------------------------------


def test_a_failure_is_kept_and_tried_again_with_growing_pauses(
    handling: Any, handler: Any, emit: Any, clock: Any, delivery: Any
) -> None:
    handler.act = fail
    repository = handling()
    emit("a1")
    pauses = []
    for attempt in range(1, 6):
        repository.deliveries.run_until_idle()
        row = delivery("a1")
        assert (row.state, row.attempts) == ("failed", attempt)
        assert "ValueError: broken on purpose" in row.error
        pauses.append((row.next_attempt - clock()).total_seconds())
        assert repository.deliveries.run_until_idle() == 0  # not before its time
        clock.moment = row.next_attempt + timedelta(microseconds=1)
    for pause, expected in zip(pauses, (2, 4, 8, 16, 32), strict=True):
        assert 0.8 * expected <= pause <= 1.2 * expected


def test_pauses_end_at_an_hour(handling: Any, handler: Any, emit: Any, clock: Any, delivery: Any) -> None:
    handler.act = fail
    repository = handling(attempts=40)
    emit("a1")
    for _ in range(20):
        repository.deliveries.run_until_idle()
        clock.advance(hours=2)
    assert delivery("a1").next_attempt - clock() < LONGEST_PAUSE * 1.2


def test_after_the_last_attempt_a_delivery_is_set_aside_and_the_next_one_comes(
    handling: Any, handler: Any, emit: Any, clock: Any, delivery: Any
) -> None:
    handler.act = lambda entry: fail(entry) if entry.payload["number"] == 1 else None
    repository = handling(attempts=2)
    emit("a1", "a2")
    for _ in range(4):
        repository.deliveries.run_until_idle()
        clock.advance(hours=2)
    assert handler.seen == ["a1", "a1", "a2"]
    assert (delivery("a1").state, delivery("a1").attempts) == ("dead", 2)
    assert delivery("a2").state == "done"


def test_a_partner_who_asks_to_wait_is_waited_for_as_long_and_it_does_not_count(
    handling: Any, handler: Any, emit: Any, clock: Any, delivery: Any
) -> None:
    handler.act = ask_to_wait(90)
    repository = handling(attempts=2)
    emit("a1")
    for _ in range(5):
        repository.deliveries.run_until_idle()
        row = delivery("a1")
        assert (row.state, row.attempts, row.error) == ("failed", 0, "the partner is away")
        assert row.next_attempt == clock() + timedelta(seconds=90)
        clock.advance(seconds=91)
    assert len(handler.seen) == 5


def test_a_partner_who_is_away_is_asked_ever_more_rarely(
    handling: Any, handler: Any, emit: Any, clock: Any, delivery: Any
) -> None:
    handler.act = ask_to_wait()
    repository = handling(attempts=2)
    emit("a1")
    began, tries = clock(), 0
    while clock() - began < timedelta(days=1):
        repository.deliveries.run_until_idle()
        tries += 1
        clock.moment = delivery("a1").next_attempt + timedelta(microseconds=1)
    assert 20 <= tries <= 60
    assert delivery("a1").state == "failed"


def test_operators_see_what_is_outstanding_with_its_last_error(handling: Any, handler: Any, emit: Any) -> None:
    handler.act = lambda entry: fail(entry) if entry.payload["what"] == "a" else None
    repository = handling()
    emit("a1", "b1")
    repository.deliveries.run_until_idle()
    (row,) = [row for row in repository.deliveries.rows() if row["handler"] == "probe.handler"]
    assert row["key"] == "probe:a"
    assert row["error"] == "ValueError: broken on purpose"
    assert len([row for row in repository.deliveries.rows(finished=True) if row["handler"] == "probe.handler"]) == 2


@pytest.mark.parametrize("one", [True, False])
def test_operators_can_have_failed_ones_tried_again_at_once(
    handling: Any, handler: Any, emit: Any, delivery: Any, one: bool
) -> None:
    handler.act = fail
    repository = handling(attempts=1)
    emit("a1", "b1")
    repository.deliveries.run_until_idle()
    assert {delivery("a1").state, delivery("b1").state} == {"dead"}
    handler.act = lambda entry: None
    assert repository.deliveries.retry(delivery("a1").id if one else None) == (1 if one else 2)
    repository.deliveries.run_until_idle()
    assert delivery("a1").state == "done"
    assert delivery("b1").state == ("dead" if one else "done")


def test_a_delivery_that_is_done_is_not_made_due_again(handling: Any, handler: Any, emit: Any, delivery: Any) -> None:
    repository = handling()
    emit("a1")
    repository.deliveries.run_until_idle()
    assert repository.deliveries.retry(delivery("a1").id) == 0
    assert handler.seen == ["a1"]


# Workers that die -----------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The end of a worker in the middle of a delivery."""


def die(_entry: LogEntry) -> None:
    raise Killed


def test_what_a_dead_worker_had_is_delivered_when_its_lease_ends(
    handling: Any, handler: Any, emit: Any, clock: Any, delivery: Any
) -> None:
    handler.act = die
    repository = handling(timeout=timedelta(minutes=5))
    emit("a1", "a2")
    with pytest.raises(Killed):
        repository.deliveries.run_until_idle()
    handler.act = lambda entry: None
    other = DeliveryService(repository)
    clock.advance(minutes=4)
    assert other.deliver_due() == 0
    clock.advance(minutes=2)
    other.run_until_idle()
    assert handler.seen == ["a1", "a1", "a2"]
    assert delivery("a1").attempts == 2


def test_a_worker_that_comes_back_late_does_not_undo_what_another_one_did(
    handling: Any, handler: Any, emit: Any, clock: Any, delivery: Any
) -> None:
    repository = handling(timeout=timedelta(minutes=5))
    other = DeliveryService(repository)

    def slow(entry: LogEntry) -> None:
        handler.act = lambda entry: None
        clock.advance(minutes=6)
        assert other.deliver_due() == 1
        fail(entry)

    handler.act = slow
    emit("a1")
    repository.deliveries.run_until_idle()
    row = delivery("a1")
    assert (row.state, row.error) == ("done", None)


def test_an_event_that_kills_each_worker_is_set_aside_in_the_end(
    handling: Any, handler: Any, emit: Any, clock: Any, delivery: Any
) -> None:
    handler.act = lambda entry: die(entry) if entry.payload["number"] == 1 else None
    repository = handling(attempts=3)
    emit("a1", "a2")
    for _ in range(3):
        with pytest.raises(Killed):
            repository.deliveries.run_until_idle()
        clock.advance(minutes=6)
    repository.deliveries.run_until_idle()
    assert handler.seen == ["a1", "a1", "a1", "a2"]
    assert delivery("a1").state == "dead"
    assert "worker ended" in delivery("a1").error


# Keeping --------------------------------------------------------------------------------------------------------------


def test_events_that_all_have_had_go_after_thirty_days(
    handling: Any, handler: Any, emit: Any, clock: Any, repository: Repository
) -> None:
    handler.act = lambda entry: fail(entry) if entry.payload["what"] == "a" else None
    found = handling(attempts=1)
    emit("a1", "b1")
    found.deliveries.run_until_idle()
    with repository.database.write() as unit:
        unit.session.execute(update(LogPosition).values(position=found.events.last_id()))
    clock.advance(days=29)
    found.deliveries.discard_old()
    assert probes(repository) == ["a1", "b1"]
    clock.advance(days=2)
    emit("b2")
    found.deliveries.discard_old()
    assert probes(repository) == ["a1", "b2"]  # a1 waits for the operator, b2 is young


def test_events_that_a_reader_of_the_log_has_not_seen_stay(
    handling: Any, emit: Any, clock: Any, repository: Repository
) -> None:
    found = handling()
    emit("a1")
    found.deliveries.run_until_idle()
    with repository.database.write() as unit:
        unit.session.merge(LogPosition(reader="slow", position=0, updated=unit.now))
    clock.advance(days=40)
    assert found.deliveries.discard_old() == 0
    assert probes(repository) == ["a1"]


def probes(repository: Repository) -> list[str]:
    with repository.database.read() as session:
        rows = session.query(EventRow).filter_by(name="probe.happened").order_by(EventRow.id)
        return [f"{row.payload['what']}{row.payload['number']}" for row in rows]


# Declarations ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"events": "record.published"},
        {"events": ()},
        {"attempts": 0},
        {"timeout": timedelta()},
    ],
    ids=str,
)
def test_a_handler_that_could_never_work_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"handler 'probe\.handler'"):
        EventHandler(**{"name": "probe.handler", "events": ("a.b",), "function": lambda r, e: None, **wrong})


def test_two_workers_share_the_work_of_one_log(handling: Any, handler: Any, emit: Any, delivery: Any) -> None:
    repository = handling()
    emit("a1", "b1")
    first, second = DeliveryService(repository), DeliveryService(repository)
    assert first.spread() == 2
    assert second.spread() == 0
    assert first.deliver_due(limit=1) == 1
    assert second.deliver_due() == 1
    assert handler.seen == ["a1", "b1"]


def test_unknown_jobs_are_answered_with_the_known_ones(repository: Repository) -> None:
    with pytest.raises(NotFound, match=r"There is no job named 'sweep'\. Known are: .*files\.sweep"):
        repository.jobs.run_now("sweep")


def test_the_state_of_a_claimed_delivery_tells_who_has_it(
    handling: Any, handler: Any, emit: Any, delivery: Any
) -> None:
    repository = handling()
    held: list[Delivery] = []
    handler.act = lambda entry: held.append(delivery("a1"))
    emit("a1")
    repository.deliveries.run_until_idle()
    assert held[0].claimed_by == repository.deliveries.worker
    assert held[0].claimed_until is not None
