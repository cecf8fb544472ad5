"""Builds the whole index anew from the database, beside the one that serves."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from muniment.errors import Busy
from muniment.search.lead import Lead, catch_up, index_batch
from muniment.search.port import Rebuild, SearchBackend
from muniment.search.set_aside import SetAside
from muniment.search.source import IndexSource, settled_position

PAGE: Final = 500
ADOPTION_SECONDS: Final = 120.0

Progress = Callable[[int], None]


class RebuildStopped(Exception):
    """The process is shutting down; the half-built index was thrown away."""


def build(
    backend: SearchBackend,
    source: IndexSource,
    set_aside: SetAside,
    *,
    progress: Progress = lambda _: None,
    stopping: Callable[[], bool] = lambda: False,
) -> tuple[Rebuild, int]:
    """Fill a new index and offer it to the leader; returns it and the number of documents looked at.

    `progress` is called with that number after each page. Documents that cannot be indexed are set aside.
    """
    position = settled_position(source)
    rebuild = backend.begin_rebuild(position)
    try:
        done = _fill(source, rebuild, position, set_aside, progress, stopping)
        catch_up(source, rebuild, source.last_id(), set_aside)
        rebuild.offer()
    except BaseException:
        rebuild.discard()
        raise
    return rebuild, done


def wait_until_adopted(
    backend: SearchBackend,
    rebuild: Rebuild,
    source: Callable[[], IndexSource],
    set_aside: SetAside,
    timeout: float = ADOPTION_SECONDS,
) -> None:
    """Wait for the leader to take over the new index; without a leader do it here. Raises `Busy` after `timeout`."""
    deadline = time.monotonic() + timeout
    while not rebuild.settled:
        leadership = backend.lead()
        if leadership is not None:
            try:
                Lead(leadership, source, set_aside).adopt_offered()
            finally:
                leadership.release(merge=True)
        elif time.monotonic() > deadline:
            raise Busy("The process that writes the search index does not take over the new one; is it stopped?")
        else:
            backend.nudge()
            time.sleep(0.02)


def _fill(
    source: IndexSource,
    rebuild: Rebuild,
    position: int,
    set_aside: SetAside,
    progress: Progress,
    stopping: Callable[[], bool],
) -> int:
    done = 0
    last: str | None = None
    while keys := source.index_keys(last, PAGE):
        if stopping():
            raise RebuildStopped
        index_batch(source, keys, (position, position), rebuild.apply, set_aside)
        last = keys[-1]
        done += len(keys)
        progress(done)
    return done
