"""Puts what was read into a draft: only where nothing is, or in place of what is there; and says which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from muniment.api import RecordItem

#: Parts of a draft that are filled field by field.
_PARTS: Final = ("metadata", "custom_fields", "pids")


@dataclass
class Filled:
    """The draft's JSON after filling. `taken`, `replaced` and `kept` are paths like `metadata.title`."""

    document: dict[str, Any]
    taken: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def document_of(item: RecordItem) -> dict[str, Any]:
    """The JSON of a draft as it can be sent again, with what was refused as it was sent."""
    names = ("metadata", "custom_fields", "access", "files", "pids", "parent", "ext")
    document = {name: item.data[name] for name in names if name in item.data}
    for name, value in (item.as_sent or {}).items():
        if isinstance(value, Mapping):
            document[name] = dict(value)
    return document


def fill(
    before: Mapping[str, Any], found: Mapping[str, Any], *, replace: bool, proposed: Mapping[str, Any] | None = None
) -> Filled:
    """The draft `before` with what was `found`. `proposed` are values that a form proposes by itself: they count as
    empty, by path."""
    filled = Filled(dict(before))
    proposed = proposed or {}
    for part in _PARTS:
        present = dict(before.get(part) or {})
        for name, value in (found.get(part) or {}).items():
            path = f"{part}.{name}"
            here = present.get(name)
            if here == value:
                continue
            if _is_empty(here) or proposed.get(path) == here:
                filled.taken.append(path)
            elif replace:
                filled.replaced.append(path)
            else:
                filled.kept.append(path)
                continue
            present[name] = value
        if present or part in before:
            filled.document[part] = present
    return filled


def _is_empty(value: Any) -> bool:
    return value in (None, "", [], {})
