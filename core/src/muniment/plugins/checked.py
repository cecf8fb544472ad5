"""What `muniment plugins check` found of a plugin last: operators see it beside what the plugin claims of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Checked:
    """The tier that a version reached, ``none`` for one that does not even reach bronze, and when it was measured."""

    tier: str
    version: str
    at: datetime

    @classmethod
    def from_dict(cls, data: Mapping[str, str] | None) -> Checked | None:
        return cls(data["tier"], data["version"], datetime.fromisoformat(data["at"])) if data else None

    def to_dict(self) -> dict[str, str]:
        return {"tier": self.tier, "version": self.version, "at": self.at.isoformat()}

    def beside(self, claimed: str, version: str) -> str:
        """In words, beside what the manifest of the installed version claims."""
        found = f"{self.tier}, checked on {self.at:%Y-%m-%d}"
        if self.version != version:
            return f"claims {claimed}, not checked; version {self.version} was {found}"
        return found if self.tier == claimed else f"{found}, although it claims {claimed}"
