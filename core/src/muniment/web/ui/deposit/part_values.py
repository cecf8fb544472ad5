"""Controls that plugins add to the form, for the parts of a record's JSON that they own.

A plugin names its controls by the path of its part (``ext.lab.room``, ``access.embargo.until``). What its `load` is
given is made of texts: an object for names with more names below, a list where the name itself is sent once for each
entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from muniment.records.parts import RecordPart
from muniment.records.rendering import place
from muniment.web.ui.deposit.branches import Branch, grow


def with_parts(
    document: dict[str, Any], parts: Iterable[RecordPart], pairs: Iterable[tuple[str, str]]
) -> dict[str, Any]:
    """A document with what a form says about the parts of plugins; parts without a control stay as they are."""
    tree = grow(pairs)
    document = {key: dict(value) if isinstance(value, Mapping) else value for key, value in document.items()}
    for part in parts:
        path = part_path(part)
        branch = _below(tree, path)
        if part.load is not None and branch is not None:
            _place(document, path, plain_value(branch))
    return document


def with_stored_parts(document: dict[str, Any], sent: Mapping[str, Any], parts: Iterable[RecordPart]) -> dict[str, Any]:
    """A document with the parts of plugins that `sent` has, each as its plugin would store it, so that two are alike
    when they mean the same; what a plugin does not understand stays as it is."""
    for part in parts:
        path = part_path(part)
        value = _value_at(sent, path)
        if part.load is None or value is None:
            continue
        stored, problems = part.load(value, None)
        if problems:
            stored = value
        _place(document, path, stored)
        if stored is None:
            _remove(document, path)
    return document


def without_kept_parts(document: Mapping[str, Any], parts: Iterable[RecordPart]) -> dict[str, Any]:
    """A document without the parts that plugins keep in tables of their own: those change without the draft, so a form
    that was opened before must not send what they were."""
    found = dict(document)
    for part in parts:
        path = part_path(part)
        if part.keep is not None and _value_at(found, path) is not None:
            found = _without(found, *path.split("."))
    return found


def _without(document: Mapping[str, Any], name: str, *below: str) -> dict[str, Any]:
    if not below:
        return {key: value for key, value in document.items() if key != name}
    return {**document, name: _without(document[name], *below)}


def _value_at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document.get(name) if isinstance(document, Mapping) else None
    return document


def _remove(document: dict[str, Any], path: str) -> None:
    """Take a value that is there out of a document, with objects that hold nothing else."""
    *parents, last = path.split(".")
    above = document
    for name in parents:
        above = above[name]
    del above[last]
    if parents and not above:
        _remove(document, ".".join(parents))


def part_path(part: RecordPart) -> str:
    """Where a part stands in a record's JSON."""
    return part.path if part.level == "record" else f"parent.{part.path}"


def _place(document: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at a path, copying the objects on the way: they may belong to another document."""
    parents = path.split(".")[:-1]
    target = document
    for name in parents:
        present = target.get(name)
        target[name] = dict(present) if isinstance(present, Mapping) else {}
        target = target[name]
    place(document, path, value)


def _below(tree: Branch, path: str) -> Branch | None:
    for name in path.split("."):
        if name not in tree.children:
            return None
        tree = tree.children[name]
    return tree


def plain_value(branch: Branch) -> Any:
    """What a control, or the controls below a name, say; an empty text is nothing."""
    if branch.values and branch.children:
        return [plain_value(branch.children[token]) for token in branch.tokens if token in branch.children]
    if branch.children:
        return {name: plain_value(child) for name, child in branch.children.items()}
    texts = [text for _, text in branch.values]
    if len(texts) > 1:
        return [text for text in texts if text.strip()]
    return texts[0] if texts and texts[0].strip() else None
