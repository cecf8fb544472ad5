"""Counting attempts in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from muniment.errors import TooManyRequests
from muniment.repository import Repository
from muniment.users.models import ThrottleCounter
from muniment.users.throttle import Attempt, Limit, Throttle, network_of, sweep_counters

MINUTE = Limit("test.minute", 3, timedelta(minutes=1))
DAY = Limit("test.day", 5, timedelta(days=1))
START = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)


def attempt(repository: Repository, who: str = "ada", limits: tuple[Limit, ...] = (MINUTE, DAY)) -> None:
    throttle = Throttle(b"secret of this test")
    with repository.database.write() as unit:
        throttle.count(unit, [Attempt(limits, who)])


def test_too_many_attempts_wait_until_the_stretch_is_over(repository: Repository) -> None:
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(3):
            attempt(repository)
        clock.shift(20)
        with pytest.raises(TooManyRequests) as caught:
            attempt(repository)
        assert caught.value.retry_after == 40
        attempt(repository, "grace")
        clock.shift(40)
        attempt(repository)
        attempt(repository)
        with pytest.raises(TooManyRequests) as caught:
            attempt(repository)
        assert caught.value.retry_after == 14 * 3600 - 60


def test_refused_attempts_do_not_count_so_that_waiting_helps(repository: Repository) -> None:
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(3):
            attempt(repository)
        for _ in range(10):
            with pytest.raises(TooManyRequests):
                attempt(repository)
        clock.shift(60)
        attempt(repository)


def test_limits_hold_in_every_process(repository: Repository, open_repository: Callable[..., Repository]) -> None:
    other = open_repository()
    with time_machine.travel(START, tick=False):
        attempt(repository)
        attempt(other)
        attempt(repository)
        with pytest.raises(TooManyRequests):
            attempt(other)


def test_what_was_right_is_forgiven(repository: Repository) -> None:
    throttle = Throttle(b"secret of this test")
    with time_machine.travel(START, tick=False):
        for _ in range(10):
            attempt(repository)
            with repository.database.write() as unit:
                throttle.forgive(unit, [Attempt((MINUTE, DAY), "ada")])


def test_no_address_can_be_read_from_the_table_and_rows_end_with_their_stretch(repository: Repository) -> None:
    with time_machine.travel(START, tick=False) as clock:
        attempt(repository, "192.0.2.77", (MINUTE,))
        with repository.database.read() as session:
            (row,) = session.execute(select(ThrottleCounter)).scalars()
        assert "192.0.2.77" not in row.key
        assert len(row.key) == 64
        with repository.database.write() as unit:
            assert sweep_counters(unit) == 0
        clock.shift(61)
        with repository.database.write() as unit:
            assert sweep_counters(unit) == 1


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::"),
        ("no:address", "no:address"),
        ("", ""),
    ],
)
def test_a_network_counts_as_one(address: str, counted: str) -> None:
    assert network_of(address) == counted
