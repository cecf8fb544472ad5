"""Where in the form a path of the record's JSON is shown: its control, and how people call it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext

from muniment.web.ui.deposit.shape import ListNode, Node, ObjectNode

#: What is no control but a section of the form.
_SECTIONS: Final[dict[str, Any]] = {"files": lazy_gettext("Files")}


@dataclass(frozen=True)
class Place:
    """A control by its name ("" when the form shows nothing of the path), its label, and the node it belongs to."""

    control: str
    label: str = ""
    node: Node | None = None


def locate(shape: ObjectNode, path: str, tokens: dict[str, tuple[str, ...]] | None = None) -> Place:
    """The place of a dotted path. What lies deeper than the form goes leads to the nearest control above it; a part of
    a plugin is its control's name, and its problems say themselves what they are about.

    `tokens` are the entries of lists by the list's control name, where they are not their positions.
    """
    if any(path == own or path.startswith(f"{own}.") for own in shape.of_plugins):
        return Place(path)
    node: Node = shape
    control, labels, entry = "", [], ""
    path = _at_identifier(path)
    for part in path.split(".") if path else []:
        below = f"{control}.{part}" if control else part
        if isinstance(node, ListNode) and part.isdecimal():
            entries = (tokens or {}).get(control)
            entry = str(int(part) + 1)
            if entries is not None and int(part) < len(entries):
                below = f"{control}.{entries[int(part)]}"
            labels.append(f"{node.one} {entry}")
            control, node = below, node.item
        elif isinstance(node, ObjectNode) and part in node.fields:
            control, node = below, node.fields[part]
            if node.label and not isinstance(node, ListNode):
                labels.append(str(node.label))
        else:
            break
    if not labels and not node.label:
        return Place("", str(_SECTIONS.get(path, path)))
    focus = control if isinstance(node, ListNode) else node.control(control)
    return Place(focus, _worded(labels, node), node)


def _at_identifier(path: str) -> str:
    """An identifier and its kind are one thing: what is wrong with the kind is told at the identifier."""
    return f"{path.removesuffix('scheme')}identifier" if path.endswith(".scheme") else path


def _worded(labels: list[str], node: Node) -> str:
    if isinstance(node, ListNode):
        return str(node.label)
    # "Identifier 2: Identifier" says one thing twice.
    said = [label for place, label in enumerate(labels) if label and not _repeats(label, labels[:place])]
    return ": ".join(said) or str(node.label)


def _repeats(label: str, before: list[str]) -> bool:
    return any(other == label or other.startswith(f"{label} ") for other in before)
