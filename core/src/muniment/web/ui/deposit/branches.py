"""The controls that a form sent, as a tree of their dotted names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

#: Deeper names belong to no control, deeper JSON to no entry.
MAX_DEPTH: Final = 16
#: What names an entry of a list.
_TOKEN = re.compile(r"[A-Za-z0-9]{1,24}", re.ASCII)


@dataclass
class Branch:
    """The values of one name, in order and each with its place in the form, and what stands below that name."""

    values: list[tuple[int, str]] = field(default_factory=list)
    children: dict[str, Branch] = field(default_factory=dict)

    @property
    def is_there(self) -> bool:
        return bool(self.values or self.children)

    @property
    def last(self) -> str | None:
        """The value that counts where a name is sent once; None when it was not sent."""
        return self.values[-1][1] if self.values else None

    def child(self, name: str) -> Branch:
        return self.children.get(name) or NOTHING

    def text(self, name: str) -> str | None:
        return self.child(name).last

    @property
    def tokens(self) -> list[str]:
        """The entries of a list, in order; the list itself is sent as an empty value first."""
        return list(dict.fromkeys(value for _, value in self.values if _TOKEN.fullmatch(value)))


NOTHING: Final = Branch()


def grow(pairs: Iterable[tuple[str, str]]) -> Branch:
    """The tree of a form. Line ends become single, and the one character that no database keeps is left out."""
    root = Branch()
    for place, (name, value) in enumerate(pairs):
        parts = name.split(".")
        if len(parts) > MAX_DEPTH:
            continue
        branch = root
        for part in parts:
            branch = branch.children.setdefault(part, Branch())
        branch.values.append((place, value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")))
    return root


def json_value(text: str | None) -> Any:
    """The value of a hidden control that carries JSON; None for anything else, or when it is nested too deeply."""
    if not text:
        return None
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return value if _is_flat_enough(value) else None


def _is_flat_enough(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for item in level
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, Mapping) else item)
        ]
        if not level:
            return True
    return False
