"""An embargo as it is kept with a record: whether it holds, until which day, and why."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

#: Where it stands in the record's JSON.
PATH: Final = "access.embargo"


@dataclass(frozen=True)
class Embargo:
    """`until` is the first day on which the files are open, in the site's time zone."""

    active: bool = False
    until: date | None = None
    reason: str = ""

    @classmethod
    def of(cls, stored: Any) -> Embargo:
        """The embargo of what is stored; none for nothing."""
        if not isinstance(stored, Mapping):
            return cls()
        until = stored.get("until")
        return cls(
            bool(stored.get("active")), date.fromisoformat(until) if until else None, str(stored.get("reason") or "")
        )

    def stored(self) -> dict[str, Any] | None:
        """What is stored of it; None for no embargo at all."""
        if self == Embargo():
            return None
        until = self.until.isoformat() if self.until is not None else None
        return {"active": self.active, "until": until, "reason": self.reason or None}

    def is_due(self, today: date) -> bool:
        return self.active and self.until is not None and self.until <= today

    def ended(self, today: date) -> Embargo:
        """The same, over; one that is ended before its day was until today."""
        return replace(self, active=False, until=min(self.until, today) if self.until is not None else today)


def months_later(day: date, months: int) -> date:
    """The day so many months later, the last one of its month when there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
