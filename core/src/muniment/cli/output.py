"""How commands answer: lines for people, JSON for machines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click
import orjson


def show_json(value: Any) -> None:
    """Print one JSON document."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode())


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print aligned columns under their headings; nothing but the headings when there are no rows."""
    lines = [[str(value) if value is not None else "" for value in row] for row in rows]
    widths = [max(len(row[index]) for row in [list(columns), *lines]) for index in range(len(columns))]
    for row in [list(columns), *lines]:
        click.echo("  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip())


as_json = click.option("--json", "json_", is_flag=True, help="Answer with JSON.")
