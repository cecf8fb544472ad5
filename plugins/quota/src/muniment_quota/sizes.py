"""Sizes as people write and read them: decimal units, as pages of the site show them."""

from __future__ import annotations

import re
from typing import Final

UNITS: Final = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
#: More than any storage has.
MOST: Final = 10**15
_SIZE: Final = re.compile(r"(\d{1,15})(?:[.,](\d{1,3}))?\s*([kKMGT]?B?)", re.ASCII)


def read_size(value: object) -> int | None:
    """The bytes of a number, or of a text like ``50 GB``; None for what is none, or too large."""
    if type(value) is int:
        return value if 0 <= value <= MOST else None
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    unit = match[3].upper() or "B"
    factor = UNITS[unit if unit.endswith("B") else f"{unit}B"]
    fraction = match[2] or ""
    octets = int(match[1]) * factor + (int(fraction) * factor // 10 ** len(fraction) if fraction else 0)
    return octets if octets <= MOST else None


def shown_size(octets: int) -> str:
    """Bytes as they can be typed again, exactly: ``50 GB``, ``1500 MB``."""
    for unit in ("TB", "GB", "MB", "KB"):
        if octets and octets % UNITS[unit] == 0:
            return f"{octets // UNITS[unit]} {unit.replace('KB', 'kB')}"
    return f"{octets} B"
