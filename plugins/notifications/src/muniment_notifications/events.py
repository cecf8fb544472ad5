"""What happens to notifications. Events name subjects; words stay in the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.api import Event


@dataclass(frozen=True)
class NotificationsWaiting(Event):
    """Something waits to be mailed to a person: `way` is ``now`` or ``daily``."""

    name: ClassVar[str] = "notifications.waiting"
    subject_id: int
    way: str

    @property
    def key(self) -> str:
        return f"notifications:{self.subject_id}:{self.way}"


@dataclass(frozen=True)
class WebhookWaiting(Event):
    """Something waits to be sent to a webhook. `turn` parts what waits in one order from what is not to wait for it."""

    name: ClassVar[str] = "notifications.webhook_waiting"
    webhook: int
    delivery: int
    turn: str

    @property
    def key(self) -> str:
        return f"notifications:webhook:{self.webhook}:{self.turn}"


@dataclass(frozen=True)
class WebhookPaused(Event):
    """A webhook of a person did not take what was sent, and gets nothing until its owner says so."""

    name: ClassVar[str] = "notifications.webhook_paused"
    webhook: int
    subject_id: int

    @property
    def key(self) -> str:
        return f"notifications:webhook:{self.webhook}"
