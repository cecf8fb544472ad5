"""What happens to drafts that are for communities, for whoever follows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.api import Event


@dataclass(frozen=True)
class ChecksDue(Event):
    """The checks in the background of the draft or record with this number may have to be run."""

    name: ClassVar[str] = "curation.checks_due"
    number: str

    @property
    def key(self) -> str:
        return f"curation-checks:{self.number}"
