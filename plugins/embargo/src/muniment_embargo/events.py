"""What the plugin tells others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.api import Event


@dataclass(frozen=True)
class EmbargoLifted(Event):
    """The files of a record under embargo are open to all; `early` when somebody ended it before its day."""

    name: ClassVar[str] = "embargo.lifted"
    record_id: int
    early: bool = False

    @property
    def key(self) -> str:
        return f"record:{self.record_id}"
