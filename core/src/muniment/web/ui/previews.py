"""What can be shown of a file in a page: the beginning of a text or table. Pure: bytes in, views out."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

#: How much of a file is read for the record page, and for its page of its own (bytes).
SHORT = 16 * 1024
LONG = 256 * 1024
#: The most that is shown of a table, and of one cell (characters).
ROWS, COLUMNS, CELL = 500, 40, 300
SHORT_ROWS, SHORT_LINES = 25, 60


@dataclass(frozen=True)
class MemberView:
    """One file in a zip archive."""

    name: str
    size: int
    href: str


@dataclass(frozen=True)
class ArchiveView:
    """What a zip archive holds; `complete` tells whether all of it is listed."""

    members: tuple[MemberView, ...]
    complete: bool


@dataclass(frozen=True)
class PreviewView:
    """A text (`text`) or a table (`head`, `rows`). `complete` tells whether the whole file is shown."""

    kind: str
    complete: bool
    text: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def preview_view(kind: str, name: str, content: bytes, whole: bool, *, short: bool = False) -> PreviewView | None:
    """The preview of a file's beginning; `whole` tells whether `content` is all of it. None for what is no text."""
    text = decode(content, whole)
    if text is None:
        return None
    if kind == "table":
        table = table_view(text, name, whole, SHORT_ROWS if short else ROWS)
        if table is not None:
            return table
    lines = (_indented(text) if whole and name.lower().endswith(".json") else text).splitlines()
    cut = lines[:SHORT_LINES] if short else lines
    return PreviewView("text", whole and len(cut) == len(lines), text="\n".join(cut))


def archive_view(listing: Mapping[str, Any]) -> ArchiveView:
    """A zip archive from its listing in the API's form."""
    members = [MemberView(entry["key"], entry["size"], entry["links"]["content"]) for entry in listing["entries"]]
    return ArchiveView(tuple(members), not listing["truncated"])


def _indented(text: str) -> str:
    """JSON as people read it; what is none stays as it is."""
    try:
        return orjson.dumps(orjson.loads(text), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return text


def decode(content: bytes, whole: bool) -> str | None:
    """The text of the bytes: UTF-8, UTF-16 with a mark, else Latin-1; None when it looks like no text at all."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\x00" in content:
        return None
    # The cut may go through a character.
    for end in range(len(content), max(len(content) - 4, -1) if not whole else len(content) - 1, -1):
        try:
            return content[:end].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def table_view(text: str, name: str, whole: bool, limit: int) -> PreviewView | None:
    """Rows of a delimited text; None when it has a single column or cannot be read as a table."""
    delimiter = "\t" if name.lower().endswith((".tsv", ".tab")) else _delimiter(text)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return None
    if not whole and len(rows) > 1:
        rows.pop()  # the last row may be cut
    if not rows or max(map(len, rows)) < 2:
        return None
    width = min(max(map(len, rows)), COLUMNS)
    padded = [tuple(cell[:CELL] for cell in (*row[:width], *[""] * (width - len(row)))) for row in rows[: limit + 1]]
    complete = whole and len(rows) <= limit + 1 and max(map(len, rows)) <= COLUMNS
    return PreviewView("table", complete, head=padded[0], rows=tuple(padded[1:]))


def _delimiter(text: str) -> str:
    """The separator that the first lines agree on; a comma when in doubt."""
    lines = [line for line in text.splitlines()[:10] if line.strip()]
    counts = {mark: [line.count(mark) for line in lines] for mark in (",", ";", "\t", "|")}
    steady = [mark for mark, found in counts.items() if found and min(found) > 0]
    return max(steady, key=lambda mark: min(counts[mark]), default=",")
