"""How commands answer: lines for people, JSON for machines."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click
import orjson

if TYPE_CHECKING:
    from muniment.health.finding import Finding

T = TypeVar("T")


def show_json(value: Any) -> None:
    """Print one JSON document."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode())


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print aligned columns under their headings; nothing but the headings when there are no rows."""
    lines = [[str(value) if value is not None else "" for value in row] for row in rows]
    widths = [max(len(row[index]) for row in [list(columns), *lines]) for index in range(len(columns))]
    for row in [list(columns), *lines]:
        click.echo("  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip())


def show_findings(findings: Sequence[Finding], json_: bool) -> None:
    """Print what an examination found; ends the command with exit code 1 when there is an error among it."""
    if json_:
        show_json([finding.to_dict() for finding in findings])
    else:
        marks = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}
        for finding in findings:
            click.echo(f"{marks[finding.state]}  {finding.check}: {finding.message}")
    if any(finding.state == "error" for finding in findings):
        raise SystemExit(1)


as_json = click.option("--json", "json_", is_flag=True, help="Answer with JSON.")


@contextlib.contextmanager
def bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """Draw a bar on standard error, where somebody watches; gives a function that is told how many are done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=length, label=label, show_pos=True, file=sys.stderr) as drawn:
        yield lambda done: drawn.update(done - drawn.pos)


def with_bar(items: Iterable[T], label: str, length: int) -> Iterator[T]:
    """Hand on the items and draw a bar on standard error, where somebody watches."""
    with bar(label, length) as reached:
        for done, item in enumerate(items, 1):
            yield item
            reached(done)
