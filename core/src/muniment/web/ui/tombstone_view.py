"""What is shown in place of a deleted record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from muniment.web.ui.wording import display_date, term_title


@dataclass(frozen=True)
class TombstoneView:
    """A deleted record: why and when it went, and how it was cited."""

    id: str
    reason: str
    note: str
    date: str
    citation: str


def tombstone_view(number: str, tombstone: Mapping[str, Any], locale: str, reason: str = "") -> TombstoneView:
    """`reason` is the title of the removal reason, where the tombstone names it by its id only."""
    return TombstoneView(
        id=number,
        reason=reason or term_title(tombstone.get("removal_reason"), locale),
        note=str(tombstone.get("note") or ""),
        date=display_date(tombstone.get("removal_date"), locale),
        citation=str(tombstone.get("citation_text") or ""),
    )
