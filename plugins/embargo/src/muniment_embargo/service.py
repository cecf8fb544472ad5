"""Embargoes of published records: which there are, lifting those whose day has come, and what moderators decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from muniment.api import (
    SYSTEM,
    AccessChanged,
    AccessState,
    Actor,
    Conflict,
    MunimentError,
    PluginContext,
    Problem,
    UnitOfWork,
    ValidationFailed,
)
from muniment_embargo.checks import NOT_IN_FUTURE
from muniment_embargo.embargo import PATH, Embargo
from muniment_embargo.events import EmbargoLifted

Choose = Callable[[Embargo], bool]


@dataclass(frozen=True)
class Entry:
    """A published record under embargo; `overdue` when its day has come and it waits for the job."""

    number: str
    title: str
    until: date | None
    reason: str
    overdue: bool


class EmbargoService:
    """The embargoes of one repository."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @property
    def today(self) -> date:
        """The day in the site's time zone."""
        repository = self.context.repository
        return repository.now().astimezone(repository.config.site.zone).date()

    def entries(self) -> list[Entry]:
        """All records under embargo, those that open first before the others."""
        today = self.today
        found = [
            Entry(holder.number, holder.title, embargo.until, embargo.reason, embargo.is_due(today))
            for holder in self.context.repository.records.records_holding(PATH)
            if (embargo := Embargo.of(holder.stored)).active and holder.access_files == "restricted"
        ]
        return sorted(found, key=lambda entry: (entry.until or date.max, len(entry.number), entry.number))

    def lift_due(self) -> int:
        """Lift every embargo whose day has come; returns how many. Whatever else lifts them meanwhile, each is once."""
        today = self.today
        lifted = 0
        for entry in self.entries():
            if entry.overdue:
                try:
                    lifted += self._lift(SYSTEM, entry.number, today, lambda embargo: embargo.is_due(today), wait=False)
                except MunimentError:
                    continue  # it was deleted meanwhile, or another process holds it: the next run looks again
        return lifted

    def lift(self, actor: Actor, number: str) -> None:
        """End an embargo before its day. Raises `Conflict` when there is none, `PermissionDenied`, `NotFound`."""
        if not self._lift(actor, number, self.today, lambda embargo: embargo.active):
            raise Conflict(f"The record {number} is not under embargo.")

    def move(self, actor: Actor, number: str, until: date) -> None:
        """Let an embargo end on another day. Raises `ValidationFailed` for a day that is not in the future, and the
        same as `lift`."""
        if until <= self.today:
            raise ValidationFailed(errors=[Problem("until", NOT_IN_FUTURE)])

        found: list[Embargo] = []

        def moved(state: AccessState) -> AccessState | None:
            embargo = Embargo.of(state.parts.get(PATH))
            if not embargo.active or state.files != "restricted":
                return None
            found.append(embargo)
            return state.with_part(PATH, replace(embargo, until=until).stored())

        self.context.repository.records.change_access(actor, number, moved, act="embargo.moved", details=_days)
        if not found:
            raise Conflict(f"The record {number} is not under embargo.")

    def _lift(self, actor: Actor, number: str, today: date, chosen: Choose, *, wait: bool = True) -> bool:
        return self.context.repository.records.change_access(
            actor,
            number,
            partial(_opened, today=today, chosen=chosen),
            act="embargo.lifted",
            details=_days,
            within=partial(_told, today=today),
            wait=wait,
        )


def _opened(state: AccessState, *, today: date, chosen: Choose) -> AccessState | None:
    """Everything public, as InvenioRDM opens it, when the embargo is one of those that are chosen."""
    embargo = Embargo.of(state.parts.get(PATH))
    if not chosen(embargo) or state.files != "restricted":
        return None
    return replace(state, record="public", files="public").with_part(PATH, embargo.ended(today).stored())


def _days(changed: AccessChanged) -> dict[str, Any]:
    """The day that was and the day that is, for the audit trail."""
    before, after = (Embargo.of(state.parts.get(PATH)).until for state in (changed.before, changed.after))
    return {"until": [before and before.isoformat(), after and after.isoformat()]}


def _told(unit: UnitOfWork, changed: AccessChanged, *, today: date) -> None:
    before = Embargo.of(changed.before.parts.get(PATH))
    unit.emit(EmbargoLifted(changed.record_id, early=not before.is_due(today)))
