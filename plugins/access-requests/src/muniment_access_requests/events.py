"""What happens that a guest is to be told of. Events name rows; addresses and words stay in the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.api import Event


@dataclass(frozen=True)
class GuestLetter(Event):
    """A message to a guest is to be sent: `letter` says which (confirm, accepted, declined), `guest` names the row."""

    name: ClassVar[str] = "access-requests.letter"
    letter: str
    guest: str
    requested: str

    @property
    def key(self) -> str:
        return f"access-requests:{self.letter}:{self.guest}"
