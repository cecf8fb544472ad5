"""The audit trail as files: CSV for spreadsheets, JSON lines for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import orjson

from muniment.audit.models import AuditEntry

COLUMNS: Final = ("id", "at", "action", "resource", "subject", "via", "details")
#: What a spreadsheet would take for the beginning of a formula, in the width of East Asian letters too.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def as_csv(entries: Iterable[AuditEntry]) -> Iterator[bytes]:
    """A head, then one line for each entry; details are JSON. Nothing in it is a formula."""
    yield _line(COLUMNS)
    for entry in entries:
        values = _values(entry)
        yield _line([_cell(values[name]) for name in COLUMNS])


def as_json_lines(entries: Iterable[AuditEntry]) -> Iterator[bytes]:
    """One JSON object on each line."""
    for entry in entries:
        yield orjson.dumps(_values(entry)) + b"\n"


Write = Callable[[Iterable[AuditEntry]], Iterator[bytes]]

#: Formats by the ending of their files: media type and how it is written.
FORMATS: Final[dict[str, tuple[str, Write]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "jsonl": ("application/jsonl; charset=utf-8", as_json_lines),
}


def _values(entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "action": entry.action,
        "resource": entry.resource,
        "subject": entry.subject_id,
        "via": entry.via,
        "details": entry.details,
    }


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = orjson.dumps(value).decode() if isinstance(value, dict) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(cells: Iterable[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue().encode()
