"""What differs between a form and the draft that somebody else saved meanwhile, field by field."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from muniment.web.ui.deposit.shape import (
    ChipsNode,
    ChoiceNode,
    LicenceNode,
    ListNode,
    Node,
    ObjectNode,
    TermNode,
)
from muniment.web.ui.deposit.writing import Titles, chip_value, licence_choice, term_text

#: The values that can be chosen one by one: fields of these, and other values as a whole.
_BY_FIELD = ("metadata", "custom_fields")

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """A field that is not the same in both. `preferred` is ``mine`` or ``theirs`` when only that one was changed since
    the form was made, else "": then somebody has to choose."""

    path: str
    label: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    preferred: str


def paths_of(*documents: Document) -> list[str]:
    """The paths of all fields that can be chosen."""
    found: dict[str, None] = {}
    for document in documents:
        for name, value in document.items():
            if name in _BY_FIELD and isinstance(value, Mapping):
                found.update(dict.fromkeys(f"{name}.{field}" for field in value))
            else:
                found[name] = None
    return list(found)


def value_at(document: Document, path: str) -> Any:
    name, _, field = path.partition(".")
    value = document.get(name)
    return value if not field else (value or {}).get(field)


def fingerprints(document: Document) -> dict[str, str]:
    """A short mark of each field, by which it is known later whether it was changed."""
    return {path: _mark(value_at(document, path)) for path in paths_of(document)}


def _mark(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:10]


def differences(
    mine: Document,
    theirs: Document,
    base: Mapping[str, Any],
    describe: Callable[[str, Any], tuple[str, tuple[str, ...]]],
) -> list[Difference]:
    """All fields in which two documents differ. `base` are the marks of the document that the form was made from;
    `describe` gives the label of a path and a value in words."""
    found = []
    for path in paths_of(theirs, mine):
        ours, other = value_at(mine, path), value_at(theirs, path)
        if _mark(ours) == _mark(other):
            continue
        before = base.get(path, "" if base else None)
        preferred = ""
        if before == _mark(other):
            preferred = "mine"
        elif before == _mark(ours):
            preferred = "theirs"
        label, words = describe(path, ours)
        found.append(Difference(path, label, words, describe(path, other)[1], preferred))
    return found


def merged(mine: Document, theirs: Document, chosen: Mapping[str, str]) -> dict[str, Any]:
    """The present draft, with the fields from the form for which `chosen` says ``mine``."""
    document = {key: dict(value) if isinstance(value, Mapping) else value for key, value in theirs.items()}
    for path in paths_of(theirs, mine):
        if chosen.get(path) != "mine":
            continue
        name, _, field = path.partition(".")
        target, key = (document.setdefault(name, {}), field) if field else (document, name)
        value = value_at(mine, path)
        if value is None:
            target.pop(key, None)
        else:
            target[key] = value
    return document


def in_words(node: Node | None, value: Any, titles: Titles) -> tuple[str, ...]:
    """A value as lines of text: one for each entry of a list."""
    if value in (None, "", [], {}):
        return ()
    if isinstance(node, ListNode):
        return tuple(", ".join(_texts(node.item, entry, titles)) for entry in value)
    if isinstance(node, ChipsNode):
        return tuple(chip_value(node, entry, titles).title for entry in value)
    return tuple(_texts(node, value, titles))


def _texts(node: Node | None, value: Any, titles: Titles) -> Iterator[str]:
    match node:
        case ObjectNode() if isinstance(value, Mapping):
            for key, field in node.fields.items():
                yield from _texts(field, value.get(key), titles)
        case ListNode() | ChipsNode():
            yield from in_words(node, value, titles)
        case TermNode() if value:
            yield term_text(titles, node.vocabulary, value["id"])
        case LicenceNode() if value:
            choice = licence_choice(value)
            yield term_text(titles, "licenses", choice) if choice != "custom" else " ".join(_plain(value))
        case ChoiceNode() if value:
            yield str(dict(node.options).get(value, value))
        case _:
            yield from _plain(value)


def _plain(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _plain(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _plain(inner)
    elif value is not None and value != "":
        yield str(value)
