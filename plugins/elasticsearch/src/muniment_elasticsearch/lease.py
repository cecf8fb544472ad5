"""The right to write, for one process of all machines: a note in the cluster that its holder renews.

No clock is compared with another: who waits for the right takes it when the note has not changed for a while by its
own clock. A writer that was held up for longer does no harm, since documents carry the position as their version.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from typing import Any, Final

from muniment_elasticsearch.cluster import ClusterAway, ClusterRefused
from muniment_elasticsearch.indexes import Indexes

NOTE: Final = "lease"
RENEW_SECONDS: Final = 3.0
LAPSE_SECONDS: Final = 12.0


class Candidacy:
    """What a process that does not write has seen of the note."""

    def __init__(self, indexes: Indexes) -> None:
        self._indexes = indexes
        self._seen: tuple[int, float] | None = None

    def take(self) -> Lease | None:
        """The right, or None while another process has it. Does not wait."""
        ((note, number, term),) = self._indexes.read_notes(NOTE)
        if note.get("holder"):
            if self._seen is None or self._seen[0] != number:
                self._seen = (number, time.monotonic())
                return None
            if time.monotonic() - self._seen[1] < LAPSE_SECONDS:
                return None
        if number < 0:
            self._indexes.prepare_notes()
        conditions: dict[str, Any] = {"op_type": "create"} if number < 0 else _as_seen(number, term)
        holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        try:
            held = self._indexes.write_note(NOTE, _content(holder), **conditions)
        except ClusterRefused:
            return None
        self._seen = None
        return Lease(self._indexes, holder, held)


class Lease:
    """The right, from taking it to giving it back; a thread of its own renews it."""

    def __init__(self, indexes: Indexes, holder: str, held: tuple[int, int]) -> None:
        self._indexes = indexes
        self._holder = holder
        self._held = held
        self._ended = threading.Event()
        self.lost = False
        self._thread = threading.Thread(target=self._renew, name="search-lease", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raises `ClusterAway` when another process has the right now."""
        if self.lost:
            raise ClusterAway("Another process writes to the index by now.")

    def release(self) -> None:
        self._ended.set()
        self._thread.join()
        if not self.lost:
            self._write("")

    def _renew(self) -> None:
        while not self._ended.wait(RENEW_SECONDS):
            self._write(self._holder)
            if self.lost:
                return

    def _write(self, holder: str) -> None:
        try:
            self._held = self._indexes.write_note(NOTE, _content(holder), **_as_seen(*self._held))
        except ClusterRefused:
            self.lost = True
        except ClusterAway:
            pass  # tried again in a moment; if it lapses meanwhile, the next try tells


def _content(holder: str) -> dict[str, Any]:
    return {"holder": holder, "renewed": time.time()}


def _as_seen(number: int, term: int) -> dict[str, Any]:
    return {"if_seq_no": number, "if_primary_term": term}
