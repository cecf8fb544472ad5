"""Who may ask for access to a record: set by those who manage it, for all of its versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import ValidationError as SchemaError
from sqlalchemy import select

from muniment.api import Actor, PluginContext, Problem, ValidationFailed, clean_text
from muniment_access_requests.models import OptionsRow

LONGEST_CONDITIONS: Final = 5000
LONGEST_DAYS: Final = 365
NO_DAYS: Final = "A whole number of days from 0 (no end) to 365."


@dataclass(frozen=True)
class Options:
    """`users` and `guests` may ask; they accept `conditions` (a text, or none); what is granted ends after `days`
    unless something else is decided, 0 for never."""

    users: bool = False
    guests: bool = False
    conditions: str = ""
    days: int = 0

    @property
    def anybody(self) -> bool:
        return self.users or self.guests

    def document(self) -> dict[str, Any]:
        """The JSON of the REST API, with InvenioRDM's names."""
        return {
            "allow_user_requests": self.users,
            "allow_guest_requests": self.guests,
            "accept_conditions_text": self.conditions or None,
            "secret_link_expiration": self.days,
        }


class OptionsService:
    """The options of one repository."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    def of(self, parent_id: int) -> Options:
        """What holds for a parent; one statement."""
        return self.of_parents([parent_id]).get(parent_id, Options())

    def of_parents(self, parent_ids: Sequence[int]) -> dict[int, Options]:
        """What holds for these, by number; those for which nothing was ever set are left out. One statement."""
        with self.context.repository.database.read() as session:
            rows = session.scalars(select(OptionsRow).where(OptionsRow.parent_id.in_(parent_ids)))
            guests = self.context.settings.guests
            return {row.parent_id: Options(row.users, row.guests and guests, row.conditions, row.days) for row in rows}

    def read(self, actor: Actor, number: str) -> Options:
        """For who may manage the record."""
        return self.of(self.context.repository.records.parent_for(actor, number).id)

    def change(self, actor: Actor, number: str, data: Mapping[str, Any]) -> Options:
        """Set what `data` names; what it does not name stays."""
        parent = self.context.repository.records.parent_for(actor, number)
        with self.context.repository.database.write() as unit:
            row = unit.session.get(OptionsRow, parent.id, with_for_update=True)
            present = Options(row.users, row.guests, row.conditions, row.days) if row is not None else Options()
            wanted = self._checked({**present.document(), **data})
            if row is None:
                row = OptionsRow(parent_id=parent.id)
                unit.session.add(row)
            row.users, row.guests, row.conditions, row.days = (
                wanted.users,
                wanted.guests,
                wanted.conditions,
                wanted.days,
            )
            told = {"users": wanted.users, "guests": wanted.guests, "days": wanted.days}
            self.context.repository.records.renew_parents(unit, [parent.id])
            unit.audit("access_requests.options_changed", f"parent:{parent.id}", actor, **told)
        return wanted

    def _checked(self, data: Mapping[str, Any]) -> Options:
        problems: list[Problem] = []
        flags = []
        for name in ("allow_user_requests", "allow_guest_requests"):
            value = data[name]
            if value not in (True, False, "true", "false", "1", ""):
                problems.append(Problem(name, "Not a valid boolean."))
            flags.append(value in (True, "true", "1"))
        if flags[1] and not self.context.settings.guests:
            problems.append(Problem("allow_guest_requests", "On this site only people with an account ask for access."))
        conditions = data["accept_conditions_text"] or ""
        try:
            conditions = clean_text(conditions, maximum=LONGEST_CONDITIONS, lines=True)
        except (SchemaError, TypeError, AttributeError):
            problems.append(Problem("accept_conditions_text", f"A text of at most {LONGEST_CONDITIONS} characters."))
        days = whole(data["secret_link_expiration"])
        if days is None:
            problems.append(Problem("secret_link_expiration", NO_DAYS))
        if problems:
            raise ValidationFailed(errors=problems)
        return Options(flags[0], flags[1], conditions, days or 0)


def whole(value: object) -> int | None:
    """A number of days from 0 to 365, also as a form sends it; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 4:
        value = int(value)
    if value in (None, ""):
        return 0
    return value if type(value) is int and 0 <= value <= LONGEST_DAYS else None
