"""The event that a message is to be mailed. It names the row: addresses and words stay there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.api import Event


@dataclass(frozen=True)
class SupportMessage(Event):
    """Somebody wrote to support."""

    name: ClassVar[str] = "support.message"
    row: int

    @property
    def key(self) -> str:
        return f"support:{self.row}"
