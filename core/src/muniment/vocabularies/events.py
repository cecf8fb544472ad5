"""Events of vocabularies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.events.event import Event


@dataclass(frozen=True)
class VocabularyChanged(Event):
    """Terms of a vocabulary were added, changed or removed; what shows their titles may be out of date."""

    name: ClassVar[str] = "vocabulary.changed"
    vocabulary: str = ""
    generation: int = 0

    @property
    def key(self) -> str:
        return f"vocabulary:{self.vocabulary}"
