"""What is to be done at ORCID. Events name people and records by numbers; all of one person come one after the other,
so that no work is added twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.api import Event


@dataclass(frozen=True)
class WorkDue(Event):
    """A record is to be brought to its present state on somebody's ORCID record."""

    name: ClassVar[str] = "orcid.work-due"
    user_id: int
    parent_id: int

    @property
    def key(self) -> str:
        return f"orcid:{self.user_id}"


@dataclass(frozen=True)
class PermissionChanged(Event):
    """Somebody's permission was given or ended, or all of their works are to be looked at."""

    name: ClassVar[str] = "orcid.permission-changed"
    user_id: int

    @property
    def key(self) -> str:
        return f"orcid:{self.user_id}"
