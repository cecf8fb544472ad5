"""Who may do what: a table of every route and what each kind of person is answered, and the calls that find it out.

The table is a Markdown file beside the tests of the distribution that brings the routes, to be read as it is and held
against the application by a test. With ``MUNIMENT_WRITE_PERMISSIONS=1`` the test writes it; read the difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from muniment.access.permission_table import Route, Table

#: Stands for the way to the sign-in page.
SIGN_IN: Final = "sign in"
#: Writes the table in place of comparing it.
WRITE: Final = "MUNIMENT_WRITE_PERMISSIONS"

_CONVERTER: Final = re.compile(r"<[a-z_]+(?:\([^)]*\))?:(\w+)>")
_ROW: Final = re.compile(r"\| `(?P<method>[A-Z]+) (?P<rule>[^`]+)` \|(?P<cells>.*)\|")
_HEAD: Final = re.compile(r"\| route \|(?P<cells>.*)\|")


def plain(rule: str) -> str:
    """A rule as people read it, without converters."""
    return _CONVERTER.sub(r"<\1>", rule)


def read_rows(text: str) -> dict[Route, dict[str, str]]:
    """The rows of all tables in a Markdown text."""
    found: dict[Route, dict[str, str]] = {}
    columns: list[str] = []
    for line in text.splitlines():
        if head := _HEAD.fullmatch(line):
            columns = _cells(head["cells"])
        elif row := _ROW.fullmatch(line):
            found[row["method"], row["rule"]] = dict(zip(columns, _cells(row["cells"]), strict=True))
    return found


def _cells(text: str) -> list[str]:
    return [cell.strip() for cell in text.split("|")]


def differences(expected: Mapping[Route, Mapping[str, str]], found: Mapping[Route, Mapping[str, str]]) -> list[str]:
    """Each route that is in one of both alone, and each person who is answered something else."""
    told = [f"{' '.join(route)} is not in the table" for route in found.keys() - expected.keys()]
    told += [f"{' '.join(route)} is in the table, and there is no such route" for route in expected.keys() - found]
    for route in found.keys() & expected.keys():
        for person in {**expected[route], **found[route]}:
            said, answered = expected[route].get(person), found[route].get(person)
            if said != answered:
                told.append(f"{' '.join(route)} for {person}: the table says {said}, the answer is {answered}")
    return sorted(told)


def check(file: Path, table: Table) -> None:
    """Hold the table in `file` against what was found; or write it there, when asked to."""
    broken = [f"{' '.join(route)}: {row}" for route, row in table.rows.items() if "500" in row.values()]
    assert not broken, "\n".join(["These fail, which is nothing to expect:", *broken])
    if os.environ.get(WRITE) == "1":
        if table.rows:
            file.write_text(table.written(), encoding="utf-8")
        else:
            file.unlink(missing_ok=True)
        return
    expected = read_rows(file.read_text(encoding="utf-8")) if file.is_file() else {}
    wrong = differences(expected, table.rows)
    assert not wrong, "\n".join(
        [*wrong, f"Is it meant so? Then write {file.name} by running this test with {WRITE}=1, and read what changed."]
    )
