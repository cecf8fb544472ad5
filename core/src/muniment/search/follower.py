"""Follows the event log into the index: in one process of all, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from muniment.jobs.threads import go_on
from muniment.search.lead import Lead
from muniment.search.port import Leadership, SearchBackend
from muniment.search.set_aside import SetAside
from muniment.search.source import IndexSource

IDLE_SECONDS: Final = 2.0
"""How long the leader sleeps without a call; a call wakes it at once. It then looks by itself, in case one was lost."""
UNSETTLED_SECONDS: Final = 0.01
"""How soon it looks again while events wait for older transactions to end."""
STANDBY_SECONDS: Final = 0.5
"""How often the other processes ask whether the leader has gone."""


class Follower:
    """The thread that leads when it can, in each process that has called `start`.

    `rebuild` builds a new index beside the present one and offers it; it is given a function that says whether to
    stop. `moved` is notified whenever the index has changed while this process leads; `resting` is set while it brings
    nothing into the index.
    """

    def __init__(
        self,
        backend: SearchBackend,
        source: Callable[[], IndexSource],
        set_aside: SetAside,
        rebuild: Callable[[Callable[[], bool]], None],
    ) -> None:
        self.backend = backend
        self.source = source
        self.set_aside = set_aside
        self.moved = threading.Condition()
        self.resting = threading.Event()
        self.resting.set()
        self.leading = False
        self._rebuild = rebuild
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._builder: threading.Thread | None = None

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin to follow; does nothing when it does already."""
        if self.running:
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="search-follower", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """End after the batch under way and give up the lead; waits at most `timeout` seconds for each thread."""
        self._stopping.set()
        self.backend.nudge()
        for thread in (self._thread, self._builder):
            if thread is not None:
                thread.join(timeout)
        self._thread = self._builder = None

    def _run(self) -> None:
        while not self._stopping.is_set():
            go_on(self._lead_or_wait, self._stopping, "search_follower_failed")

    def _lead_or_wait(self) -> None:
        leadership = self.backend.lead()
        if leadership is None:
            self._stopping.wait(STANDBY_SECONDS)
            return
        try:
            self._lead(leadership)
        finally:
            self.leading = False
            self.resting.set()
            leadership.release()

    def _lead(self, leadership: Leadership) -> None:
        lead = Lead(leadership, self.source, self.set_aside)
        self.leading = True
        while not self._stopping.is_set():
            self.resting.clear()
            building = self._is_building  # asked first: what has ended by now has made its offer
            adopted = lead.adopt_offered()
            if lead.must_rebuild and not building and not adopted:
                self._start_builder()
            if adopted or lead.drain(hold_drafts=True):
                with self.moved:
                    self.moved.notify_all()
                continue
            leadership.tidy()
            self.resting.set()
            leadership.wait(lead.held_seconds or (UNSETTLED_SECONDS if lead.unsettled else IDLE_SECONDS))

    @property
    def _is_building(self) -> bool:
        return self._builder is not None and self._builder.is_alive()

    def _start_builder(self) -> None:
        """Build in a thread of its own, so that changes go on being followed."""
        self._builder = threading.Thread(target=self._build, name="search-rebuild", daemon=True)
        self._builder.start()

    def _build(self) -> None:
        go_on(lambda: self._rebuild(self._stopping.is_set), self._stopping, "search_rebuild_failed")
