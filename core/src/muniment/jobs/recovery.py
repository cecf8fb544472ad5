"""Gives back what a worker held when it was killed, so that nobody waits for its claims to run out."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from muniment.events.models import Delivery
from muniment.jobs.models import JobRow
from muniment.plugins.models import ProcessRow

if TYPE_CHECKING:
    from muniment.repository import Repository

#: A worker tells every ten seconds that it lives; one that was silent for so long does not.
SILENCE = timedelta(minutes=2)
WORKER_ID = "worker-id"


def release_dead_workers(repository: Repository) -> int:
    """Release the deliveries and jobs of workers that are gone, and forget them; returns how many workers that were."""
    now = repository.now()
    with repository.database.read() as session:
        rows = session.execute(select(ProcessRow).where(ProcessRow.kind == "worker")).scalars()
        gone = [row.id for row in rows if row.seen < now - SILENCE or _ended_here(row)]
    if not gone:
        return 0
    with repository.database.write() as unit:
        unit.session.execute(
            update(Delivery)
            .where(Delivery.claimed_by.in_(gone), Delivery.state.in_(("pending", "failed")))
            .values(claimed_by=None, claimed_until=None)
        )
        unit.session.execute(update(JobRow).where(JobRow.locked_by.in_(gone)).values(locked_by=None, locked_until=None))
        unit.session.execute(delete(ProcessRow).where(ProcessRow.id.in_(gone)))
    return len(gone)


def _ended_here(row: ProcessRow) -> bool:
    """Whether the worker ran on this machine and its process is no more."""
    if row.host != socket.gethostname():
        return False
    try:
        os.kill(row.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
