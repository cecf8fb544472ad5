"""The bound on requests that carry bytes."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask

from muniment.errors import Busy
from muniment.web.current import state_of
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


@pytest.mark.parametrize("query", ["", "?direct"])
def test_a_download_keeps_its_place_until_its_last_byte(probe_app: Flask, query: str) -> None:
    transfers = state_of(probe_app).transfers
    client = probe_app.test_client(use_cookies=False)
    response = client.get(f"/api/probe/stream{query}", buffered=False)
    assert transfers.running == 1
    assert response.get_data() == b"firstsecond"
    response.close()
    assert transfers.running == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [("HEAD", "/api/probe/stream"), ("GET", "/api/probe/broken-stream"), ("POST", "/api/probe/upload"), ("PUT", "/x")],
)
def test_every_other_answer_gives_the_place_back_at_once(probe_app: Flask, method: str, path: str) -> None:
    client = probe_app.test_client(use_cookies=False)
    client.open(path, method=method, data=b"bytes" if method != "HEAD" else None, buffered=False)
    assert state_of(probe_app).transfers.running == 0


def test_a_full_lane_refuses_transfers_and_nothing_else(probe_app: Flask) -> None:
    transfers = state_of(probe_app).transfers
    client: Any = probe_app.test_client(use_cookies=False)
    for number in range(transfers.limit):
        transfers.enter(f"subject:{number}")
    refused = client.get("/api/probe/stream")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert client.post("/api/probe/echo", json={}).status_code == 503
    assert client.get("/api/probe/who-none").status_code == 200
    assert client.post("/api/probe/echo").status_code == 200
