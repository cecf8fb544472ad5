"""Reads what clients and forms send. What is not asked for is ignored: nobody sets an owner, an origin or a token."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from marshmallow import ValidationError as SchemaError

from muniment.api import Problem, ValidationFailed, clean_text, problem_with_address

LINK_PERMISSIONS: Final = ("view", "preview", "edit")
GRANT_PERMISSIONS: Final = ("view", "preview", "edit", "manage")
NOT_IN_FUTURE: Final = "Expiration date must be set to a future date."
NO_DATE: Final = "This is not a date. Write it like 2027-03-03."
LONGEST_MESSAGE: Final = 1000
_ROW: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(T[\d:.+\-Z]*)?", re.ASCII)


class Findings:
    """Collects what is wrong, so that it is told at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, field: str, message: str) -> None:
        self.problems.append(Problem(field, message))

    def done(self) -> None:
        if self.problems:
            raise ValidationFailed(errors=self.problems)


def permission(found: Findings, value: Any, allowed: tuple[str, ...], field: str = "permission") -> str:
    if value is None or value == "":
        found.add(field, "Missing data for required field.")
    elif not isinstance(value, str) or value not in allowed:
        found.add(field, f"Must be one of: {', '.join(allowed)}.")
    else:
        return value
    return ""


def text(found: Findings, value: Any, longest: int, field: str, *, lines: bool = False) -> str:
    """A text for people, trimmed; nothing for null."""
    if value is None:
        return ""
    if not isinstance(value, str):
        found.add(field, "Not a valid string.")
        return ""
    try:
        return clean_text(value, maximum=longest, lines=lines)
    except SchemaError as error:
        for message in error.messages if isinstance(error.messages, list) else ["Not a valid string."]:
            found.add(field, message)
        return ""


def last_day(found: Findings, value: Any, today: date, longest_days: int) -> date | None:
    """The last day of a link. InvenioRDM's clients send a day, or a moment of one."""
    latest = today + timedelta(days=longest_days)
    if value is None or value == "":
        if longest_days:
            found.add("expires_at", f"A link needs a last day here, {latest.isoformat()} at the latest.")
        return None
    match = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        day = date.fromisoformat(match[1]) if match else None
    except ValueError:
        day = None
    if day is None:
        found.add("expires_at", NO_DATE)
    elif day <= today:
        found.add("expires_at", NOT_IN_FUTURE)
    elif longest_days and day > latest:
        found.add("expires_at", f"A link may end on {latest.isoformat()} at the latest.")
    return day


def address(found: Findings, value: Any, field: str = "email") -> str:
    """An e-mail address as it was typed; whether it exists only mail can tell."""
    problem = problem_with_address(value, field)
    if problem is not None:
        found.problems.append(problem)
    return value.strip() if isinstance(value, str) else ""


def row_id(text: str) -> str:
    """The id of a link, invitation or offer as it can be looked up; empty for what none has."""
    return text if _ROW.fullmatch(text) else ""


def flag(value: Any) -> bool:
    return value in (True, "1", "true", "on")


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
