"""What validators say about a value, as people read it: they speak for programs, and their messages hold numbers and
choices, which no catalogue can list."""

from __future__ import annotations

import re
from typing import Final

from flask_babel import lazy_gettext

_PLAIN: Final = {
    "Field may not be null.": lazy_gettext("Enter a value."),
    "Invalid value.": lazy_gettext("This value is not taken."),
    "Invalid type.": lazy_gettext("This value is not taken."),
    "Invalid input.": lazy_gettext("This value is not taken."),
    "Not a valid string.": lazy_gettext("Enter a text."),
    "Not a valid number.": lazy_gettext("Enter a number, such as 52.52."),
    "Number too large.": lazy_gettext("This number is too large."),
    "Special numeric values (nan or infinity) are not permitted.": lazy_gettext("Enter a number, such as 52.52."),
    "Not a valid integer.": lazy_gettext("Enter a whole number."),
    "Not a valid boolean.": lazy_gettext("Choose yes or no."),
    "Not a valid list.": lazy_gettext("Enter a list."),
    "Not a valid mapping type.": lazy_gettext("Enter names with their values, as JSON in curly brackets."),
    "Not a valid date.": lazy_gettext("Enter a day like 2026-12-31."),
    "Not a valid time.": lazy_gettext("Enter a time like 18:00."),
    "Not a valid datetime.": lazy_gettext("Enter a day and a time like 2026-12-31T18:00."),
    "Not a valid URL.": lazy_gettext("Enter a whole web address, such as https://example.org/page."),
    "Not a valid email address.": lazy_gettext("Not a valid email address."),
    "Not a valid UUID.": lazy_gettext("This is not a UUID."),
    "Not a valid IP address.": lazy_gettext("This is not an IP address."),
    "String does not match expected pattern.": lazy_gettext("This is not written as it has to be."),
    "Unknown field.": lazy_gettext("There is no such field."),
}

#: Patterns with the names of what is filled in.
_PATTERNS: Final = (
    (
        re.compile(r"Must be greater than or equal to (?P<least>\S+) and less than or equal to (?P<most>\S+)\."),
        lazy_gettext("Enter a number from %(least)s to %(most)s."),
    ),
    (
        re.compile(r"Must be greater than or equal to (?P<least>\S+)\."),
        lazy_gettext("Enter a number that is not below %(least)s."),
    ),
    (
        re.compile(r"Must be less than or equal to (?P<most>\S+)\."),
        lazy_gettext("Enter a number that is not above %(most)s."),
    ),
    (re.compile(r"Must be greater than (?P<least>\S+)\."), lazy_gettext("Enter a number above %(least)s.")),
    (re.compile(r"Must be less than (?P<most>\S+)\."), lazy_gettext("Enter a number below %(most)s.")),
    (re.compile(r"Must be equal to (?P<value>.+)\."), lazy_gettext("This has to be %(value)s.")),
    (re.compile(r"Must be one of: (?P<choices>.+)\.", re.DOTALL), lazy_gettext("Choose one of: %(choices)s.")),
    (
        re.compile(r"One or more of the choices you made was not in: (?P<choices>.+)\.", re.DOTALL),
        lazy_gettext("Choose among: %(choices)s."),
    ),
    (
        re.compile(r"Longer than maximum length (?P<number>\d+)\."),
        lazy_gettext("Shorten this: at most %(number)s characters or entries are taken."),
    ),
    (
        re.compile(r"Shorter than minimum length (?P<number>\d+)\."),
        lazy_gettext("Write at least %(number)s characters."),
    ),
    (
        re.compile(r"Length must be between (?P<least>\d+) and (?P<most>\d+)\."),
        lazy_gettext("Write from %(least)s to %(most)s characters."),
    ),
    (re.compile(r"Length must be (?P<number>\d+)\."), lazy_gettext("Write %(number)s characters.")),
)


def validator_message(message: str) -> str | None:
    """What people read for a validator's message; None for what no validator says."""
    plain = _PLAIN.get(message)
    if plain is not None:
        return str(plain)
    for pattern, text in _PATTERNS:
        if found := pattern.fullmatch(message):
            return str(text) % found.groupdict()
    return None
