"""Texts, dates, sizes and localised titles as pages show them; pure, so that view models can be tested alone."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import flask_babel
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from flask import has_app_context

DEFAULT_LOCALE = "en"

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_MONTH = re.compile(r"(\d{4})-(\d\d)")


def _(message: str, **variables: Any) -> str:
    """The text in the language of the request; in English where there is no application."""
    if has_app_context():
        return str(flask_babel.gettext(message, **variables))
    return message % variables if variables else message


def _n(singular: str, plural: str, num: int, **variables: Any) -> str:
    if has_app_context():
        return str(flask_babel.ngettext(singular, plural, num, **variables))
    return (singular if num == 1 else plural) % {"num": num, **variables}


def localized(titles: object, locale: str) -> str:
    """The title of a vocabulary term: in `locale`, else in its language, else English, else any; "" if none."""
    if isinstance(titles, str):
        return titles
    if not isinstance(titles, Mapping):
        return ""
    wanted = (locale, locale.replace("_", "-"), re.split("[_-]", locale)[0], DEFAULT_LOCALE)
    for code in wanted:
        if titles.get(code):
            return str(titles[code])
    return next((str(title) for title in titles.values() if title), "")


def term_title(term: object, locale: str) -> str:
    """The title of a resolved term `{"id", "title"}`; its id when the title is missing."""
    if not isinstance(term, Mapping):
        return ""
    return localized(term.get("title"), locale) or str(term.get("id", ""))


@lru_cache(maxsize=64)
def babel_locale(locale: str) -> Locale:
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale(DEFAULT_LOCALE)


@lru_cache(maxsize=4096)
def number(value: float, locale: str) -> str:
    return format_decimal(value, locale=babel_locale(locale))


@lru_cache(maxsize=4096)
def file_size(octets: int, locale: str) -> str:
    """Decimal units (1 kB = 1000 bytes), as operating systems and storage vendors count."""
    size = float(octets)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            shown = format_decimal(
                size, format="0" if unit == "B" or size >= 100 else "0.#", locale=babel_locale(locale)
            )
            return f"{shown} {unit}"
        size /= 1000
    raise AssertionError("unreachable")


def display_date(value: object, locale: str, style: str = "long") -> str:
    """An EDTF level 0 date or interval in words; what is no such date is shown as it stands."""
    text = str(value or "")
    if "/" in text:
        return " – ".join(_display_day(part.strip(), locale, style) for part in text.split("/", 1) if part.strip())
    return _display_day(text, locale, style)


@lru_cache(maxsize=4096)
def _display_day(text: str, locale: str, style: str) -> str:
    target = babel_locale(locale)
    try:
        if day := _DAY.match(text):
            date = datetime.date(int(day[1]), int(day[2]), int(day[3]))
            return format_date(date, style, target) if style == "long" else _short_day(date, target)
        if month := _MONTH.fullmatch(text):
            skeleton = "yMMMM" if style == "long" else "yMMM"
            return str(format_skeleton(skeleton, datetime.date(int(month[1]), int(month[2]), 1), locale=target))
    except ValueError:
        return text
    return text


def _short_day(date: datetime.date, target: Locale) -> str:
    """ "4 Dec 2023": the month in letters, since numbers alone are read in two ways."""
    return str(format_skeleton("yMMMd", date, locale=target))


def version_text(version: str) -> str:
    """ "Version 2.1"; what is no number ("online first") says enough by itself."""
    return _("Version %(version)s", version=version) if version[:1].isdigit() else version


def plain_version(version: object) -> str:
    """ "2.1" for "v2.1" or "Version 2.1": the word stands before it on pages."""
    return re.sub(r"^v(?:ersion)?\.?\s*(?=\d)", "", str(version or "").strip(), flags=re.IGNORECASE)
