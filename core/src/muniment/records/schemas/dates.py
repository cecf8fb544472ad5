"""Dates of the Extended Date/Time Format (ISO 8601-2), level 0: days, months, years, intervals, and points in time."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime
from functools import lru_cache
from typing import Any

from marshmallow import ValidationError

from muniment.records.schemas.text import NOT_A_TEXT, ValueField, clean_text

MESSAGE = "Please provide a valid date or interval."
#: The longest level 2 expressions in use are sets of a few dates.
MAXIMUM_LENGTH = 100

_DATE = re.compile(r"(-?[0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)
_TIME = re.compile(
    r"-?[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}(?::[0-9]{2})?)?", re.ASCII
)
#: Any year with the same leap days stands for years that Python's calendar does not know.
_GREGORIAN_CYCLE = 400

Bounds = tuple[tuple[int, int, int], tuple[int, int, int]]


def date_bounds(value: str) -> Bounds | None:
    """First and last day (year, month, day) of a level 0 date or interval, or None when it is not one.

    Years before 0 are allowed, as in ISO 8601; an interval must not end before it begins.
    """
    start, slash, end = value.partition("/")
    first = _day_range(start)
    if first is None or not slash:
        return first
    last = _day_range(end)
    if last is None or last[1] < first[0]:
        return None
    return first[0], last[1]


def _day_range(value: str) -> Bounds | None:
    match = _DATE.fullmatch(value)
    if match is None or match[1] == "-0000":
        return None
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if match[2] is None:
        return (year, 1, 1), (year, 12, 31)
    if not 1 <= month <= 12:
        return None
    days = monthrange(year % _GREGORIAN_CYCLE + _GREGORIAN_CYCLE, month)[1]
    if match[3] is None:
        return (year, month, 1), (year, month, days)
    return ((year, month, day), (year, month, day)) if 1 <= day <= days else None


def is_point_in_time(value: str) -> bool:
    """Whether `value` is a level 0 date with time, such as ``2020-01-31T10:00:00Z``."""
    if _TIME.fullmatch(value) is None or value.startswith(("-", "0000")):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def is_extended_date(value: str) -> bool:
    """Whether `value` is an expression of EDTF up to level 2 (``1984~``, ``[1667,1668]``, ``2004-06/..``)."""
    if len(value) > MAXIMUM_LENGTH:
        return False
    # The grammar takes 0.2 s to build and serves rare fields only.
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        parse_edtf(value)
    except (EDTFParseException, ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError):
        return False
    return True


class EDTFDate(ValueField):
    """A text field with a level 0 date or interval; `times` allows points in time, `level=2` all of EDTF."""

    def __init__(self, *, times: bool = False, level: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.times = times
        self.level = level

    def load_value(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(NOT_A_TEXT)
        text = clean_text(value)
        if date_bounds(text) is None and not self._is_other_date(text):
            raise ValidationError(MESSAGE)
        return text

    def _is_other_date(self, text: str) -> bool:
        if self.times and is_point_in_time(text):
            return True
        return self.level == 2 and _DATE.fullmatch(text) is None and is_extended_date(text)
