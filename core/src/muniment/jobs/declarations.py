"""What plugins declare: durable event handlers and scheduled jobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cronsim import CronSim, CronSimError

if TYPE_CHECKING:
    from muniment.events.outbox import LogEntry
    from muniment.repository import Repository


class RetryLater(Exception):
    """Raised by a handler whose partner is away or asks to wait: try again, after `seconds` when given.

    It does not count towards the attempts after which a delivery is set aside.
    """

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(frozen=True)
class EventHandler:
    """A durable handler: called at least once for each event named in `events`, outside any transaction.

    `name` is stored with each delivery and must stay the same; `function` gets the repository and the event.
    Deliveries with the same key come one at a time and in order. A handler is idempotent and loads the present
    state. After `attempts` failures the delivery is set aside for the operator; a worker that ends while it
    delivers counts as one. Longer than `timeout` a worker does not have a delivery for itself.
    """

    name: str
    events: tuple[str, ...]
    function: Callable[[Repository, LogEntry], None]
    attempts: int = 12
    timeout: timedelta = timedelta(minutes=5)

    def __post_init__(self) -> None:
        if isinstance(self.events, str) or not self.events:
            raise ValueError(f"handler '{self.name}': events must be a tuple of names, like ('record.published',)")
        if self.attempts < 1 or self.timeout <= timedelta():
            raise ValueError(f"handler '{self.name}': attempts and timeout must be greater than 0")


@dataclass(frozen=True)
class Job:
    """A scheduled job. `schedule` is a cron expression in the site's time zone; `function` returns a short result.

    One process at a time runs a job; a run that takes longer than `timeout` counts as lost and may start again.
    """

    name: str
    schedule: str
    function: Callable[[Repository], str]
    title: str = ""
    timeout: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        try:
            CronSim(self.schedule, datetime.now(UTC))
        except CronSimError as error:
            raise ValueError(f"job '{self.name}': '{self.schedule}' is not a cron expression: {error}") from error
        if self.timeout <= timedelta():
            raise ValueError(f"job '{self.name}': timeout must be greater than 0")
