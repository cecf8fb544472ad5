"""Changes of a form's lists by its buttons, for those who do without scripts: add, remove, move, paste, find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from muniment.web.ui.deposit.names import parse_names
from muniment.web.ui.deposit.reading import Reading
from muniment.web.ui.deposit.shape import ListNode, Node, ObjectNode
from muniment.web.ui.deposit.values import split_list


@dataclass(frozen=True)
class Operation:
    """What a button asks for: its `deed` and the list, or the entry of a list, that it is about."""

    deed: str
    target: str = ""


@dataclass(frozen=True)
class Changed:
    """The form after an operation, and the control that gets the focus."""

    shown: dict[str, Any]
    focus: str


def operation_of(value: str) -> Operation:
    """``remove:metadata.creators.2`` as an operation."""
    deed, _, target = value.partition(":")
    return Operation(deed, target)


LIST_DEEDS = frozenset({"add", "remove", "up", "down", "paste", "me", "find"})


@dataclass(frozen=True)
class Offered:
    """What an operation may add: a pasted text, the reader as a person, what plugins have found."""

    pasted: str = ""
    myself: Mapping[str, Any] | None = None
    found: Sequence[Mapping[str, Any]] = ()


_NOTHING: Final = Offered()


def change(shape: ObjectNode, reading: Reading, operation: Operation, offered: Offered = _NOTHING) -> Changed | None:
    """Carry out an operation on what a form shows; None when its target is no list or entry of the form."""
    path = reading.place(operation.target)
    if operation.deed == "find" and not offered.found:
        return Changed(reading.shown, f"find.{path}")
    if operation.deed in ("add", "paste", "me", "find"):
        node, _ = _list_at(shape, path)
        if node is None:
            return None
        shown, entries = _with_list(reading.shown, path)
        if operation.deed != "add":
            entries[:] = [entry for entry in entries if entry is not None]
        first = len(entries)
        entries.extend(_additions(operation.deed, node, offered))
        return Changed(shown, _entry_focus(node, f"{path}.{min(first, max(len(entries) - 1, 0))}", path, entries))
    list_path, _, index = path.rpartition(".")
    node, _ = _list_at(shape, list_path)
    shown, entries = _with_list(reading.shown, list_path)
    if node is None or not index.isdecimal() or int(index) >= len(entries):
        return None
    return Changed(shown, _rearranged(entries, operation.deed, int(index), list_path))


def _additions(deed: str, node: ListNode, offered: Offered) -> list[Any]:
    if deed == "paste":
        if node.paste == "names":
            return parse_names(offered.pasted)
        return [{"reference": line} for line in split_list(offered.pasted)]
    if deed == "me":
        return [dict(offered.myself)] if offered.myself else []
    if deed == "find":
        return [dict(entry) for entry in offered.found]
    return [None]


def _rearranged(entries: list[Any], deed: str, index: int, list_path: str) -> str:
    """Change the entries in place; returns what gets the focus: the button again, else what is nearest."""
    if deed == "remove":
        del entries[index]
        if not entries:
            return f"{list_path}:add"
        return f"{list_path}.{min(index, len(entries) - 1)}:remove"
    other = index - 1 if deed == "up" else index + 1
    if 0 <= other < len(entries):
        entries[index], entries[other] = entries[other], entries[index]
        index = other
    return f"{list_path}.{index}:{deed}"


def _entry_focus(node: ListNode, entry: str, path: str, entries: list[Any]) -> str:
    return node.item.control(entry) if entries else path


def _list_at(shape: ObjectNode, path: str) -> tuple[ListNode | None, str]:
    node: Node = shape
    for part in path.split("."):
        if isinstance(node, ObjectNode) and part in node.fields:
            node = node.fields[part]
        elif isinstance(node, ListNode) and part.isdecimal():
            node = node.item
        else:
            return None, path
    return (node if isinstance(node, ListNode) else None), path


def _with_list(shown: dict[str, Any], path: str) -> tuple[dict[str, Any], list[Any]]:
    """A copy of a document in which the list at `path` is there and may be changed; entries on the way are made."""
    parts = path.split(".")
    copy: Any = dict(shown)
    found = copy
    for place, part in enumerate(parts):
        is_last = place == len(parts) - 1
        key: Any = int(part) if isinstance(copy, list) else part
        present = copy[key] if isinstance(copy, list) else copy.get(key)
        if is_last or (place + 1 < len(parts) and parts[place + 1].isdecimal()):
            present = list(present or [])
        else:
            present = dict(present or {})
        copy[key] = present
        copy = present
    return found, copy
