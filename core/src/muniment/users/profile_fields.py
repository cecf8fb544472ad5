"""What a person may say about themselves: the fields of a profile, checked and cleaned."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from zoneinfo import available_timezones

from muniment.errors import Problem

FULL_NAME_LENGTH: Final = 200
AFFILIATIONS_LENGTH: Final = 400
VISIBILITIES: Final = ("public", "restricted")
#: The colours of the pages; `device`, which is stored as "", leaves them to each device.
THEMES: Final = ("device", "auto", "light", "dark")

_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{2,29}")
#: Names that would pass for the site itself.
_SITE_NAMES = """
    admin administrator moderator root system support help security webmaster postmaster abuse anonymous guest me
    deleted owner everyone public
"""
_RESERVED = frozenset(_SITE_NAMES.split())

Check = Callable[[Any, str], "tuple[Any, Problem | None]"]


def clean_text(value: Any, field: str, longest: int) -> tuple[str, Problem | None]:
    """One line of text without control characters, composed and trimmed, of at most `longest` characters."""
    if value is None:
        return "", None
    if not isinstance(value, str):
        return "", Problem(field, "Not a valid string.")
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        return "", Problem(field, "The text contains control characters.")
    if len(text) > longest:
        return "", Problem(field, f"Longer than maximum length {longest}.", code="too_long")
    return text, None


def _username(value: Any, field: str) -> tuple[str | None, Problem | None]:
    if value in (None, ""):
        return None, None
    if not isinstance(value, str) or not _USERNAME.fullmatch(value.strip()):
        return None, Problem(
            field,
            "A user name starts with a letter and has 3 to 30 letters, digits, hyphens or underscores.",
        )
    if value.strip().casefold() in _RESERVED:
        return None, Problem(field, "This user name is reserved.", code="taken")
    return value.strip(), None


def _full_name(value: Any, field: str) -> tuple[str, Problem | None]:
    return clean_text(value, field, FULL_NAME_LENGTH)


def _affiliations(value: Any, field: str) -> tuple[str, Problem | None]:
    return clean_text(value, field, AFFILIATIONS_LENGTH)


def _visibility(value: Any, field: str) -> tuple[str, Problem | None]:
    if value not in VISIBILITIES:
        return "", Problem(field, f"Must be one of: {', '.join(VISIBILITIES)}.")
    return value, None


def _timezone(value: Any, field: str) -> tuple[str, Problem | None]:
    if value in (None, ""):
        return "", None
    if not isinstance(value, str) or value not in available_timezones():
        return "", Problem(field, "Not a time zone; use a name like Europe/Berlin.")
    return value, None


def _theme(value: Any, field: str) -> tuple[str, Problem | None]:
    if value in (None, "", THEMES[0]):
        return "", None
    if value not in THEMES:
        return "", Problem(field, f"Must be one of: {', '.join(THEMES)}.")
    return str(value), None


def _locale(languages: Iterable[str]) -> Check:
    allowed = tuple(languages)

    def check(value: Any, field: str) -> tuple[str, Problem | None]:
        if value in (None, ""):
            return "", None
        if value not in allowed:
            return "", Problem(field, f"Must be one of: {', '.join(allowed)}.")
        return str(value), None

    return check


def check_profile(data: Mapping[str, Any], languages: Iterable[str]) -> tuple[dict[str, Any], list[Problem]]:
    """The known fields of `data` as they are stored, and what is wrong with them.

    Only fields that are present are returned; everything else in `data` (ids, roles, states) is ignored
    (CVE-2022-43685).
    """
    checks: dict[str, Check] = {
        "username": _username,
        "full_name": _full_name,
        "affiliations": _affiliations,
        "visibility": _visibility,
        "email_visibility": _visibility,
        "locale": _locale(languages),
        "timezone": _timezone,
        "theme": _theme,
    }
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, check in checks.items():
        if name not in data:
            continue
        value, problem = check(data[name], name)
        if problem is None:
            values[name] = value
        else:
            problems.append(problem)
    return values, problems


def search_text(*parts: str | None) -> str:
    """Names in the form in which they are looked up: small letters, no accents."""
    joined = " ".join(part for part in parts if part)
    decomposed = unicodedata.normalize("NFKD", joined).casefold()
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(plain.split())[:800]
