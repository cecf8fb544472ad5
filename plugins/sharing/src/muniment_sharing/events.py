"""What happens that somebody is to be told of. Events name rows and subjects; addresses and words stay in the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.api import Event


@dataclass(frozen=True)
class SharingLetter(Event):
    """A message about sharing is to be sent. `letter` says which, `row` names what it is about; `subject` is who gets
    it where the row does not say so, `other` the person on the other side."""

    name: ClassVar[str] = "sharing.letter"
    letter: str
    row: str
    requested: str
    subject: int | None = None
    other: int | None = None

    @property
    def key(self) -> str:
        return f"sharing:{self.letter}:{self.row}"
