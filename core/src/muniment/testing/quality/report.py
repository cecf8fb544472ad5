"""What came of looking at a plugin: its checks and rules, and the tier that follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from muniment.plugins.manifest import TIERS

Outcome = Literal["ok", "exempt", "failed"]
#: What a plugin is that does not even reach the first tier.
NONE: Final = "none"


@dataclass(frozen=True)
class Finding:
    """One check or rule: how it went, and why it failed or is not asked for."""

    tier: str
    name: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True)
class QualityReport:
    """All findings about a plugin, and the tier that its manifest claims."""

    plugin: str
    claimed: str
    findings: tuple[Finding, ...]

    @property
    def tier(self) -> str:
        """The highest tier of which nothing failed, with those below it."""
        reached = NONE
        for tier in TIERS:
            if any(item.tier == tier and item.outcome == "failed" for item in self.findings):
                break
            reached = tier
        return reached

    @property
    def keeps_its_claim(self) -> bool:
        order = (NONE, *TIERS)
        return order.index(self.tier) >= order.index(self.claimed)

    def to_dict(self) -> dict[str, Any]:
        return {"tier": self.tier, **asdict(self)}

    def lines(self) -> Iterator[str]:
        """The report for a terminal."""
        yield f"{self.plugin}: {self.tier}" + ("" if self.tier == self.claimed else f" (it claims {self.claimed})")
        for tier in TIERS:
            found = [item for item in self.findings if item.tier == tier]
            yield ""
            yield f"{tier}: {sum(item.outcome != 'failed' for item in found)} of {len(found)}"
            for item in found:
                if item.outcome != "ok":
                    yield f"  {item.outcome:7} {item.name}: {item.reason}"
