"""The table of a benchmark: each operation with the machine's limit in the same run, their ratio, and the target."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Target:
    """What the project aims at: a bound for the value or, with `of_ratio`, for its ratio to the limit."""

    bound: float
    at_most: bool
    of_ratio: bool = False

    def is_met(self, value: float) -> bool:
        return value <= self.bound if self.at_most else value >= self.bound

    def __str__(self) -> str:
        return f"{'ratio ' if self.of_ratio else ''}{'≤' if self.at_most else '≥'} {_number(self.bound)}"


def at_most(bound: float) -> Target:
    return Target(bound, at_most=True)


def at_least(bound: float) -> Target:
    return Target(bound, at_most=False)


def ratio_of(bound: float) -> Target:
    """At least this part of what the machine can do."""
    return Target(bound, at_most=False, of_ratio=True)


@dataclass(frozen=True)
class Figure:
    """One measured figure. `ratio` is the operation's share of the limit (1 is as fast as the machine can be).

    Nothing fails because a target is missed.
    """

    operation: str
    value: float
    unit: str
    limit: float | None = None
    limit_name: str = ""
    ratio: float | None = None
    target: Target | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None when there is none."""
        if self.target is None:
            return None
        measured = self.ratio if self.target.of_ratio else self.value
        return measured is not None and self.target.is_met(measured)

    def as_row(self) -> dict[str, Any]:
        return {**asdict(self), "target": str(self.target or ""), "met": self.met}


def rate(
    operation: str,
    value: float,
    unit: str,
    limit: float,
    limit_name: str,
    target: Target | None = None,
    note: str = "",
) -> Figure:
    """A figure where more is better."""
    return Figure(operation, value, unit, limit, limit_name, value / limit if limit else None, target, note)


def span(
    operation: str,
    value: float,
    unit: str,
    limit: float,
    limit_name: str,
    target: Target | None = None,
    note: str = "",
) -> Figure:
    """A figure where less is better: a time, or memory."""
    return Figure(operation, value, unit, limit, limit_name, limit / value if value else None, target, note)


def show(figures: Sequence[Figure]) -> None:
    table = _table("Muniment on this machine", "operation", "measured", "limit in the same run", "ratio", "target")
    table.add_column("met")
    table.add_column("note")
    for figure in figures:
        limit = f"{_number(figure.limit)} {figure.unit} ({figure.limit_name})" if figure.limit is not None else ""
        table.add_row(
            figure.operation,
            f"{_number(figure.value)} {figure.unit}",
            limit,
            _number(figure.ratio),
            str(figure.target or ""),
            {None: "", True: "yes", False: "missed"}[figure.met],
            figure.note,
        )
    _console().print(table)


def write(figures: Iterable[Figure], run: dict[str, Any], path: Path) -> None:
    """Write a run to a file; `run` says how and where it was made."""
    document = {"run": run, "figures": [figure.as_row() for figure in figures]}
    path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))


def compare(before: Path, after: Path) -> None:
    """Print two files side by side; the change is that of the ratio where both have one, else of the figure."""
    old = {row["operation"]: row for row in _rows(before)}
    table = _table(f"{before.name} → {after.name}", "operation", before.name, after.name, "change")
    for row in _rows(after):
        earlier = old.pop(row["operation"], None)
        shown = f"{_number(row['value'])} {row['unit']}"
        if earlier is None:
            table.add_row(row["operation"], "", shown, "new")
            continue
        key = "ratio" if row["ratio"] and earlier["ratio"] else "value"
        change = f"{(row[key] / earlier[key] - 1) * 100:+.0f} % ({key})" if earlier[key] else ""
        table.add_row(row["operation"], f"{_number(earlier['value'])} {earlier['unit']}", shown, change)
    for operation, earlier in old.items():
        table.add_row(operation, f"{_number(earlier['value'])} {earlier['unit']}", "", "not measured")
    _console().print(table)


def _rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(path.read_bytes())["figures"]
    return found


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    return table


def _console() -> Console:
    """As wide as the terminal; wide enough for a line of each row where there is none."""
    return Console() if sys.stdout.isatty() else Console(width=200)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
