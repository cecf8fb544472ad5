"""`muniment backup` and `muniment restore`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muniment.cli.output import as_json, show_json, with_bar
from muniment.cli.session import Session, pass_session

if TYPE_CHECKING:
    from muniment.backup.manifest import Manifest


@click.command()
@click.argument("directory", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--copy", is_flag=True, help="Copy files that are on the same disk too, instead of linking them.")
@click.option("--verify", is_flag=True, help="Afterwards read the whole backup again and compare every hash.")
@as_json
@pass_session
def backup(session: Session, directory: Path | None, copy: bool, verify: bool, json_: bool) -> None:
    """Back up the instance into DIRECTORY (default: var/backups/TIME), while it goes on.

    Tables are written as JSON lines, files under their SHA-256. A backup that is in DIRECTORY already is brought up to
    date; files that it or another backup beside it holds are not copied again. Exits with 1 when a file could not be
    read or has other bytes than it should.
    """
    from muniment.backup.reading import Backup
    from muniment.backup.writing import back_up

    target = directory or session.instance.var / "backups" / f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    report = back_up(session.instance, session.database, target, copy=copy, progress=with_bar)
    if verify:
        Backup.open(report.folder).check(progress=with_bar)
    summary = {
        "folder": str(report.folder),
        **_summary(report.manifest),
        "new_files": report.taken.added,
        "new_bytes": report.taken.added_bytes,
        "verified": verify,
    }
    if json_:
        show_json(summary)
    else:
        click.echo(
            f"Backed up {summary['rows']} rows of {summary['tables']} tables and {summary['files']} files "
            f"({summary['new_files']} new) to {report.folder}."
        )
    for name in report.unknown:
        click.echo(f"Table {name} belongs to no installed plugin; it was written as its columns look.", err=True)
    for sha256, reason in report.manifest.missing.items():
        click.echo(f"Not backed up: the file with SHA-256 {sha256}: {reason}.", err=True)
    if report.manifest.missing:
        raise SystemExit(1)


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--database-url", help="The database to restore into; it is written into instance.toml.")
@click.option("--id-gap", type=click.IntRange(0), help="How many record numbers to skip, instead of records.id_gap.")
@click.option("--without", multiple=True, metavar="PLUGIN", help="Leave out a plugin's data; can be repeated.")
@click.option("--verify", is_flag=True, help="Only check the backup: compare every hash, restore nothing.")
@as_json
@pass_session
def restore(
    session: Session,
    directory: Path,
    database_url: str | None,
    id_gap: int | None,
    without: tuple[str, ...],
    verify: bool,
    json_: bool,
) -> None:
    """Restore the backup in DIRECTORY into an instance that is new or has an empty database.

    Name the instance with --instance; a new folder gets the files of the backed up instance. SQLite and PostgreSQL are
    interchangeable. A restore that was cut off can be repeated.
    """
    from muniment.backup.reading import Backup
    from muniment.backup.restoring import Choices
    from muniment.backup.restoring import restore as restore_backup

    if verify:
        found = Backup.open(directory)
        found.check(progress=with_bar)
        if json_:
            show_json({"folder": str(directory), **_summary(found.manifest), "verified": True})
        else:
            click.echo(f"The backup of {found.manifest.made:%Y-%m-%d %H:%M} UTC is whole.")
        return
    choices = Choices(database_url, id_gap, without)
    report = restore_backup(directory, session.path, choices, progress=with_bar)
    _renew(report.instance.path)
    if json_:
        show_json({"instance": str(report.instance.path), **_summary(report.manifest), "placed": report.placed})
        return
    click.echo(f"Restored {report.manifest.rows} rows and {report.manifest.objects} files to {report.instance.path}.")
    click.echo("The search index is built when the site starts next.")
    for sha256, reason in report.manifest.missing.items():
        click.echo(f"The backup does not hold the file with SHA-256 {sha256}: {reason}.", err=True)


def _renew(path: Path) -> None:
    """Bring a backup of an older version to the version that is installed."""
    from muniment.cli.upgrade import bring_up_to_date

    restored = Session(path)
    try:
        bring_up_to_date(restored, with_backup=False, tell=lambda line: click.echo(line, err=True))
    finally:
        restored.close()


def _summary(manifest: Manifest) -> dict[str, Any]:
    return {
        "made": manifest.made,
        "version": manifest.version,
        "database": manifest.database,
        "tables": len(manifest.tables),
        "rows": manifest.rows,
        "files": manifest.objects,
        "bytes": manifest.object_bytes,
        "missing": dict(manifest.missing),
    }
