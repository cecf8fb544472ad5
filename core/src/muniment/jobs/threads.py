"""The edge of threads that work for as long as their process: whatever fails in one is logged and tried again."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Final

import structlog

log = structlog.get_logger(__name__)

PAUSE_SECONDS: Final = 1.0
"""After an error: most often the database or the disk is not there."""


def go_on(step: Callable[[], None], stopping: Event, failure: str, pause: float = PAUSE_SECONDS) -> None:
    """Do one step of a thread's work. An error is logged as `failure`, then there is a pause, cut by `stopping`."""
    try:
        step()
    except Exception:
        log.exception(failure, then="tried again")
        stopping.wait(pause)
