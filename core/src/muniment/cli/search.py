"""`muniment search`: which backend searches, how far each index has come, and switching to another."""

from __future__ import annotations

import click

from muniment.cli.output import as_json, bar, show_json, show_table
from muniment.cli.session import Session, pass_session


@click.group()
def search() -> None:
    """Where records are searched."""


@search.command()
@as_json
@pass_session
def status(session: Session, json_: bool) -> None:
    """Show the search backends, which of them serves, and how far each is behind."""
    service = session.repository.search
    found = {name: service.status_of(name) for name in sorted(service.backends.offered)}
    serving = service.backends.serving
    if json_:
        show_json(
            [
                {"backend": name, "serves": name == serving, "position": item.position, "lag": item.lag,
                 "set_aside": item.set_aside, "problem": item.problem}
                for name, item in found.items()
            ]
        )  # fmt: skip
        return
    rows = [
        [name, "yes" if name == serving else "no", str(item.position), str(item.lag), item.problem]
        for name, item in found.items()
    ]
    show_table(["backend", "serves", "reached event", "behind", "problem"], rows)


@search.command()
@click.argument("backend")
@pass_session
def switch(session: Session, backend: str) -> None:
    """Fill BACKEND from the database and let it take over, on a running site too; the one before serves meanwhile."""
    total = session.repository.records.count_index_keys()
    with bar("Filling", total) as reached:
        switched = session.repository.search.switch(backend, session.actor, reached)
    click.echo(f"{backend} searches from now on." if switched else f"{backend} searches already.")
