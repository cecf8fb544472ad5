"""Reads dates as people write them into EDTF (ISO 8601-2), or says why a date cannot be read."""

from __future__ import annotations

import re
from datetime import date, datetime

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_TIME_OF_DAY = re.compile(
    r"(?<=\d{4}-\d{2}-\d{2})(?:[T ]\s*\d{1,2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?$"
)
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<year>\d{4})(?:[-./](?P<month>\d{1,2})(?:[-./](?P<day>\d{1,2}))?)?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})",
        r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+)?(?P<name>[A-Za-z]{3,9})\.?,?\s+(?P<year>\d{4})",
        r"(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
    )
)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_YEARS = re.compile(r"(\d{4})\s*[-–—]\s*(\d{4})", re.ASCII)


class UnreadableDate(ValueError):
    """A date that is not understood; the message says which and why."""


def edtf(value: str) -> str:
    """A date or interval of EDTF level 0: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or two of them joined by `/`.

    Times of day fall away, since a record's dates are days. Raises `UnreadableDate` rather than guess:
    for `03/04/2015`, for months that do not exist, for intervals that are open or run backwards.
    """
    value = " ".join(value.split())
    if years := _YEARS.fullmatch(value):
        return _interval(value, years[1], years[2])
    parts = [part.strip() for part in value.split("/")]
    if len(parts) == 2 and not re.fullmatch(r"\d{4}/\d{1,2}", value, re.ASCII):
        return _interval(value, *parts)
    return _single(value)


def edtf_or_moment(value: str) -> str:
    """Like `edtf`, but a moment in the form that EDTF has for it, such as `2014-10-10T10:00:00Z`, stays one."""
    value = " ".join(value.split())
    if not _MOMENT.fullmatch(value):
        return edtf(value)
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise UnreadableDate(f"the date '{value}' does not exist in the calendar") from None
    return value


def year(value: str) -> str:
    """A publication year as four digits; raises `UnreadableDate` for anything but one to four digits."""
    if re.fullmatch(r"\d{1,4}", value, re.ASCII):
        return value.zfill(4)
    raise UnreadableDate(f"'{value}' is not a year")


def _interval(value: str, start: str, end: str) -> str:
    if not start or not end or ".." in (start, end):
        raise UnreadableDate(f"the interval '{value}' is open; only intervals with both ends can be kept")
    first, last = _single(start), _single(end)
    if first == last:
        return first
    if last < first[: len(last)]:
        raise UnreadableDate(f"the interval '{value}' ends before it starts")
    return f"{first}/{last}"


def _single(value: str) -> str:
    for form in _FORMS:
        if match := form.fullmatch(_TIME_OF_DAY.sub("", value)):
            parts = match.groupdict()
            month = _month(parts["name"]) if parts.get("name") else parts.get("month")
            return _checked(value, parts["year"], month, parts.get("day"))
    raise UnreadableDate(f"the date '{value}' cannot be read")


def _month(name: str) -> str:
    """The number of an English month, in full or as its first three or four letters; 99 for any other word."""
    name = name.lower()
    numbers = (
        number for number, month in enumerate(_MONTHS, start=1) if name == month or name in (month[:3], month[:4])
    )
    return str(next(numbers, 99))


def _checked(value: str, year: str, month: str | None, day: str | None) -> str:
    """The parts as EDTF; a month or day of zeros counts as not given."""
    numbers = [int(part) for part in (month, day) if part and int(part)]
    try:
        # 2000 stands in for the year 0, which `date` does not have; both are leap years.
        date(int(year) or 2000, *[*numbers, 1, 1][:2])
    except ValueError:
        raise UnreadableDate(f"the date '{value}' does not exist in the calendar") from None
    return "-".join([year, *(f"{number:02d}" for number in numbers)])
