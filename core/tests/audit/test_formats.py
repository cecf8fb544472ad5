"""The audit trail for spreadsheets: nothing in it is a formula, and everything comes back."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from muniment.audit.formats import COLUMNS, as_csv
from muniment.audit.models import AuditEntry

FORMULAS = (
    "=1+1", "+cmd|' /c calc'!A1", "-2+3", "@SUM(A1:A9)", "\t=1+1", "\r=1+1", "\n=1+1",
    "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)",
)  # fmt: skip


@pytest.mark.parametrize("column", ["action", "resource", "via"])
def test_no_cell_of_a_table_is_a_formula(column: str) -> None:
    values: dict[str, Any] = {"action": "user.create", "resource": "user:1", "subject_id": "1", "via": "web"}
    at = datetime(2026, 1, 2, tzinfo=UTC)
    entries = [
        AuditEntry(id=1, at=at, details={"name": text}, **{**values, column: text}) for text in (*FORMULAS, 'a,"b"\nc')
    ]
    table = b"".join(as_csv(entries)).decode()
    head, *rows = csv.reader(io.StringIO(table, newline=""))
    assert tuple(head) == COLUMNS
    cells = [row[COLUMNS.index(column)] for row in rows]
    assert cells == [*(f"'{text}" for text in FORMULAS), 'a,"b"\nc']
    assert not any(cell.startswith(text[0]) for row in rows for cell in row for text in FORMULAS if cell)
