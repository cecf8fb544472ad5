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
