"""`muniment tokens`: access tokens of accounts."""

from __future__ import annotations

from datetime import timedelta

import click

from muniment.cli.output import as_json, show_json, show_table
from muniment.cli.session import Session, pass_session


@click.group()
def tokens() -> None:
    """Access tokens of accounts."""


@tokens.command()
@click.argument("email")
@click.argument("name")
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 365), help="How long it works.")
@click.option("--scope", "scopes", multiple=True, help="What it allows, instead of everything; can be repeated.")
@pass_session
def create(session: Session, email: str, name: str, days: int, scopes: tuple[str, ...]) -> None:
    """Make a token called NAME for the account of EMAIL; prints only the token, which is shown this once."""
    span = timedelta(days=days)
    click.echo(session.repository.tokens.create(session.user(email), name, scopes or None, span))


@tokens.command("list")
@click.argument("email")
@as_json
@pass_session
def list_command(session: Session, email: str, json_: bool) -> None:
    """List the tokens of an account; the tokens themselves are not stored."""
    rows = session.repository.tokens.of(session.user(email).subject_id)
    if json_:
        show_json([{"id": row.id, "name": row.name, "created": row.created, "expires": row.expires} for row in rows])
        return
    show_table(["id", "name", "created", "expires"], [[row.id, row.name, row.created, row.expires] for row in rows])


@tokens.command()
@click.argument("email")
@click.argument("token_id", type=int)
@pass_session
def revoke(session: Session, email: str, token_id: int) -> None:
    """End the token with this id."""
    session.repository.tokens.revoke(session.actor, session.user(email).subject_id, token_id)
    click.echo("The token no longer works.")
