"""The row that tells which generation this web process serves, and the oldest one it has requests of.

Purging a plugin waits until no process serves a generation with it.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from muniment.errors import Busy, StorageFull
from muniment.plugins.models import ProcessRow
from muniment.plugins.processes import told_by

if TYPE_CHECKING:
    from muniment.repository import Repository

log = structlog.get_logger(__name__)

#: How often the row is renewed when nothing changed; one that is much older belongs to a process that is gone.
SEEN_SECONDS: Final = 10.0


class WebProcessRow:
    """Keeps the row of one web process; a database that is away for a while is no reason to stop serving."""

    def __init__(self, repository: Repository) -> None:
        self._database = repository.database
        self._id = uuid.uuid4().hex
        self._started = repository.database.now()
        self._repository = repository
        self._refused: Mapping[str, str] = {}
        self._changes = 0
        self._told: tuple[int, int, int] | None = None
        self._next = 0.0

    def takes(self, repository: Repository) -> None:
        """The process serves the generation of this repository from now on."""
        self._repository, self._refused = repository, {}
        self._changes += 1

    def refuses(self, failures: Mapping[str, str]) -> None:
        """The process goes on with the generation that it has, since these plugins of the next one failed in it."""
        self._refused = failures
        self._changes += 1

    def tell(self, serving: int, oldest: int) -> None:
        """Write the row if it changed or is due."""
        now = time.monotonic()
        telling = serving, oldest, self._changes
        if self._told == telling and now < self._next:
            return
        try:
            with self._database.write() as unit:
                unit.session.merge(
                    ProcessRow(
                        id=self._id,
                        kind="web",
                        host=socket.gethostname(),
                        pid=os.getpid(),
                        generation=serving,
                        oldest_generation=oldest,
                        started=self._started,
                        seen=unit.now,
                        **told_by(self._repository, self._refused),
                    )
                )
        except (Busy, StorageFull, SQLAlchemyError) as error:
            log.warning("process_row_not_written", error=type(error).__name__)
            return
        self._told, self._next = telling, now + SEEN_SECONDS

    def leave(self) -> None:
        """Remove the row: this process serves nothing any more."""
        try:
            with self._database.write() as unit:
                unit.session.execute(delete(ProcessRow).where(ProcessRow.id == self._id))
        except (Busy, StorageFull, SQLAlchemyError) as error:
            log.warning("process_row_left", error=type(error).__name__)
