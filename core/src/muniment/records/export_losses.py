"""What a format does not carry of a field that it has a place for: entries of a list, and parts of entries.

A format is asked by what it does: the record is written again without the one thing, and where the document is the
same, the thing was not in it. So there is no second list of relations, roles and schemes to keep in step with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from muniment.records.export_formats import ExportFormat, paths_in

#: Parts of entries that formats often have no place for, by the field.
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "creators": ("affiliations", "person_or_org.identifiers"),
    "contributors": ("affiliations", "person_or_org.identifiers"),
    "locations": ("geometry", "place", "description", "identifiers"),
    "rights": ("description",),
    "references": ("identifier",),
    "funding": ("award",),
}
#: Words that stand in a document only where the entry does, so that it need not be written again to know.
_OWN_WORDS: Final[Mapping[str, str]] = {
    "subjects": "subject",
    "references": "reference",
    "identifiers": "identifier",
    "related_identifiers": "identifier",
}


Write = Callable[[Mapping[str, Any]], bytes]


def left_out(format: ExportFormat, record: Mapping[str, Any], write: Write | None) -> list[str]:
    """The fields of a record's JSON that a format has no place for, and marked as ``(in part)`` those of which it does
    not carry everything: as the format says, and, given `write`, which makes its document, as that shows."""
    paths, carries = paths_in(record), format.carries
    placed = [path for path in paths if carries is None or not carries.isdisjoint((path, _all_beside(path)))]
    in_part = set(format.loses(record)) if format.loses else set()
    if write is not None and carries is not None:
        in_part |= _in_part(record, [path for path in placed if path not in in_part], write)
    return [path for path in paths if path not in placed] + [f"{path} (in part)" for path in placed if path in in_part]


def _all_beside(path: str) -> str:
    """How a format says that it has a place for the whole section of a field."""
    return f"{path.partition('.')[0]}.*"


def _in_part(record: Mapping[str, Any], paths: Sequence[str], write: Write) -> set[str]:
    """Those of these fields of which something makes no difference to what is written."""
    whole = write(record)
    text = whole.decode("utf-8", "replace")
    return {path for path in paths if any(write(less) == whole for less in _lessened(record, path, text))}


def _lessened(record: Mapping[str, Any], path: str, text: str) -> Iterator[Mapping[str, Any]]:
    """The record without each entry of a field, and without each kind of part of its entries."""
    section, _, name = path.partition(".")
    value = record[section][name]
    for less in _ranges(value) if isinstance(value, str) else _lists(name, value, text):
        yield {**record, section: {**record[section], name: less}}


def _ranges(value: str) -> Iterator[str]:
    """A span of time without its end."""
    begin, slash, _ = value.partition("/")
    if slash and begin[:4].isdigit() and len(value) <= 21:
        yield begin


def _lists(name: str, value: Any, text: str) -> Iterator[Any]:
    if name == "locations" and isinstance(value, Mapping):
        yield from ({**value, "features": less} for less in _lists_of(name, value.get("features") or [], text))
    elif isinstance(value, list):
        yield from _lists_of(name, value, text)


def _lists_of(name: str, entries: list[Any], text: str) -> Iterator[list[Any]]:
    for place, entry in enumerate(entries):
        if not _stands_in(name, entry, text):
            yield entries[:place] + entries[place + 1 :]
    for part in _PARTS.get(name, ()):
        # What a term of a vocabulary has beside its name was not written by anybody for this record.
        less = [entry if "id" in entry else _without(entry, part.split(".")) for entry in entries]
        if less != entries:
            yield less
    if name == "dates":
        for place, entry in enumerate(entries):
            for begin in _ranges(str(entry.get("date") or "")):
                yield [*entries[:place], {**entry, "date": begin}, *entries[place + 1 :]]


def _stands_in(name: str, entry: Any, text: str) -> bool:
    if name == "creators":  # of whom every format has all, and there may be thousands
        return True
    word = entry.get(_OWN_WORDS[name]) if name in _OWN_WORDS and isinstance(entry, Mapping) else None
    return bool(word) and str(word) in text


def _without(entry: Any, keys: list[str]) -> Any:
    """An entry without the value that these keys lead to."""
    if not isinstance(entry, Mapping) or not entry.get(keys[0]):
        return entry
    less = dict(entry)
    if len(keys) == 1:
        del less[keys[0]]
    else:
        less[keys[0]] = _without(entry[keys[0]], keys[1:])
    return less
