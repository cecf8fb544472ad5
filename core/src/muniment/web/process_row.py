"""The row that tells which generation this web process serves, and the oldest one it has requests of.

Purging a plugin waits until no process serves a generation with it.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from muniment.errors import Busy, StorageFull
from muniment.plugins.models import ProcessRow

if TYPE_CHECKING:
    from muniment.db.engine import Database

log = structlog.get_logger(__name__)

#: How often the row is renewed when nothing changed; one that is much older belongs to a process that is gone.
SEEN_SECONDS: Final = 10.0


class WebProcessRow:
    """Keeps the row of one web process; a database that is away for a while is no reason to stop serving.

    `software` are the stamps of the plugins that the process has in memory.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._id = uuid.uuid4().hex
        self._started = database.now()
        self.software: dict[str, str] = {}
        self._told: tuple[int, int] | None = None
        self._next = 0.0

    def tell(self, serving: int, oldest: int) -> None:
        """Write the row if it changed or is due."""
        now = time.monotonic()
        if self._told == (serving, oldest) and now < self._next:
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
                        software=self.software,
                        started=self._started,
                        seen=unit.now,
                    )
                )
        except (Busy, StorageFull, SQLAlchemyError) as error:
            log.warning("process_row_not_written", error=type(error).__name__)
            return
        self._told, self._next = (serving, oldest), now + SEEN_SECONDS

    def leave(self) -> None:
        """Remove the row: this process serves nothing any more."""
        try:
            with self._database.write() as unit:
                unit.session.execute(delete(ProcessRow).where(ProcessRow.id == self._id))
        except (Busy, StorageFull, SQLAlchemyError) as error:
            log.warning("process_row_left", error=type(error).__name__)
