"""Finds the ISO 639-3 code of a language that is given as another code, as a locale or by its English name."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from muniment.api import KnownTerms


def language(value: str, known: KnownTerms) -> str | None:
    """The three-letter code for `en`, `eng`, `ger`, `en-US` or `English`, or None if there is none."""
    name = value.strip().casefold()
    code = re.split(r"[-_]", name, maxsplit=1)[0]
    found = _codes().get(name) or _codes().get(code) or code
    return found if len(found) == 3 and known.has("languages", found) else None


def alpha_2(value: str) -> str:
    """The two-letter code that goes into a localised text (`{"de": …}`); English where none is given."""
    code = re.split(r"[-_]", value.strip().lower(), maxsplit=1)[0]
    if len(code) == 2 and code in _codes():
        return code
    wanted = _codes().get(code, code)
    return next((short for short, long in _codes().items() if len(short) == 2 and long == wanted), "en")


@cache
def _codes() -> dict[str, str]:
    """`languages.tsv` by every way to name a language: ISO 639-1, 639-2/B and English name, to ISO 639-3."""
    table = files("muniment_importers").joinpath("languages.tsv").read_text(encoding="utf-8")
    codes: dict[str, str] = {}
    for row in table.splitlines():
        long, *others = row.split("\t")
        codes.update({other: long for other in others if other})
    return codes
