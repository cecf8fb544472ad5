"""Two editions of a record side by side: field by field, line by line, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from muniment.records.plain_text import strip_html
from muniment.web.ui.wording import _, localized

#: Words that are compared one by one; longer lines are taken as changed as a whole.
MOST_WORDS: Final = 2000
#: Where a paragraph, an entry or a line of formatted text ends.
_BLOCK_END: Final = re.compile(r"</(?:p|li|h[1-6]|tr|pre|blockquote)>|<br\s*/?>", re.IGNORECASE)
#: How deep values are followed; deeper ones are written as they stand.
DEEPEST: Final = 6


@dataclass(frozen=True)
class Segment:
    """A part of a line; `changed` when the other side does not have it."""

    text: str
    changed: bool = False


@dataclass(frozen=True)
class Row:
    """Lines that stand beside each other; None where one side has nothing. `changed` when they differ."""

    old: tuple[Segment, ...] | None
    new: tuple[Segment, ...] | None

    @property
    def changed(self) -> bool:
        return self.old is None or self.new is None or any(part.changed for part in (*self.old, *self.new))


@dataclass(frozen=True)
class FieldComparison:
    """One field in both editions. `path` is its name in the JSON."""

    label: str
    path: str
    rows: tuple[Row, ...]

    @property
    def changed(self) -> bool:
        return any(row.changed for row in self.rows)


def compare(old: Mapping[str, Any], new: Mapping[str, Any], locale: str) -> list[FieldComparison]:
    """Every field that one of two editions (public JSON) has, in the order of the record page."""
    before, after = dict(_fields(old)), dict(_fields(new))
    paths = sorted({**before, **after}, key=_place)
    return [
        FieldComparison(
            field_label(path),
            path,
            tuple(_rows(list(_lines(before.get(path), locale)), list(_lines(after.get(path), locale)))),
        )
        for path in paths
    ]


def _fields(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for section in ("metadata", "custom_fields", "pids"):
        for name, value in (data.get(section) or {}).items():
            yield f"{section}.{name}", value
    access = data.get("access") or {}
    for name in ("record", "files"):
        if name in access:
            yield f"access.{name}", access[name]
    if "enabled" in (data.get("files") or {}):
        yield "files.enabled", data["files"]["enabled"]
    for bucket in ("files", "media_files"):
        entries = (data.get(bucket) or {}).get("entries") or {}
        if entries:
            yield f"{bucket}.entries", [f"{key} · {entries[key].get('checksum') or ''}" for key in sorted(entries)]


def _lines(value: Any, locale: str) -> Iterator[str]:
    """A value as lines that people can compare: one for each entry of a list, paragraphs of a text."""
    if value in (None, "", [], {}):
        return
    if isinstance(value, str):
        parts = [strip_html(part) for part in _BLOCK_END.split(value)] if "<" in value else value.splitlines()
        yield from (part.strip() for part in parts if part.strip())
    elif isinstance(value, list):
        yield from (described(item, locale) for item in value)
    else:
        yield described(value, locale)


def described(value: Any, locale: str, depth: int = 0) -> str:
    """One value in one line."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if not isinstance(value, (Mapping, list)) or depth > DEEPEST:
        return str(value if value is not None else "")
    if isinstance(value, list):
        return ", ".join(filter(None, (described(item, locale, depth + 1) for item in value)))
    if isinstance(value.get("person_or_org"), Mapping):
        return _person(value, locale)
    if isinstance(value.get("title"), Mapping) and "id" in value:
        return localized(value["title"], locale) or str(value["id"])
    if isinstance(value.get("name"), str) and set(value) <= {"name", "id", "identifiers"}:
        return str(value["name"])
    if {"identifier"} <= set(value) <= {"identifier", "scheme", "provider", "client"}:
        kind = str(value.get("scheme") or value.get("provider") or "")
        return f"{value['identifier']} ({kind})" if kind else str(value["identifier"])
    parts = [(name, described(item, locale, depth + 1)) for name, item in value.items()]
    return " · ".join(text if name in _SAYS_ITSELF else f"{name}: {text}" for name, text in parts if text)


#: Members whose value needs no name before it.
_SAYS_ITSELF: Final = {"title", "subject", "description", "reference", "date", "identifier", "type", "relation_type"}


def _person(entry: Mapping[str, Any], locale: str) -> str:
    person = entry["person_or_org"]
    name = str(person.get("name") or f"{person.get('family_name', '')}, {person.get('given_name', '')}").strip(", ")
    parts = [name, *(f"{item.get('identifier')}" for item in person.get("identifiers") or [])]
    parts += [described(item, locale, 1) for item in entry.get("affiliations") or []]
    if entry.get("role"):
        parts.append(described(entry["role"], locale, 1))
    return " · ".join(filter(None, parts))


def _rows(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield from (Row((Segment(line),), (Segment(line),)) for line in old[a:b])
            continue
        left, right = old[a:b], new[c:d]
        for place in range(max(len(left), len(right))):
            if place >= len(left):
                yield Row(None, (Segment(right[place], True),))
            elif place >= len(right):
                yield Row((Segment(left[place], True),), None)
            else:
                yield Row(*_word_by_word(left[place], right[place]))


def _word_by_word(old: str, new: str) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    left, right = re.findall(r"\s+|\S+", old), re.findall(r"\s+|\S+", new)
    if max(len(left), len(right)) > MOST_WORDS:
        return (Segment(old, True),), (Segment(new, True),)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < 0.5:
        return (Segment(old, True),), (Segment(new, True),)
    before, after = [], []
    for kind, a, b, c, d in matcher.get_opcodes():
        before.append(Segment("".join(left[a:b]), kind != "equal"))
        after.append(Segment("".join(right[c:d]), kind != "equal"))
    return _told(before), _told(after)


def _told(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    return tuple(segment for segment in segments if segment.text)


def _place(path: str) -> tuple[int, str]:
    return (_ORDER.index(path), path) if path in _ORDER else (len(_ORDER), path)


def field_label(path: str) -> str:
    """What people call a field; its path when it has no name of its own."""
    labels = {
        "metadata.resource_type": _("Type"),
        "metadata.title": _("Title"),
        "metadata.additional_titles": _("Additional titles"),
        "metadata.creators": _("Creators"),
        "metadata.contributors": _("Contributors"),
        "metadata.publication_date": _("Publication date"),
        "metadata.description": _("Description"),
        "metadata.additional_descriptions": _("Additional descriptions"),
        "metadata.rights": _("Licences"),
        "metadata.copyright": _("Copyright"),
        "metadata.publisher": _("Publisher"),
        "metadata.version": _("Version"),
        "metadata.subjects": _("Subjects"),
        "metadata.languages": _("Languages"),
        "metadata.dates": _("Dates"),
        "metadata.funding": _("Funding"),
        "metadata.identifiers": _("Other identifiers"),
        "metadata.related_identifiers": _("Related works"),
        "metadata.references": _("References"),
        "metadata.locations": _("Places"),
        "metadata.sizes": _("Sizes"),
        "metadata.formats": _("Formats"),
        "access.record": _("Who may see the record"),
        "access.files": _("Who may see the files"),
        "files.enabled": _("Has files"),
        "files.entries": _("Files"),
        "media_files.entries": _("Media files"),
        "pids.doi": _("DOI"),
    }
    return labels.get(path, path.partition(".")[2] if path.startswith(("custom_fields.", "pids.")) else path)


_ORDER: Final = (
    *(f"metadata.{name}" for name in (
        "resource_type", "title", "additional_titles", "creators", "contributors", "publication_date", "description",
        "additional_descriptions", "rights", "copyright", "publisher", "version", "subjects", "languages", "dates",
        "funding", "identifiers", "related_identifiers", "references", "locations", "sizes", "formats",
    )),
    "access.record", "access.files", "files.enabled",
    "files.entries", "media_files.entries",
)  # fmt: skip
