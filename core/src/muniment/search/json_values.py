"""Reads values out of JSON of which nothing is taken for granted: what has another type counts as absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from muniment.search.query.dates import to_microseconds

Values = list[str]
Json = Mapping[str, Any]


_OBJECTS: Final = (dict, Mapping)
"""`dict` first: asking an abstract class takes ten times as long, and a document asks some hundred times."""
_LISTS: Final = (list, tuple)


def object_in(value: object) -> Json:
    return value if isinstance(value, _OBJECTS) else {}


def objects_in(value: object) -> list[Json]:
    return [item for item in value if isinstance(item, _OBJECTS)] if value and isinstance(value, _LISTS) else []


def string_in(value: object) -> Values:
    """A list of one text, or of none."""
    return [value] if value and isinstance(value, str) else []


def strings_in(values: object) -> Values:
    return [value for value in values if value and isinstance(value, str)] if isinstance(values, _LISTS) else []


def each_string(value: object, name: str) -> Values:
    if not value or not isinstance(value, _LISTS):
        return []
    return [text for item in value if isinstance(item, _OBJECTS) and (text := item.get(name)) and isinstance(text, str)]


def ids_in(value: object) -> Values:
    return each_string(value, "id")


def localised(value: object) -> Values:
    return strings_in(list(value.values())) if isinstance(value, _OBJECTS) else string_in(value)


def at_path(value: object, path: Sequence[str]) -> Iterator[object]:
    if isinstance(value, list):
        for item in value:
            yield from at_path(item, path)
    elif not path:
        if value is not None:
            yield value
    elif isinstance(value, _OBJECTS):
        yield from at_path(value.get(path[0]), path[1:])


def leaf_texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, _OBJECTS):
        for item in value.values():
            yield from leaf_texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaf_texts(item)


def whole_number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62 else None


def microseconds(value: object) -> int | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return to_microseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
