"""Reading the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, select

from muniment.access.actor import ANONYMOUS, Actor
from muniment.audit.models import AuditEntry
from muniment.audit.refusals import Refusals
from muniment.errors import PermissionDenied
from muniment.users.roles import ADMINISTRATION

if TYPE_CHECKING:
    from collections.abc import Hashable

    from muniment.repository import Repository

#: Thirteen months, as the privacy notice says.
KEEP: Final = timedelta(days=396)
#: Entries that a download reads at once.
BATCH: Final = 1000


@dataclass(frozen=True)
class AuditQuery:
    """What is looked for; what is empty does not limit.

    `subject` is the number of who acted. `action` and `resource` name one (``record.published``, ``record:12``), or
    with a point or colon at the end all that begin so (``record.``, ``record:``). `since` counts, `until` does not.
    """

    subject: int | None = None
    action: str = ""
    resource: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True)
class AuditPage:
    """Entries, the newest first. `before` is where the next older ones begin; None at the end."""

    entries: list[AuditEntry]
    before: int | None


class AuditService:
    """The trail of who did what. Rows are written by units of work, together with what they tell about."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._refusals = Refusals(repository)

    def refused(
        self,
        action: str,
        resource: str,
        actor: Actor = ANONYMOUS,
        *,
        reason: str,
        key: Hashable = None,
        **details: Any,
    ) -> None:
        """Write down, in a transaction of its own, that somebody was refused: call it outside a unit of work.

        `resource` ends in ``:none`` (``user:none``) for what is not known. The same refusal (`action`, `reason` and
        `key`, by default the resource) is one entry a minute, and each action has sixty at most; the log has a line
        for each. Nothing that was sent belongs into `details`. Raises nothing, and does nothing in read-only mode.
        """
        self._refusals.note(action, resource, actor, reason, resource if key is None else key, details)

    def entries(self, resource: str | None = None, limit: int = 100) -> list[AuditEntry]:
        """The newest entries, of one resource (``record:12``) when it is given."""
        return self._read(AuditQuery(resource=resource or ""), limit)

    def search(self, actor: Actor, query: AuditQuery, size: int = 50) -> AuditPage:
        """One page of what is looked for; pages are found by number, so that none costs more than the first.

        Raises `PermissionDenied` unless `actor` may administrate the site.
        """
        _require_administrator(actor)
        found = self._read(query, size + 1)
        return AuditPage(found[:size], found[size - 1].id if len(found) > size else None)

    def export(self, actor: Actor, query: AuditQuery) -> Iterator[AuditEntry]:
        """Everything that is looked for, the newest first, read a part at a time; that it was asked for is an entry
        itself. Raises `PermissionDenied` at once."""
        _require_administrator(actor)
        with self.repository.database.write() as unit:
            unit.audit("audit.exported", "audit", actor)
        return self._read_all(query)

    def _read_all(self, query: AuditQuery) -> Iterator[AuditEntry]:
        while found := self._read(query, BATCH):
            yield from found
            query = replace(query, before=found[-1].id)

    def _read(self, query: AuditQuery, limit: int) -> list[AuditEntry]:
        conditions = _conditions(query, binary=self.repository.database.is_sqlite)
        statement = select(AuditEntry).where(*conditions).order_by(AuditEntry.id.desc()).limit(limit)
        with self.repository.database.read() as session:
            return list(session.execute(statement).scalars())


def _require_administrator(actor: Actor) -> None:
    if not actor.can(ADMINISTRATION):
        raise PermissionDenied()


def _conditions(query: AuditQuery, *, binary: bool) -> Iterator[ColumnElement[bool]]:
    """`binary` says that texts are compared byte by byte, so that a beginning is a range of an index."""
    if query.subject is not None:
        yield AuditEntry.subject_id == query.subject
    for column, wanted, separator in (
        (AuditEntry.action, query.action, "."),
        (AuditEntry.resource, query.resource, ":"),
    ):
        if wanted.endswith(separator):
            if binary:
                yield column.between(wanted, wanted + chr(0x10FFFF))
            else:
                yield column.startswith(wanted, autoescape=True)
        elif wanted:
            yield column == wanted
    if query.since is not None:
        yield AuditEntry.at >= query.since
    if query.until is not None:
        yield AuditEntry.at < query.until
    if query.before is not None:
        yield AuditEntry.id < query.before
