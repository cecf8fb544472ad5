"""The table of a benchmark: each operation with the machine's limit in the same run, their ratio, and the target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import orjson


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
    """Print the table, in the form that a page of the documentation takes."""
    columns = ("operation", "measured", "limit in the same run", "ratio", "target", "met", "note")
    _print("Muniment on this machine", columns, [_shown(figure) for figure in figures])


def _shown(figure: Figure) -> tuple[str, ...]:
    limit = f"{_number(figure.limit)} {figure.unit} ({figure.limit_name})" if figure.limit is not None else ""
    return (
        figure.operation,
        f"{_number(figure.value)} {figure.unit}",
        limit,
        _number(figure.ratio),
        str(figure.target or ""),
        {None: "", True: "yes", False: "**missed**"}[figure.met],
        figure.note,
    )


def write(figures: Iterable[Figure], run: dict[str, Any], path: Path) -> None:
    """Write a run to a file; `run` says how and where it was made."""
    document = {"run": run, "figures": [figure.as_row() for figure in figures]}
    path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))


def compare(before: Path, after: Path) -> None:
    """Print two files side by side; the change is that of the ratio where both have one, else of the figure."""
    old = {row["operation"]: row for row in _rows(before)}
    found: list[tuple[str, ...]] = []
    for row in _rows(after):
        earlier = old.pop(row["operation"], None)
        shown = f"{_number(row['value'])} {row['unit']}"
        if earlier is None:
            found.append((row["operation"], "", shown, "new"))
            continue
        key = "ratio" if row["ratio"] and earlier["ratio"] else "value"
        change = f"{(row[key] / earlier[key] - 1) * 100:+.0f} % ({key})" if earlier[key] else ""
        found.append((row["operation"], f"{_number(earlier['value'])} {earlier['unit']}", shown, change))
    for operation, earlier in old.items():
        found.append((operation, f"{_number(earlier['value'])} {earlier['unit']}", "", "not measured"))
    _print(f"{before.name} → {after.name}", ("operation", before.name, after.name, "change"), found)


def _rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(path.read_bytes())["figures"]
    return found


def _print(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    lines = [columns, ["-" * width for width in widths], *rows]
    click.echo(f"{title}\n")
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo(f"| {' | '.join(cells)} |")


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
