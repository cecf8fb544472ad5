"""`muniment records`: show, export, import, reindex."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import orjson

from muniment.cli.output import bar, show_json
from muniment.cli.records_import import import_records
from muniment.cli.session import Session, pass_session


@click.group()
def records() -> None:
    """Show, export, import and reindex records."""


records.add_command(import_records)


@records.command()
@click.argument("number")
@click.option("--draft", is_flag=True, help="Show the draft.")
@pass_session
def show(session: Session, number: str, draft: bool) -> None:
    """Print the JSON of a record."""
    service = session.repository.records
    item = service.read_draft(session.actor, number) if draft else service.read(session.actor, number)
    show_json(item.data)


@records.command()
@click.option("--output", type=click.Path(path_type=Path), help="A file instead of standard output.")
@pass_session
def export(session: Session, output: Path | None) -> None:
    """Write every published record as one line of JSON."""
    service = session.repository.records
    stream = output.open("wb") if output is not None else sys.stdout.buffer
    count = 0
    for item in service.every_record(session.actor):
        stream.write(orjson.dumps(item.data) + b"\n")
        count += 1
    stream.flush()
    if output is not None:
        stream.close()
        click.echo(f"Wrote {count} records to {output}.")


@records.command()
@click.argument("number", required=False)
@pass_session
def reindex(session: Session, number: str | None) -> None:
    """Build the search index anew beside the one that serves, then swap them; or render and index one record."""
    if number is not None:
        session.repository.records.refresh(session.actor, number)
        click.echo(f"{number} is rendered and indexed anew.")
        return
    total = session.repository.records.count_index_keys()
    with bar("Indexing", total) as reached:
        done = session.repository.search.reindex(reached)
    click.echo(f"Indexed {done.documents} records and drafts.")
    if done.set_aside:
        click.echo(f"{done.set_aside} could not be indexed; see 'muniment doctor'.", err=True)
        raise SystemExit(1)
