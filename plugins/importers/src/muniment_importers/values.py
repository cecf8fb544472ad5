"""Takes values out of foreign JSON without trusting its types, and collects what is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from muniment.api import Loss

#: Documents nested deeper than this are cut: no format needs a tenth of it.
MAXIMUM_DEPTH = 60
# C0 without tab and line ends, DEL, C1, and the two code points that Unicode says are no characters.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_INDEX = re.compile(r"(?<=\.)\d+(?=\.|$)")
# Standard values for unknown information, DataCite Metadata Schema 4.6, appendix 3.
_CODES = "unac|unal|unap|unas|unav|unkn|none|null|tba|etal"
#: The codes as the standard writes them, with or without an explanation, and as many write them.
_UNKNOWN = re.compile(rf"\(:({_CODES})\).*|:({_CODES})", re.IGNORECASE | re.DOTALL)


class Losses:
    """Collects losses; the same reason for many items of one list becomes one line with a count."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], list[Any]] = {}

    def add(self, field: str, reason: str) -> None:
        seen = self._counts.setdefault((_INDEX.sub("*", field), reason), [field, 0])
        seen[1] += 1

    def result(self) -> tuple[Loss, ...]:
        return tuple(
            Loss(field, reason if count == 1 else f"{reason} (and {count - 1} more like this)")
            for (_, reason), (field, count) in self._counts.items()
        )


def text(value: Any) -> str:
    """A string or a number as stripped text; anything else is no text and gives `""`."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return ""


def line(value: Any) -> str:
    """Like `text`, on one line with single spaces."""
    return " ".join(text(value).split())


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def listed(value: Any) -> list[Any]:
    """A list as it is, nothing as an empty list, anything else as the only item of a list."""
    if value is None or value == "" or value == {}:
        return []
    return value if isinstance(value, list) else [value]


def mappings(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The objects in a list with their positions; a lone object counts as a list of one."""
    for position, item in enumerate(listed(value)):
        if isinstance(item, Mapping):
            yield position, item


def first_text(source: Mapping[str, Any], *keys: str) -> str:
    """The first of several spellings of a key that holds text."""
    return next((found for key in keys if (found := line(source.get(key)))), "")


def inner_text(value: Any, key: str) -> str:
    """Text that some writers wrap in an object of its own: `"x"` or `{key: "x"}`."""
    return line(value.get(key)) if isinstance(value, Mapping) else line(value)


def is_unknown(value: str) -> bool:
    """Whether a text is one of DataCite's codes for unknown information, such as `(:unav)`."""
    return bool(_UNKNOWN.fullmatch(value))


def without_control_characters(document: Any, losses: Losses) -> Any:
    """A copy of a document without characters that no database, XML or page should meet."""
    return _cleaned(document, "", losses, 0)


def _cleaned(value: Any, field: str, losses: Losses, depth: int) -> Any:
    if isinstance(value, str):
        return _cleaned_text(value, field, losses)
    if depth >= MAXIMUM_DEPTH:
        losses.add(field, "nested too deeply")
        return None
    if isinstance(value, Mapping):
        return {
            str(key): _cleaned(item, f"{field}.{key}" if field else str(key), losses, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_cleaned(item, f"{field}.{number}", losses, depth + 1) for number, item in enumerate(value)]
    return value


def _cleaned_text(value: str, field: str, losses: Losses) -> str:
    if not _CONTROL.search(value):
        return value
    losses.add(field, "control characters were left out")
    return _CONTROL.sub("", value)
