"""`muniment datacite …`."""

from __future__ import annotations

import click
from sqlalchemy import select

from muniment.api import CommandSession, pass_session
from muniment_datacite.models import Registration


@click.command("status")
@click.option("--all", "all_", is_flag=True, help="Registered DOIs too, not only what is outstanding.")
@pass_session
def datacite_status(session: CommandSession, all_: bool) -> None:
    """List DOIs with their state at DataCite and its last answer."""
    repository = session.repository
    with repository.database.read() as database_session:
        rows = {row.doi: row for row in database_session.execute(select(Registration)).scalars()}
    outstanding = 0
    for identifier in repository.records.identifiers_of("datacite"):
        row = rows.get(identifier.value.lower())
        state = row.state if row is not None else "waiting"
        if state in ("waiting", "refused"):
            outstanding += 1
        elif not all_:
            continue
        click.echo(f"{identifier.value}  {state}  {row.answer or '' if row is not None else ''}".rstrip())
    click.echo(f"{outstanding} outstanding.")
