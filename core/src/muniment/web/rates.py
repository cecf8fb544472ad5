"""How many requests one visitor or one person may send in a minute and in an hour, and the headers that tell.

Counted in the memory of each web process, since a row for every request would cost more than most requests do: with
several processes the limits are reached later, at most as many times later as there are processes. What must hold
exactly (guessing passwords, mails) is counted in the database, see `muniment.users.throttle`.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from muniment.errors import TooManyRequests
from muniment.settings.config import Rates as Settings
from muniment.users.throttle import network_of

#: Callers that are remembered at most; beyond, everybody starts anew rather than memory growing.
CALLERS: Final = 100_000


@dataclass(frozen=True)
class Rate:
    """At most `count` requests in each stretch of `seconds`; stretches begin with the clock's."""

    count: int
    seconds: int


@dataclass(frozen=True)
class Standing:
    """Where somebody stands in the limit that ends their requests first. `reset` is in seconds since 1970."""

    limit: int
    remaining: int
    reset: int
    refused: bool = False

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [
            ("X-RateLimit-Limit", str(self.limit)),
            ("X-RateLimit-Remaining", str(self.remaining)),
            ("X-RateLimit-Reset", str(self.reset)),
        ]

    def refuse(self) -> TooManyRequests:
        """The error for one who stands at the end of a limit."""
        wait = max(1, math.ceil(self.reset - time.time()))
        return TooManyRequests(f"{self.limit} requests are the limit; please wait {wait} seconds.", retry_after=wait)


class Rates:
    """The counters of one process."""

    def __init__(self, settings: Settings) -> None:
        self._guest = _rates(settings.guest_minute, settings.guest_hour)
        self._user = _rates(settings.user_minute, settings.user_hour)
        self._guest_searches = _rates(settings.guest_searches, 0)
        self._user_searches = _rates(settings.user_searches, 0)
        self._exempt = [ipaddress.ip_network(network) for network in settings.exempt]
        self._is_exempt: dict[str, bool] = {}
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, int], tuple[int, int]] = {}

    def count(self, address: str, subject: int | None = None, *, searching: bool = False) -> Standing | None:
        """Count a request of a visitor (by network address) or of a person; None where there is no limit.

        One that is refused is not counted, so that waiting always helps. Exempt addresses use nothing up. Who is
        `searching` uses up a limit for that too.
        """
        caller = f"subject:{subject}" if subject is not None else network_of(address)
        limits = [(caller, rate) for rate in (self._guest if subject is None else self._user)]
        if searching:
            further = self._guest_searches if subject is None else self._user_searches
            limits += [(f"search:{caller}", rate) for rate in further]
        if not limits:
            return None
        now = time.time()
        if self._exempts(address):
            rate = limits[0][1]
            return Standing(rate.count, rate.count, _end(rate, now))
        with self._lock:
            used = [self._used(key, rate, now) for key, rate in limits]
            for (_key, rate), count in zip(limits, used, strict=True):
                if count >= rate.count:
                    return Standing(rate.count, 0, _end(rate, now), refused=True)
            if len(self._counts) >= CALLERS:
                self._counts.clear()
            for (key, rate), count in zip(limits, used, strict=True):
                self._counts[key, rate.seconds] = (int(now) // rate.seconds, count + 1)
        (_key, nearest), count = min(zip(limits, used, strict=True), key=lambda pair: pair[0][1].count - pair[1])
        return Standing(nearest.count, nearest.count - count - 1, _end(nearest, now))

    def _used(self, caller: str, rate: Rate, now: float) -> int:
        stretch, count = self._counts.get((caller, rate.seconds), (0, 0))
        return count if stretch == int(now) // rate.seconds else 0

    def _exempts(self, address: str) -> bool:
        found = self._is_exempt.get(address)
        if found is None:
            if len(self._is_exempt) >= CALLERS:
                self._is_exempt.clear()
            found = self._is_exempt[address] = self._look_up(address)
        return found

    def _look_up(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:  # a socket of the file system: whoever may use it is on this machine
            return True
        mapped = getattr(parsed, "ipv4_mapped", None)
        return any((mapped or parsed) in network for network in self._exempt)


View = TypeVar("View", bound=Callable[..., Any])


def searches(view: View) -> View:
    """Mark a view that searches all records: it has a limit of its own beside that of all requests."""
    view.__searches__ = True  # type: ignore[attr-defined]
    return view


def _rates(minute: int, hour: int) -> Sequence[Rate]:
    return [Rate(count, seconds) for count, seconds in ((minute, 60), (hour, 3600)) if count > 0]


def _end(rate: Rate, now: float) -> int:
    return (int(now) // rate.seconds + 1) * rate.seconds
