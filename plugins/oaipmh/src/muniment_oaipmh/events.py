"""What the plugin tells, and what it follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from muniment.api import Event

FOLLOWED: Final = ("record.published", "record.changed", "record.deleted", "record.restored")
#: What makes the engine look whether it missed anything, or has sets to fill.
BEGINNINGS: Final = ("plugins.changed", "oaipmh.set_changed")


@dataclass(frozen=True)
class SetChanged(Event):
    """A set was made or changed, or is `gone`."""

    name: ClassVar[str] = "oaipmh.set_changed"
    spec: str
    gone: bool = False

    @property
    def key(self) -> str:
        return f"oaipmh-set:{self.spec}"
