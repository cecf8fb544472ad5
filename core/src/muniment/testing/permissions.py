"""Who may do what: a table of every route and what each kind of person is answered, and the calls that find it out.

The table is a Markdown file beside the tests of the distribution that brings the routes, to be read as it is and held
against the application by a test. With ``MUNIMENT_WRITE_PERMISSIONS=1`` the test writes it; read the difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

#: Stands for the way to the sign-in page.
SIGN_IN: Final = "sign in"
#: Writes the table in place of comparing it.
WRITE: Final = "MUNIMENT_WRITE_PERMISSIONS"

#: Each kind of person in the order of the columns, with the roles that they have; None for visitors.
ROLES: Final[Mapping[str, tuple[str, ...] | None]] = {
    "anonymous": None,
    "other": (),
    "owner": (),
    "moderator": ("moderator",),
    "administrator": ("administrator",),
}

_CONVERTER: Final = re.compile(r"<[a-z_]+(?:\([^)]*\))?:(\w+)>")
_ROW: Final = re.compile(r"\| `(?P<method>[A-Z]+) (?P<rule>[^`]+)` \|(?P<cells>.*)\|")
_HEAD: Final = re.compile(r"\| route \|(?P<cells>.*)\|")

_LEGEND: Final = """\
# Who may do what

Each route, asked by each kind of person, and the status of the answer. *Owner* is whoever owns the record, the draft or
the account that the route is about: a record that is **restricted**, or a draft. *Other* is anybody else who is signed
in. What is sent along is mostly empty, so:

* 2xx and 3xx: let in;
* 400, 409, 412, 415, 422: let in, and told what is missing (or refused for that before it matters who asks);
* 401, 403, *sign in* (the way to the sign-in page): refused;
* 404: there is nothing, or nothing that this person may know of.

Written by `MUNIMENT_WRITE_PERMISSIONS=1 pytest …`, and held against the application by the same test.
"""

#: A method and a rule without converters: `("GET", "/api/records/<id>")`.
Route = tuple[str, str]


@dataclass
class Table:
    """What the people of `columns` are answered: for each section, for each route, a cell for each column."""

    columns: Sequence[str]
    sections: dict[str, dict[Route, Sequence[str]]] = field(default_factory=dict)

    def add(self, section: str, route: Route, cells: Sequence[str]) -> None:
        self.sections.setdefault(section, {})[route] = tuple(cells)

    @property
    def rows(self) -> dict[Route, dict[str, str]]:
        """Each route with what each column's people are answered."""
        return {
            route: dict(zip(self.columns, cells, strict=True))
            for section in self.sections.values()
            for route, cells in section.items()
        }

    def written(self) -> str:
        return "\n".join([_LEGEND, *self._lines()]).rstrip() + "\n"

    def _lines(self) -> Iterator[str]:
        for name, rows in self.sections.items():
            yield f"## {name}\n"
            yield f"| route | {' | '.join(self.columns)} |"
            yield f"|---|{'---|' * len(self.columns)}"
            for (method, rule), cells in rows.items():
                yield f"| `{method} {rule}` | {' | '.join(cells)} |"
            yield ""


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
