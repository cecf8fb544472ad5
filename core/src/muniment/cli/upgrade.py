"""`muniment upgrade`: brings an instance to the version of the installed software."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import click

from muniment.cli.output import with_bar
from muniment.cli.session import Session, pass_session
from muniment.db.migrate import upgrade as upgrade_branch
from muniment.db.revisions import CORE, status
from muniment.health.release import branches, is_current, mark_current, pending_branches, refuse_newer
from muniment.settings.instance_lock import serving_process


@click.command()
@click.option("--check", is_flag=True, help="Only tell what would be done; exits with 1 when there is something.")
@click.option("--no-backup", is_flag=True, help="Make no backup first.")
@pass_session
def upgrade(session: Session, check: bool, no_backup: bool) -> None:
    """Back up, migrate the core and its plugins, load new vocabulary terms, build assets.

    Stored renderings and the search index renew themselves afterwards. It can be repeated after a cut: what is done
    already is not done again.
    """
    refuse_newer(session.database)
    if check:
        pending = pending_branches(session.database)
        for row in pending:
            click.echo(f"{row.name}: from {row.current or 'nothing'} to {row.head}")
        if not is_current(session.instance, session.database):
            click.echo("Run 'muniment upgrade'.")
            raise SystemExit(1)
        click.echo("The instance is up to date.")
        return
    bring_up_to_date(session, with_backup=not no_backup)
    click.echo("The instance is up to date.")
    serving = serving_process(session.instance)
    if serving is not None:
        click.echo(f"Restart the site (process {serving.get('pid')}), so that it runs this version.")


def bring_up_to_date(session: Session, *, with_backup: bool = True, tell: Callable[[str], object] = click.echo) -> None:
    """Migrate what is behind, after a backup, and renew what the software brings; tells what it does."""
    refuse_newer(session.database)
    pending = pending_branches(session.database)
    if pending and with_backup and status(session.database, CORE).current is not None:
        _back_up(session, tell)
    for branch in branches(session.database):
        if upgrade_branch(session.database, branch):
            tell(f"{branch.name}: tables upgraded")
    _renew(session, tell)
    mark_current(session.instance)


def _back_up(session: Session, tell: Callable[[str], object]) -> None:
    from muniment.backup.writing import back_up

    target = session.instance.var / "backups" / f"before-upgrade-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    report = back_up(session.instance, session.database, target, progress=with_bar)
    tell(f"Backed up to {target}.")
    for sha256, reason in report.manifest.missing.items():
        tell(f"Not backed up: the file with SHA-256 {sha256}: {reason}.")


def _renew(session: Session, tell: Callable[[str], object]) -> None:
    from muniment.plugins.state import next_generation
    from muniment.web.ui.assets import build_assets

    for report in session.repository.vocabularies.load():
        if report.added or report.changed:
            tell(f"vocabulary {report.vocabulary}: {report.added} new, {report.changed} changed terms")
    for key in session.repository.plugin_settings.protect():
        tell(f"setting {key}: encrypted")
    build_assets(session.repository)
    with session.database.write() as unit:
        next_generation(unit.session)
