"""`muniment db`: the tables of the core and of plugins."""

from __future__ import annotations

import click

from muniment.backup.requirements import knows_revision
from muniment.cli.output import as_json, show_json, show_table
from muniment.cli.session import Session, pass_session
from muniment.db.migrate import CORE, Branch, status
from muniment.db.migrate import upgrade as upgrade_branch
from muniment.errors import ConfigurationError
from muniment.version import __version__


@click.group()
def db() -> None:
    """The tables of the core and of plugins."""


def branches(session: Session) -> list[Branch]:
    """The core's branch and those of the enabled plugins, in order."""
    from muniment.plugins.discovery import discover
    from muniment.plugins.resolution import resolve
    from muniment.plugins.state import active_names, branch_of, read_state

    found = [CORE]
    if status(session.database, CORE).current is None:
        return found
    discovery = discover()
    order, _ = resolve(active_names(read_state(session.database), discovery), discovery.plugins)
    return found + [branch for plugin in order if (branch := branch_of(plugin)) is not None]


def refuse_newer(session: Session) -> None:
    """Raise `ConfigurationError` when tables were made by software that is newer than this."""
    for branch in branches(session):
        current = status(session.database, branch).current
        if current is not None and not knows_revision(branch, current):
            raise ConfigurationError(
                f"The tables of {branch.name} are at revision {current}, which version {__version__} does not know: "
                "newer software has upgraded them. Install that again, or restore a backup of this version."
            )


@db.command("upgrade")
@pass_session
def upgrade_command(session: Session) -> None:
    """Bring all tables up to date, without a backup; `muniment upgrade` makes one first."""
    refuse_newer(session)
    if upgrade_branch(session.database, CORE):
        click.echo("core: upgraded")
    for branch in branches(session)[1:]:
        if upgrade_branch(session.database, branch):
            click.echo(f"{branch.name}: upgraded")
    click.echo("All tables are up to date.")


@db.command("status")
@as_json
@pass_session
def status_command(session: Session, json_: bool) -> None:
    """Tell the revision of each set of tables; exits with 1 when one is behind."""
    found = [status(session.database, branch) for branch in branches(session)]
    if json_:
        show_json([{"name": row.name, "current": row.current, "head": row.head} for row in found])
    else:
        show_table(
            ["tables of", "revision", "newest", ""],
            [[row.name, row.current or "-", row.head, "" if row.is_current else "needs upgrade"] for row in found],
        )
    if not all(row.is_current for row in found):
        raise SystemExit(1)
