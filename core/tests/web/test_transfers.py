"""The bound on requests that carry bytes."""

from __future__ import annotations

import threading

import pytest

from muniment.errors import Busy
from muniment.web.transfers import Transfers


def test_some_threads_never_carry_bytes() -> None:
    transfers = Transfers(threads=64)
    for number in range(56):
        transfers.enter(f"subject:{number}")
    with pytest.raises(Busy) as caught:
        transfers.enter("subject:57")
    assert caught.value.status == 503
    assert int(caught.value.headers["Retry-After"]) > 0


def test_one_user_has_eight_places() -> None:
    transfers = Transfers(threads=64)
    leave = [transfers.enter("subject:1") for _ in range(8)]
    with pytest.raises(Busy, match="8 transfers"):
        transfers.enter("subject:1")
    transfers.enter("subject:2")
    leave[0]()
    transfers.enter("subject:1")


def test_leaving_twice_gives_back_one_place() -> None:
    transfers = Transfers(threads=64)
    first, _second = transfers.enter("subject:1"), transfers.enter("subject:1")
    first()
    first()
    assert transfers.running == 1


def test_json_bodies_count_in_all_but_for_no_user() -> None:
    transfers = Transfers(threads=9)
    leave = transfers.enter(None)
    with pytest.raises(Busy):
        transfers.enter("subject:1")
    leave()
    assert transfers.running == 0


def test_places_are_counted_right_by_many_threads() -> None:
    transfers = Transfers(threads=64)

    def come_and_go() -> None:
        for _ in range(500):
            transfers.enter("subject:1")()

    threads = [threading.Thread(target=come_and_go) for _ in range(7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert transfers.running == 0
