"""Events that tests emit, handlers that remember, and a clock that tests set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from muniment.access.actor import SYSTEM
from muniment.events.models import Delivery
from muniment.events.outbox import LogEntry
from muniment.jobs.declarations import EventHandler
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins, Probed


@dataclass
class Clock:
    """The time of a repository; it stands still until it is advanced."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@dataclass
class Handler:
    """Remembers what it was handed, and does what the test put into `act`."""

    act: Callable[[LogEntry], Any] = lambda entry: None
    seen: list[str] = field(default_factory=list)

    def __call__(self, repository: Repository, entry: LogEntry) -> None:
        self.seen.append(f"{entry.payload['what']}{entry.payload['number']}")
        self.act(entry)


@pytest.fixture
def clock(repository: Repository) -> Clock:
    found = Clock()
    repository.database.now = found
    return found


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def handling(repository: Repository, fake_plugin: FakePlugins, handler: Handler) -> Callable[..., Repository]:
    """A repository whose plugin `probe` has `handler`; what was emitted before is not for it."""

    def make(**options: Any) -> Repository:
        declared = EventHandler("probe.handler", ("probe.happened",), handler, **options)
        fake_plugin("probe", register_event_handlers=[declared])
        repository.plugins.enable("probe", SYSTEM)
        found = repository.successor()
        found.deliveries.run_until_idle()
        return found

    return make


@pytest.fixture
def emit(repository: Repository) -> Callable[..., None]:
    """Emits events given as `a1`, `b2`: what and number; each in a unit of its own."""

    def write(*events: str) -> None:
        for text in events:
            with repository.database.write() as unit:
                unit.emit(Probed(text[0], int(text[1:])))

    return write


@pytest.fixture
def delivery(repository: Repository) -> Callable[..., Delivery]:
    """The stored delivery of an event given as `a1`."""

    def find(text: str = "a1") -> Delivery:
        with repository.database.read() as session:
            rows = session.query(Delivery).filter_by(handler="probe.handler").order_by(Delivery.id)
            found = [row for row in rows if row.key == f"probe:{text[0]}"]
            return found[int(text[1:]) - 1]

    return find
