"""What happened in a community: read by its managers, kept for five months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select

from muniment.api import Actor, Repository, UnitOfWork
from muniment_communities.models import LogRow

KEPT: Final = timedelta(days=152)


@dataclass(frozen=True)
class LogLine:
    """Something that was done. `subject` did it; None for the system and for those who have left."""

    number: int
    at: datetime
    subject: int | None
    action: str
    details: dict[str, Any]


def note(unit: UnitOfWork, actor: Actor, community: str, action: str, **details: Any) -> None:
    """Write what is done, with the transaction: into the log of the community and into the audit trail of the site."""
    row = LogRow(community=community, at=unit.now, subject=actor.subject, action=action, details=details)
    unit.session.add(row)
    unit.audit(f"community.{action}", f"community:{community}", actor, **details)


def read(repository: Repository, community: str, *, before: int | None = None, size: int = 50) -> list[LogLine]:
    """The newest lines, or those before one."""
    statement = select(LogRow).where(LogRow.community == community).order_by(LogRow.number.desc()).limit(size)
    if before is not None:
        statement = statement.where(LogRow.number < before)
    with repository.database.read() as session:
        return [
            LogLine(row.number, row.at, row.subject, row.action, row.details)
            for row in session.execute(statement).scalars()
        ]


def sweep(unit: UnitOfWork) -> int:
    """Remove what is older than it is kept; returns how many lines."""
    done = unit.session.execute(delete(LogRow).where(LogRow.at < unit.now - KEPT))
    return int(getattr(done, "rowcount", 0))
