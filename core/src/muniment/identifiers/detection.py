"""Tells which schemes a value may belong to, with idutils' order of likelihood."""

from __future__ import annotations

from typing import NamedTuple

import idutils
from idutils.schemes import IDUTILS_PID_SCHEMES

from muniment.identifiers.scheme import MALFORMED

_KNOWN = frozenset(name for name, _ in IDUTILS_PID_SCHEMES)


class Candidates(NamedTuple):
    """`found`: names, the likeliest first; `known`: all names that were considered."""

    found: tuple[str, ...]
    known: frozenset[str]


def detected_core_schemes(value: str) -> Candidates:
    """The schemes of idutils that `value` may belong to; none when idutils cannot read it (a broken URL)."""
    try:
        return Candidates(tuple(idutils.detect_identifier_schemes(value)), _KNOWN)
    except MALFORMED:
        return Candidates((), _KNOWN)
