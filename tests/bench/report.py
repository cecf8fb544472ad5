"""The table of a benchmark: each operation with the machine's limit in the same run, and their ratio."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One measured figure. `ratio` is the operation's share of the limit (1 is as fast as the machine can be).

    `target` is what the project aims at, in words; nothing fails because of it.
    """

    operation: str
    value: float
    unit: str
    limit: float | None = None
    limit_name: str = ""
    ratio: float | None = None
    target: str = ""
    note: str = ""


def rate(
    operation: str, value: float, unit: str, limit: float, limit_name: str, target: str = "", note: str = ""
) -> Figure:
    """A figure where more is better."""
    return Figure(operation, value, unit, limit, limit_name, value / limit if limit else None, target, note)


def show(figures: Sequence[Figure]) -> None:
    table = Table(title="Muniment on this machine", title_justify="left")
    for column in ("operation", "measured", "limit in the same run", "ratio", "target", "note"):
        table.add_column(column)
    for figure in figures:
        limit = f"{_number(figure.limit)} {figure.unit} ({figure.limit_name})" if figure.limit is not None else ""
        ratio = f"{figure.ratio:.2f}" if figure.ratio is not None else ""
        table.add_row(
            figure.operation, f"{_number(figure.value)} {figure.unit}", limit, ratio, figure.target, figure.note
        )
    _console().print(table)


def write(figures: Sequence[Figure], machine: dict[str, Any], path: Path) -> None:
    document = {"machine": machine, "figures": [asdict(figure) for figure in figures]}
    path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))


def compare(before: Path, after: Path) -> None:
    """Print two files side by side; the change is that of the ratio where there is one, else of the figure."""
    old = {row["operation"]: row for row in orjson.loads(before.read_bytes())["figures"]}
    table = Table(title=f"{before.name} → {after.name}", title_justify="left")
    for column in ("operation", before.name, after.name, "change"):
        table.add_column(column)
    for row in orjson.loads(after.read_bytes())["figures"]:
        earlier = old.get(row["operation"])
        if earlier is None:
            table.add_row(row["operation"], "", f"{_number(row['value'])} {row['unit']}", "new")
            continue
        key = "ratio" if row["ratio"] and earlier["ratio"] else "value"
        change = (row[key] / earlier[key] - 1) * 100 if earlier[key] else 0.0
        table.add_row(
            row["operation"],
            f"{_number(earlier['value'])} {earlier['unit']}",
            f"{_number(row['value'])} {row['unit']}",
            f"{change:+.0f} % ({key})",
        )
    _console().print(table)


def _console() -> Console:
    """As wide as the terminal; wide enough for a line of each row where there is none."""
    return Console() if sys.stdout.isatty() else Console(width=170)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
