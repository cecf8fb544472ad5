"""What stands against an embargo, with InvenioRDM's words where it has some."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask_babel import lazy_gettext

from muniment.api import DraftSnapshot, Problem
from muniment_embargo.embargo import PATH, Embargo, months_later

UNTIL: Final = f"{PATH}.until"
NOT_IN_FUTURE: Final = "Embargo end date must be set to a future date."
NOT_OVER: Final = "Embargo end date must be unset or in the past."
NOT_RESTRICTED: Final = "Files under embargo must be restricted: restrict them, or remove the embargo."
NO_FILES: Final = "There are no files to keep under embargo: add some, or remove the embargo."


#: Forms look messages up by their words; here translators find them.
MESSAGES: Final = (
    lazy_gettext("Embargo end date must be set to a future date."),
    lazy_gettext("Embargo end date must be unset or in the past."),
    lazy_gettext("Files under embargo must be restricted: restrict them, or remove the embargo."),
    lazy_gettext("There are no files to keep under embargo: add some, or remove the embargo."),
    lazy_gettext("This is not a date. Write it like 2027-03-03."),
)


def check(draft: DraftSnapshot, today: date, longest_months: int) -> list[Problem]:
    """Everything that is wrong with the embargo of a draft as it would be published today."""
    embargo = Embargo.of(draft.parts.get(PATH))
    problems = _of_the_day(embargo, today, longest_months)
    access = draft.data.get("access", {})
    if embargo.active and access.get("files") != "restricted":
        problems.append(Problem("access.files", NOT_RESTRICTED))
    elif embargo.active and not draft.data.get("files", {}).get("enabled", True) and access.get("record") == "public":
        problems.append(Problem(UNTIL, NO_FILES))
    return problems


def _of_the_day(embargo: Embargo, today: date, longest_months: int) -> list[Problem]:
    until = embargo.until
    if not embargo.active:
        return [Problem(UNTIL, NOT_OVER)] if until is not None and until > today else []
    if until is None or until <= today:
        return [Problem(UNTIL, NOT_IN_FUTURE)]
    latest = months_later(today, longest_months)
    if longest_months and until > latest:
        return [Problem(UNTIL, f"An embargo may end on {latest.isoformat()} at the latest.")]
    return []
