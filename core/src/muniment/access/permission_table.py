"""Who may do what, as a table: for every route what each kind of person is answered, to be read as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

#: Each kind of person in the order of the columns, with the roles that they have; None for visitors.
ROLES: Final[Mapping[str, tuple[str, ...] | None]] = {
    "anonymous": None,
    "other": (),
    "owner": (),
    "moderator": ("moderator",),
    "administrator": ("administrator",),
}
#: A method and a rule without converters: `("GET", "/api/records/<id>")`.
Route = tuple[str, str]

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
