"""Threads that work for as long as their process go on after an error."""

from __future__ import annotations

import threading
import time

from structlog.testing import capture_logs

from muniment.jobs.threads import go_on


def test_an_error_is_logged_and_followed_by_a_pause() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    started = time.monotonic()
    with capture_logs() as logs:
        go_on(fail, threading.Event(), "probe_failed", pause=0.05)
    assert time.monotonic() - started >= 0.05
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("probe_failed", "error")]


def test_who_is_told_to_stop_does_not_pause() -> None:
    stopping = threading.Event()
    stopping.set()
    started = time.monotonic()
    with capture_logs():
        go_on(lambda: 1 // 0 and None, stopping, "probe_failed", pause=60)
    assert time.monotonic() - started < 30


def test_what_succeeds_is_done_once_and_not_paused() -> None:
    done: list[int] = []
    go_on(lambda: done.append(1), threading.Event(), "probe_failed", pause=60)
    assert done == [1]
