"""Moments as the reader's clock shows them: in the time zone of their account, else in the site's."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from babel.dates import format_time, get_datetime_format
from flask_babel import format_date, format_datetime, get_locale

from muniment.web.authentication import current_session
from muniment.web.current import the_repository
from muniment.web.ui.wording import display_date


def reader_zone() -> tzinfo:
    """The time zone of the request at hand."""
    session = current_session()
    chosen = session.user.timezone if session is not None else ""
    return ZoneInfo(chosen) if chosen else the_repository().config.site.zone


def local_time(moment: datetime) -> str:
    return str(format_datetime(moment.astimezone(reader_zone()), "medium", rebase=False))


def local_minute(moment: datetime) -> str:
    """ "4 Dec 2026, 18:05": the month in letters, without seconds, for lists."""
    there, locale = moment.astimezone(reader_zone()), get_locale()
    day = display_date(there.date().isoformat(), str(locale), "medium")
    frame = str(get_datetime_format("medium", locale=locale))
    return frame.replace("{1}", day).replace("{0}", format_time(there, "short", locale=locale)).replace("'", "")


def local_day(moment: datetime | date, style: str = "medium") -> str:
    day = moment.astimezone(reader_zone()).date() if isinstance(moment, datetime) else moment
    return str(format_date(day, style, rebase=False))
