"""idutils, imported when the first identifier is checked.

It compiles a thousand ranges of characters into patterns when it is imported, for which no start of a process waits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any


def _idutils() -> Any:
    import idutils

    return idutils


def checked_by(name: str) -> Callable[[str], bool]:
    """The check of idutils with this name, such as ``is_ark``."""
    return lambda value: bool(getattr(_idutils(), name)(value))


def normalized_as(scheme: str) -> Callable[[str], str]:
    """The function that brings a value of this scheme into the form that idutils takes for normal."""
    return lambda value: str(_idutils().normalize_pid(value, scheme))


def detected_by_library(value: str) -> list[str]:
    """The schemes that a value may belong to, the likeliest first; raises for a value that idutils cannot read."""
    found: list[str] = _idutils().detect_identifier_schemes(value)
    return found


@lru_cache(maxsize=1)
def schemes_of_library() -> frozenset[str]:
    """The names of all schemes that idutils detects."""
    from idutils.schemes import IDUTILS_PID_SCHEMES

    return frozenset(name for name, _ in IDUTILS_PID_SCHEMES)
