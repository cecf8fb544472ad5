"""Days and moments in queries: partial dates are periods, as in ISO 8601, and `now-7d` is understood."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

_DATE: Final = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
_TIME: Final = re.compile(
    r"^(\d{4}-\d{2}-\d{2})[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$",
    re.IGNORECASE,
)
_STEP: Final = re.compile(r"([+-])(\d{1,5})([yMwdhHms])|/([yMwdhHms])")
_NOW: Final = re.compile(r"^now((?:[+-]\d{1,5}[yMwdhHms]|/[yMwdhHms])*)$")
_MICROSECOND: Final = timedelta(microseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Clock = Callable[[], datetime]


def day_period(text: str, now: Clock) -> tuple[int, int] | None:
    """The first and last day of a date as numbers YYYYMMDD, or None if it is not one.

    ``2017`` is the whole year, ``2017-02`` the month; of a moment only the day counts. The numbers keep the order
    of days; the last day of every month is written 31, so that no calendar is needed for old or odd years.
    """
    match = _DATE.match(text)
    if match is None:
        moment = moment_period(text, now)
        if moment is None:
            return None
        start = from_microseconds(moment[0])
        number = start.year * 10000 + start.month * 100 + start.day
        return number, number
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        return None
    first = year * 10000 + (month or 1) * 100 + (day or 1)
    return first, year * 10000 + (month or 12) * 100 + (day or 31)


def moment_period(text: str, now: Clock) -> tuple[int, int] | None:
    """The first and last microsecond since 1970 of a date, a time or a `now` expression, or None.

    Times without an offset are UTC.
    """
    relative = _NOW.match(text)
    if relative is not None:
        moment = _relative(now(), relative[1])
        return None if moment is None else (to_microseconds(moment), to_microseconds(moment))
    match = _DATE.match(text)
    try:
        if match is not None:
            return _date_moments(*(int(part) if part else None for part in match.groups()))
        match = _TIME.match(text)
        return None if match is None else _time_moments(match)
    except (ValueError, OverflowError):
        return None


def to_microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(value: int) -> datetime:
    return _EPOCH + timedelta(microseconds=value)


def _date_moments(year: int | None, month: int | None = None, day: int | None = None) -> tuple[int, int]:
    assert year is not None
    start = datetime(year, month or 1, day or 1, tzinfo=UTC)
    last_month = month or 12
    last_day = day or calendar.monthrange(year, last_month)[1]
    end = datetime(year, last_month, last_day, 23, 59, 59, 999999, tzinfo=UTC)
    return to_microseconds(start), to_microseconds(end)


def _time_moments(match: re.Match[str]) -> tuple[int, int]:
    date, hour, minute, second, fraction, zone = match.groups()
    micro = int((fraction or "0").ljust(6, "0")[:6])
    offset = "+00:00" if zone is None or zone.upper() == "Z" else zone
    start = datetime.fromisoformat(f"{date}T{hour}:{minute or '00'}:{second or '00'}{offset}")
    start = start.replace(microsecond=micro)
    if second is None:
        unit = timedelta(minutes=1) if minute else timedelta(hours=1)
    else:
        unit = _MICROSECOND if fraction else timedelta(seconds=1)
    return to_microseconds(start), to_microseconds(start + unit - _MICROSECOND)


def _relative(moment: datetime, steps: str) -> datetime | None:
    try:
        for sign, amount, unit, rounded in _STEP.findall(steps):
            moment = _rounded(moment, rounded) if rounded else _moved(moment, int(sign + amount), unit)
    except (ValueError, OverflowError):
        return None
    return moment


def _moved(moment: datetime, amount: int, unit: str) -> datetime:
    if unit in "yM":
        months = moment.year * 12 + moment.month - 1 + amount * (12 if unit == "y" else 1)
        year, month = divmod(months, 12)
        return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))
    name = {"w": "weeks", "d": "days", "h": "hours", "H": "hours", "m": "minutes", "s": "seconds"}[unit]
    return moment + timedelta(**{name: amount})


def _rounded(moment: datetime, unit: str) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    match unit:
        case "y":
            return midnight.replace(month=1, day=1)
        case "M":
            return midnight.replace(day=1)
        case "w":
            return midnight - timedelta(days=midnight.weekday())
        case "d":
            return midnight
        case "h" | "H":
            return moment.replace(minute=0, second=0, microsecond=0)
        case "m":
            return moment.replace(second=0, microsecond=0)
        case _:
            return moment.replace(microsecond=0)
