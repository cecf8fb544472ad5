"""What happens to requests, for whoever follows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.api import Event


@dataclass(frozen=True)
class RequestEvent(Event):
    """Something happened to the request with this number. `subject_id` did it; None for the system and guests."""

    request: int
    type: str
    subject_id: int | None

    @property
    def key(self) -> str:
        return f"request:{self.request}"


@dataclass(frozen=True)
class RequestActed(RequestEvent):
    """A request was submitted or decided: `action` is submit, accept, decline, cancel or expire."""

    name: ClassVar[str] = "requests.acted"
    action: str = ""


@dataclass(frozen=True)
class RequestExpiring(RequestEvent):
    """A request that nobody has decided ends within a week; told once."""

    name: ClassVar[str] = "requests.expiring"


@dataclass(frozen=True)
class RequestCommented(RequestEvent):
    """Somebody wrote a comment; `comment` is its number in the conversation."""

    name: ClassVar[str] = "requests.commented"
    comment: int = 0
