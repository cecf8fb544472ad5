"""Reading the audit trail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from muniment.audit.models import AuditEntry

if TYPE_CHECKING:
    from muniment.repository import Repository

#: Thirteen months, as the privacy notice says.
KEEP = timedelta(days=396)


class AuditService:
    """The trail of who did what. Rows are written by units of work, together with what they tell about."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def entries(self, resource: str | None = None, limit: int = 100) -> list[AuditEntry]:
        """The newest entries, of one resource (``record:12``) when it is given."""
        statement = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
        if resource is not None:
            statement = statement.where(AuditEntry.resource == resource)
        with self.repository.database.read() as session:
            return list(session.execute(statement).scalars())
