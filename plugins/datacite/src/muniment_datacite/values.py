"""Small forms of values that several parts of the metadata share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def in_english(title: Any) -> str:
    """A title that comes in several languages, in English where there is that."""
    if not isinstance(title, Mapping):
        return str(title or "")
    return str(title.get("en") or next(iter(title.values()), ""))


def unique(values: list[Any]) -> list[Any]:
    """The schema wants lists without repetition."""
    kept: list[Any] = []
    for value in values:
        if value not in kept:
            kept.append(value)
    return kept


def identifier_of(term: Any) -> str:
    """The id of a term of a vocabulary as records hold it; "" without one."""
    return str(term.get("id") or "") if isinstance(term, Mapping) else ""
