"""Writes a backup: tables at one moment, files by hash, the instance's own files, and the manifest last."""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from muniment.backup.durable import make_folder, write_file
from muniment.backup.errors import BackupFailed
from muniment.backup.hold import no_removals
from muniment.backup.manifest import INSTANCE, LEDGER, NAME, SECRET_KEY, TABLES, Manifest, WrittenTable
from muniment.backup.objects import OBJECTS, Collector, Taken, contents_of, remove_unknown
from muniment.backup.progress import Progress, silent
from muniment.backup.rows import consistent_view, count, lines_of
from muniment.backup.storages import open_storages
from muniment.backup.tables import LEFT_OUT, Shape, revisions_of, sequences_of, shapes_of
from muniment.db.engine import Database
from muniment.plugins.discovery import discover
from muniment.plugins.state import read_state
from muniment.privacy.ledger import ErasureLedger
from muniment.settings.instance import Instance
from muniment.settings.loading import FILE_NAME
from muniment.version import __version__

STORED_OBJECTS: Final = "stored_objects"
#: Under `var`: its time tells when the last backup was made, wherever it is.
LAST_BACKUP: Final = "last-backup"
#: What of an instance's folder is kept, beside what lies under `var`.
KEPT: Final = (FILE_NAME, "templates", "static", "plugins")


@dataclass(frozen=True)
class BackupReport:
    """What was written. `unknown` names tables that belong to no installed plugin."""

    folder: Path
    manifest: Manifest
    taken: Taken
    unknown: tuple[str, ...]


def back_up(
    instance: Instance, database: Database, target: Path, *, copy: bool = False, progress: Progress = silent
) -> BackupReport:
    """Write a backup into the folder `target`, or bring the one that is there up to date.

    The site can go on meanwhile. Files that the storage shares a disk with are linked, unless `copy`. A cut leaves an
    earlier backup in the folder as it was. Raises `BackupFailed` for a folder that holds something else, and where
    there is no room for all: what was copied by then shortens the next try.
    """
    target = target.absolute()
    made = datetime.now(UTC)
    folder = target / f"state-{made:%Y%m%dT%H%M%S%f}"
    _refuse_foreign(target)
    try:
        return _write(instance, database, target, made, folder, copy=copy, progress=progress)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise BackupFailed(
            f"There is no room for the backup: {error.filename or target} could not be written. Make room, or name "
            "a folder on another disk, and repeat it."
        ) from error


def _write(
    instance: Instance,
    database: Database,
    target: Path,
    made: datetime,
    folder: Path,
    *,
    copy: bool,
    progress: Progress,
) -> BackupReport:
    make_folder(target)
    make_folder(target / OBJECTS)
    with no_removals(database):
        state = _write_tables(database, folder / TABLES, progress)
        contents = contents_of(folder / TABLES / f"{STORED_OBJECTS}.jsonl")
        collector = Collector(target, open_storages(instance, database), copy=copy)
        for content in progress(contents.values(), "Files", len(contents)):
            collector.take(content)
    _copy_instance(instance, folder / INSTANCE)
    manifest = Manifest(
        made=made,
        version=__version__,
        database="sqlite" if database.is_sqlite else "postgresql",
        plugins=_enabled(instance, database),
        revisions=state.revisions,
        state=folder.name,
        tables=state.tables,
        sequences=state.sequences,
        left_out=LEFT_OUT,
        objects=len(contents),
        object_bytes=sum(content.size for content in contents.values()),
        missing=collector.taken.missing,
    )
    manifest.write(target)
    (instance.var / LAST_BACKUP).touch()
    _tidy(target, manifest, contents)
    return BackupReport(target, manifest, collector.taken, state.unknown)


@dataclass(frozen=True)
class _State:
    """The tables as they were written."""

    tables: dict[str, WrittenTable]
    revisions: dict[str, str]
    sequences: dict[str, int]
    unknown: tuple[str, ...]


def _refuse_foreign(target: Path) -> None:
    if not target.exists() or (target / NAME).exists():
        return
    if not target.is_dir():
        raise BackupFailed(f"{target} is a file; name a folder.")
    strangers = [path.name for path in target.iterdir() if not path.name.startswith(("state-", "objects"))]
    if strangers:
        raise BackupFailed(f"{target} is not empty and holds no backup ({sorted(strangers)[0]}); name another folder.")


def _write_tables(database: Database, folder: Path, progress: Progress) -> _State:
    make_folder(folder)
    tables: dict[str, WrittenTable] = {}
    with consistent_view(database) as connection:
        shapes, unknown = shapes_of(connection)
        for shape in progress(shapes, "Tables", len(shapes)):
            tables[shape.name] = _write_table(connection, shape, folder)
        return _State(tables, revisions_of(connection), sequences_of(connection, shapes), tuple(unknown))


def _write_table(connection: Connection, shape: Shape, folder: Path) -> WrittenTable:
    rows = [0]
    with contextlib.closing(lines_of(connection, shape)) as lines:
        digest = write_file(folder / f"{shape.name}.jsonl", count(lines, rows))
    return WrittenTable(shape.key, shape.kinds, rows[0], digest)


def _copy_instance(instance: Instance, folder: Path) -> None:
    """The configuration may name passwords, and the key signs and decrypts: the folder is for its owner only."""
    make_folder(folder)
    for name in KEPT:
        source = instance.path / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".git"))
        elif source.is_file():
            write_file(folder / name, [source.read_bytes()])
    write_file(folder / SECRET_KEY, [instance.secret_key])
    write_file(folder / LEDGER, [erasure.to_line() for erasure in ErasureLedger.of(instance).entries()])


def _enabled(instance: Instance, database: Database) -> dict[str, str]:
    installed = discover(instance.plugins).plugins
    names = sorted(read_state(database).enabled)
    return {name: installed[name].version if name in installed else "" for name in names}


def _tidy(target: Path, manifest: Manifest, contents: Iterable[str]) -> None:
    """Remove what an earlier state or a cut has left behind."""
    for folder in target.glob("state-*"):
        if folder.name != manifest.state:
            shutil.rmtree(folder)
    remove_unknown(target, contents)
