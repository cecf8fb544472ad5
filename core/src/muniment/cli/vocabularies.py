"""`muniment vocabularies`: controlled vocabularies."""

from __future__ import annotations

import click

from muniment.cli.output import as_json, show_json, show_table
from muniment.cli.session import Session, pass_session
from muniment.errors import NotFound


@click.group()
def vocabularies() -> None:
    """Controlled vocabularies."""


@vocabularies.command()
@click.argument("names", nargs=-1)
@pass_session
def load(session: Session, names: tuple[str, ...]) -> None:
    """Load vocabularies from the packages (all, or those named); loading again updates."""
    known = [vocabulary.name for vocabulary in session.repository.vocabularies.registered]
    for name in set(names) - set(known):
        raise NotFound(f"There is no vocabulary named '{name}'. Known are: {', '.join(sorted(known))}.")
    for report in session.repository.vocabularies.load(names or None):
        click.echo(f"{report.vocabulary}: {report.added} new, {report.changed} changed, {report.unchanged} unchanged")


@vocabularies.command("list")
@as_json
@pass_session
def list_command(session: Session, json_: bool) -> None:
    """List the vocabularies with the number of their terms."""
    rows = [
        (info.vocabulary.name, info.vocabulary.title.get("en", info.vocabulary.name), info.count)
        for info in session.repository.vocabularies.types()
    ]
    if json_:
        show_json([{"name": name, "title": title, "terms": count} for name, title, count in rows])
        return
    show_table(["name", "title", "terms"], rows)
