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


@dataclass(frozen=True)
class VocabularyLoadRequested(Event):
    """An administrator wants the file of a vocabulary loaded; with `force` also when it is the one of last time."""

    name: ClassVar[str] = "vocabulary.load_requested"
    vocabulary: str = ""
    force: bool = False

    @property
    def key(self) -> str:
        return f"vocabulary:{self.vocabulary}"
