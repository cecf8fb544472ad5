"""Tells which schemes a value may belong to, with idutils' order of likelihood."""

from __future__ import annotations

from typing import NamedTuple

from muniment.identifiers.library import detected_by_library, schemes_of_library
from muniment.identifiers.scheme import MALFORMED


class Candidates(NamedTuple):
    """`found`: names, the likeliest first; `known`: all names that were considered."""

    found: tuple[str, ...]
    known: frozenset[str]


def detected_core_schemes(value: str) -> Candidates:
    """The schemes of idutils that `value` may belong to; none when idutils cannot read it (a broken URL)."""
    known = schemes_of_library()
    try:
        return Candidates(tuple(detected_by_library(value)), known)
    except MALFORMED:
        return Candidates((), known)
