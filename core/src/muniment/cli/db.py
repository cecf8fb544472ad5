"""`muniment db`: the tables of the core and of plugins."""

from __future__ import annotations

import click

from muniment.cli.output import as_json, show_json, show_table
from muniment.cli.session import Session, pass_session
from muniment.db.migrate import upgrade as upgrade_branch
from muniment.db.revisions import CORE, status
from muniment.health.release import branches, refuse_newer


@click.group()
def db() -> None:
    """The tables of the core and of plugins."""


@db.command("upgrade")
@pass_session
def upgrade_command(session: Session) -> None:
    """Bring all tables up to date, without a backup; `muniment upgrade` makes one first."""
    refuse_newer(session.database)
    if upgrade_branch(session.database, CORE):
        click.echo("core: upgraded")
    for branch in branches(session.database)[1:]:
        if upgrade_branch(session.database, branch):
            click.echo(f"{branch.name}: upgraded")
    click.echo("All tables are up to date.")


@db.command("status")
@as_json
@pass_session
def status_command(session: Session, json_: bool) -> None:
    """Tell the revision of each set of tables; exits with 1 when one is behind."""
    found = [status(session.database, branch) for branch in branches(session.database)]
    if json_:
        show_json([{"name": row.name, "current": row.current, "head": row.head} for row in found])
    else:
        show_table(
            ["tables of", "revision", "newest", ""],
            [[row.name, row.current or "-", row.head, "" if row.is_current else "needs upgrade"] for row in found],
        )
    if not all(row.is_current for row in found):
        raise SystemExit(1)
