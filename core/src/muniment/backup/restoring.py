"""Restores a backup into an empty instance: tables, number sequences, files; the index is built anew afterwards.

A restore that was cut off is repeated: the tables come in one transaction, then the files that are missing still are
added. Until it has ended the instance is not served.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from muniment.backup.configuration import set_database_url
from muniment.backup.durable import make_folder, write_file
from muniment.backup.errors import RestoreRefused
from muniment.backup.filling import fill, table_with_rows
from muniment.backup.manifest import LEDGER, SECRET_KEY, Manifest
from muniment.backup.marker import Marker
from muniment.backup.placing import place_objects
from muniment.backup.progress import Progress, silent
from muniment.backup.reading import Backup
from muniment.backup.requirements import branches_of, shapes_without
from muniment.backup.tables import Shape
from muniment.database import open_database
from muniment.db.engine import Database
from muniment.db.migrate import upgrade
from muniment.db.revisions import Branch, status
from muniment.privacy.ledger import ErasureLedger
from muniment.settings.instance import Instance
from muniment.settings.instance_lock import RunLock
from muniment.settings.loading import ENVIRONMENT_PREFIX, FILE_NAME


@dataclass(frozen=True)
class Choices:
    """What is decided for one restore.

    `id_gap` numbers are skipped, by default those of `records.id_gap`; `without` names plugins whose data stay out.
    """

    database_url: str | None = None
    id_gap: int | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class RestoreReport:
    """What was restored, and how many files had to be brought."""

    manifest: Manifest
    instance: Instance
    placed: int


def restore(
    folder: Path,
    target: Path,
    choices: Choices = Choices(),
    *,
    environ: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> RestoreReport:
    """Restore the backup in `folder` into the instance folder `target`, which is made when it does not exist.

    The tables have the revision of the backup afterwards. Raises `BackupDamaged` and `RestoreRefused`; then the
    database is as it was.
    """
    backup = Backup.open(folder.absolute())
    backup.check(hashes=False, progress=progress)
    branches = branches_of(backup.manifest, choices.without, backup.instance / "plugins")
    shapes = shapes_without(backup.manifest, backup.shapes(), choices.without)
    instance = _instance(backup, target.expanduser().resolve(), choices, os.environ if environ is None else environ)
    lock = RunLock(instance)
    lock.acquire()
    try:
        database = open_database(instance)
        try:
            _restore_tables(backup, instance, database, branches, shapes, choices, progress)
            placed = place_objects(instance, database, backup, progress)
        finally:
            database.dispose()
        _keep_erasures(backup, instance)
        _forget_derived(instance)
        if choices.database_url:
            set_database_url(instance.path / FILE_NAME, choices.database_url)
        Marker(instance).clear()
    finally:
        lock.release()
    return RestoreReport(backup.manifest, instance, placed)


def _instance(backup: Backup, target: Path, choices: Choices, environ: Mapping[str, str]) -> Instance:
    """The instance to restore into; an instance folder that is there keeps its own files."""
    if not (target / FILE_NAME).exists():
        if target.exists() and any(target.iterdir()):
            raise RestoreRefused(f"{target} is not empty and has no {FILE_NAME}; name another folder with --instance.")
        target.mkdir(parents=True, exist_ok=True)
        # A backup is for its owner's eyes only; the front-end server must find its way to the files of an instance.
        mode = target.stat().st_mode
        shutil.copytree(backup.instance, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(SECRET_KEY, LEDGER))
        target.chmod(mode)
    if choices.database_url:
        environ = {**environ, f"{ENVIRONMENT_PREFIX}DATABASE__URL": choices.database_url}
    return Instance.load(target, environ)


def _restore_tables(
    backup: Backup,
    instance: Instance,
    database: Database,
    branches: list[tuple[Branch, str]],
    shapes: list[Shape],
    choices: Choices,
    progress: Progress,
) -> None:
    marker = Marker(instance)
    filled = table_with_rows(database)
    if filled is not None and marker.is_of(backup.manifest):
        return  # an earlier try came this far
    if filled is not None:
        shown = database.url.render_as_string(hide_password=True)
        raise RestoreRefused(
            f"The database {shown} is not empty: table {filled} holds rows. Restore into another instance folder "
            "(--instance DIR) or another database (--database-url URL)."
        )
    marker.set(backup.manifest)
    _restore_key(backup, instance)
    _make_tables(database, branches)
    gap = instance.config.records.id_gap if choices.id_gap is None else choices.id_gap
    fill(database, backup, shapes, id_gap=gap, without=choices.without, progress=progress)


def _restore_key(backup: Backup, instance: Instance) -> None:
    """With the key of the backup, what it signed and encrypted stays valid; an empty instance loses nothing by it."""
    make_folder(instance.var)
    write_file(instance.var / SECRET_KEY, [(backup.instance / SECRET_KEY).read_bytes()])


def _make_tables(database: Database, branches: list[tuple[Branch, str]]) -> None:
    for branch, revision in branches:
        current = status(database, branch).current
        if current not in (None, revision):
            raise RestoreRefused(
                f"The database has tables of {branch.name} at revision {current}, the backup is at {revision}. Restore "
                "into a database without tables."
            )
        upgrade(database, branch, revision)


def _keep_erasures(backup: Backup, instance: Instance) -> None:
    """Accounts that were deleted before the backup or since are deleted again when the site starts."""
    ErasureLedger.of(instance).add(ErasureLedger(backup.instance / LEDGER).entries())


def _forget_derived(instance: Instance) -> None:
    """The search index belongs to other rows, and the stamp of the last upgrade to another state."""
    index = instance.var / "index"
    if index.exists():
        shutil.rmtree(index)
    (instance.var / "release").unlink(missing_ok=True)
