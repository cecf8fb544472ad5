"""Copies of what is stored about somebody: asked for by the person, made at once or by the worker, kept for days."""

from __future__ import annotations

import contextlib
import secrets
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import structlog
from sqlalchemy import delete, select

from muniment.access.actor import Actor
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import NotFound
from muniment.events.outbox import LogEntry
from muniment.jobs.declarations import EventHandler
from muniment.privacy.archive import write_archive
from muniment.privacy.events import DataExportRequested
from muniment.privacy.models import DataExport
from muniment.users.throttle import Attempt, Limit

if TYPE_CHECKING:
    from muniment.repository import Repository

log = structlog.get_logger(__name__)

#: Whoever has at most so many drafts and records gets the file at once; for others the worker makes it.
AT_ONCE: Final = 100
#: How often somebody can ask.
ASKING: Final = (Limit("privacy.export.day", 5, timedelta(days=1)),)


class DataExportService:
    """The exports of one repository. Who asks has proved who they are to the caller."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    @property
    def folder(self) -> Path:
        return self.repository.instance.var / "exports"

    def of(self, user_id: int) -> DataExport | None:
        """The export that somebody asked for last, while it is kept."""
        with self.database.read() as session:
            statement = (
                select(DataExport)
                .where(DataExport.user_id == user_id, DataExport.expires > self.repository.now())
                .order_by(DataExport.id.desc())
            )
            return session.execute(statement.limit(1)).scalars().first()

    def request(self, actor: Actor, user_id: int) -> DataExport:
        """Make a copy of what is stored about somebody, in place of an earlier one.

        A small one is ready when this returns; otherwise the person gets a message when it is. Raises
        `TooManyRequests` after five in a day.
        """
        self.repository.users.get(user_id)
        small = self._is_small(user_id)
        with self.database.write() as unit:
            self.repository.users.throttle.count(unit, [Attempt(ASKING, f"subject:{user_id}")])
            replaced = _remove(unit, DataExport.user_id == user_id)
            row = DataExport(
                user_id=user_id,
                state="waiting",
                file=f"{secrets.token_urlsafe(24)}.zip",
                requested=unit.now,
                expires=unit.now + timedelta(days=self.repository.config.privacy.export_days),
            )
            unit.session.add(row)
            unit.session.flush()
            if not small:
                unit.emit(DataExportRequested(user_id, row.id))
            unit.audit("user.export", f"user:{user_id}", actor)
        self._unlink(replaced)
        return self.make(row.id) if small else row

    def make(self, export_id: int) -> DataExport:
        """Write the file of an export; one that is ready already stays as it is. Raises `NotFound`."""
        with self.database.read() as session:
            row = session.get(DataExport, export_id)
        if row is None:
            raise NotFound("There is no such export.")
        if row.state == "ready":
            return row
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self.folder / f"{row.file}.part"
        with part.open("wb") as file:
            part.chmod(0o600)
            self.write(row.user_id, file)
        part.replace(self.folder / row.file)
        size = (self.folder / row.file).stat().st_size
        with self.database.write() as unit:
            kept = unit.session.get(DataExport, export_id)
            if kept is None:  # another one was asked for meanwhile, or the account is gone
                self._unlink([row.file])
                raise NotFound("There is no such export.")
            kept.state, kept.size, kept.finished = "ready", size, unit.now
            kept.expires = unit.now + timedelta(days=self.repository.config.privacy.export_days)
        return kept

    def write(self, user_id: int, target: IO[bytes]) -> None:
        """Write everything that is stored about somebody as a zip of JSON."""
        user = self.repository.users.get(user_id)
        cover = self.repository.mail.text("data-export", language=user.locale)
        write_archive(self.repository, user_id, target, cover)

    def file(self, user_id: int, export_id: int) -> tuple[Path, DataExport]:
        """The file of somebody's export; raises `NotFound` for those of others, and when it is not there any more."""
        with self.database.read() as session:
            row = session.get(DataExport, export_id)
        if row is None or row.user_id != user_id or row.state != "ready" or row.expires <= self.repository.now():
            raise NotFound("There is no such export.")
        path = self.folder / row.file
        if not path.is_file():
            raise NotFound("The file of this export is gone; ask for another one.")
        return path, row

    def sweep(self, unit: UnitOfWork) -> int:
        """Remove exports whose time is over, and files that belong to none; returns how many exports."""
        removed = _remove(unit, DataExport.expires <= unit.now)
        kept = set(unit.session.execute(select(DataExport.file)).scalars())
        left = [path for path in self.folder.glob("*") if path.name.removesuffix(".part") not in kept]
        self._unlink([*removed, *(path.name for path in left)])
        return len(removed)

    def remove_all(self, user_id: int) -> None:
        """Remove every export of somebody, files first."""
        with self.database.read() as session:
            names = list(session.execute(select(DataExport.file).where(DataExport.user_id == user_id)).scalars())
        self._unlink(names)
        with self.database.write() as unit:
            _remove(unit, DataExport.user_id == user_id)

    def _is_small(self, user_id: int) -> bool:
        return self.repository.records.count_uploads(user_id)["all"] <= AT_ONCE

    def _unlink(self, names: list[str]) -> None:
        for name in names:
            for path in (self.folder / name, self.folder / f"{name}.part"):
                path.unlink(missing_ok=True)


def _remove(unit: UnitOfWork, condition: object) -> list[str]:
    """Delete rows and return the names of their files."""
    names = list(unit.session.execute(select(DataExport.file).where(condition)).scalars())  # type: ignore[arg-type]
    unit.session.execute(delete(DataExport).where(condition))  # type: ignore[arg-type]
    return names


def make_export(repository: Repository, entry: LogEntry) -> None:
    """Write an export that was too much to make while its owner waits, and tell them; nothing when it is gone."""
    with contextlib.suppress(NotFound):
        row = repository.data_exports.make(int(entry.payload["export_id"]))
        with repository.database.write() as unit:
            repository.users.request_letter(unit, row.user_id, "data-export-ready")


EXPORTS: Final = EventHandler(
    name="privacy.exports",
    events=(DataExportRequested.name,),
    function=make_export,
    attempts=5,
    timeout=timedelta(hours=1),
)
