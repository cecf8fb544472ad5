"""What was sent and what was not, for operators."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from muniment.api import Repository, UnitOfWork
from muniment_notifications.models import NotificationRow, Sent

OUTCOMES: Final = ("sent", "failed", "bounced")
#: The figures are those of so long.
COUNTED: Final = timedelta(days=7)
LISTED: Final = 50


def keep(unit: UnitOfWork, subject: int, channel: str, outcome: str, number: int = 0, detail: str = "") -> None:
    """Remember a try to send something to a person."""
    row = Sent(at=unit.now, subject=subject, channel=channel, outcome=outcome, number=number, detail=detail[:200])
    unit.session.add(row)


class SentLog:
    """The tries of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    def newest(self, outcome: str = "") -> list[Sent]:
        """The newest tries, of one outcome or of all."""
        statement = select(Sent).order_by(Sent.id.desc()).limit(LISTED)
        if outcome:
            statement = statement.where(Sent.outcome == outcome)
        with self.database.read() as session:
            return list(session.execute(statement).scalars())

    def counts(self) -> dict[str, int]:
        """How many tries of the last seven days ended how."""
        since = self.repository.now() - COUNTED
        statement = select(Sent.outcome, func.count()).where(Sent.at >= since).group_by(Sent.outcome)
        with self.database.read() as session:
            found = {str(row[0]): int(row[1]) for row in session.execute(statement)}
        return {outcome: found.get(outcome, 0) for outcome in OUTCOMES}

    def waiting(self) -> int:
        """How many notifications wait to be sent."""
        waits = NotificationRow.mail != ""
        with self.database.read() as session:
            return int(session.execute(select(func.count()).select_from(NotificationRow).where(waits)).scalar_one())
