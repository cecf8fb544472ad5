"""DataCite as the plugin asks it: which answers mean to try again, and for how long nobody asks after such a one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import quote

from muniment.api import Repository, RetryLater
from muniment_datacite.settings import active_prefix, own_prefixes
from muniment_datacite.stand_in import ACCOUNT, StandIn
from muniment_datacite.transport import Answer, HTTPTransport, Transport

#: After an answer without Retry-After nobody asks for so many seconds, and twice as long each time it goes on.
FIRST_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 600.0
#: A Retry-After beyond this is not believed.
LONGEST_ASKED: Final = 86_400.0
#: Not the fault of one DOI: credentials that are not taken, requests that come too fast or last too long.
_FOR_ALL: Final = frozenset({401, 407, 408, 421, 425, 429})


class Quiet:
    """When to ask again, shared by all deliveries of a process: a thousand of them do not each wait for a dead host."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until = 0.0
        self._pause = 0.0
        self.reason = ""

    def left(self) -> float:
        """Seconds until somebody may ask again."""
        return max(0.0, self._until - self._clock())

    def begin(self, reason: str, seconds: float | None) -> float:
        """Ask nobody for `seconds`, or for a pause that grows; returns its length."""
        with self._lock:
            if seconds is None:
                self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
            length = self._pause if seconds is None else min(seconds, LONGEST_ASKED)
            self._until, self.reason = self._clock() + length, reason
            return length

    def end(self) -> None:
        with self._lock:
            self._until, self._pause, self.reason = 0.0, 0.0, ""


class Held(RetryLater):
    """Nobody was asked, since the answer would be the one that somebody had a moment ago."""


class DataCite:
    """One repository's account at DataCite."""

    def __init__(self, transport: Transport, quiet: Quiet) -> None:
        self.transport = transport
        self.quiet = quiet

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, at_once: bool = False) -> Answer:
        """Send a request; `at_once` also while nobody is to ask.

        Raises `RetryLater` when DataCite is away, asks to wait, or answers what cannot be its answer.
        """
        left = self.quiet.left()
        if left and not at_once:
            raise Held(self.quiet.reason, left)
        try:
            answer = self.transport.send(method, path, body)
        except RetryLater as error:
            raise self._later(str(error), error.seconds) from error
        if answer.status in _FOR_ALL or answer.status >= 500 or 300 <= answer.status < 400:
            raise self._later(answer.words, _seconds(answer.headers))
        if answer.status < 300 and answer.resource is None:
            raise self._later(f"{answer.words} (this is no answer of DataCite's API)", None)
        self.quiet.end()
        return answer

    def put(self, doi: str, attributes: Mapping[str, Any], *, at_once: bool = False) -> Answer:
        body = {"data": {"type": "dois", "attributes": dict(attributes)}}
        return self.ask("PUT", path_of(doi), body, at_once=at_once)

    def get(self, doi: str) -> Answer:
        return self.ask("GET", path_of(doi), at_once=True)

    def _later(self, reason: str, seconds: float | None) -> RetryLater:
        return RetryLater(reason, self.quiet.begin(reason, seconds))


def path_of(doi: str) -> str:
    return f"/dois/{quote(doi.lower(), safe='/;:()')}"


def datacite_for(repository: Repository, settings: Any) -> DataCite:
    """DataCite, or its stand-in in test mode."""
    transport: Transport
    if settings.test_mode:
        transport = StandIn(repository, own_prefixes(settings), authentication=ACCOUNT)
    else:
        contact = repository.config.site.contact
        transport = HTTPTransport(settings.api_url, settings.username, settings.password, contact)
    where = "stand-in" if settings.test_mode else settings.api_url
    quiet = repository.resources.get(f"datacite.quiet:{where}:{active_prefix(settings)}", Quiet)
    return DataCite(transport, quiet)


def _seconds(headers: Mapping[str, str]) -> float | None:
    """What Retry-After says, as seconds or as a date."""
    value = str(headers.get("Retry-After") or "").strip()
    if value.isascii() and value.isdigit() and len(value) < 8:
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
