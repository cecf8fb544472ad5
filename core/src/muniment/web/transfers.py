"""The lane for bytes: how many requests at once may carry files or bodies.

Each transfer holds a thread for as long as the client takes. Without a bound, slow clients would hold them all
and the site would stop answering; with it, the rest of the threads always serves pages and the API.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Final, TypeVar

from muniment.errors import Busy

#: Threads of a web process that never carry bodies or files.
RESERVED_THREADS: Final = 8
PER_USER: Final = 8
RETRY_AFTER: Final = 5  # seconds

View = TypeVar("View", bound=Callable[..., object])


def carries_bytes(view: View) -> View:
    """Mark a view that sends or receives files: it takes a place in the lane until its answer is sent whole, and the
    limit of JSON bodies does not hold for its body."""
    view.__carries_bytes__ = True  # type: ignore[attr-defined]
    return view


class Transfers:
    """Counts transfers of one process, in all and for each user (or address, for visitors)."""

    def __init__(self, threads: int, per_user: int = PER_USER) -> None:
        self.limit = max(1, threads - RESERVED_THREADS)
        self.per_user = per_user
        self._lock = threading.Lock()
        self._running = 0
        self._users: Counter[str] = Counter()

    @property
    def running(self) -> int:
        return self._running

    def enter(self, user: str | None) -> Callable[[], None]:
        """Take a place; the returned function gives it back and may be called more than once.

        `user` None counts in all only (a JSON body, which is received at once as a rule). Raises Busy (503 with
        Retry-After) when the lane is full or the user has too many transfers under way.
        """
        with self._lock:
            if self._running >= self.limit:
                raise Busy(
                    "All places for uploads and downloads are taken; please come back in a moment.",
                    retry_after=RETRY_AFTER,
                )
            if user is not None and self._users[user] >= self.per_user:
                raise Busy(
                    f"You have {self.per_user} transfers under way; wait until one of them has ended.",
                    retry_after=RETRY_AFTER,
                )
            self._running += 1
            if user is not None:
                self._users[user] += 1
        left = threading.Lock()

        def leave() -> None:
            if not left.acquire(blocking=False):
                return
            with self._lock:
                self._running -= 1
                if user is not None:
                    self._users[user] -= 1
                    if not self._users[user]:
                        del self._users[user]

        return leave
