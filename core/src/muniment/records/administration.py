"""What operators need of records: editions with who made them, everybody's drafts, rendering one anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from muniment.access.actor import Actor
from muniment.errors import NotFound, PermissionDenied
from muniment.events.event import DraftSaved, RecordChanged
from muniment.records.models import Draft, Parent, Projection, Record, RecordRevision
from muniment.records.ownership import OwnershipOperations
from muniment.users.roles import ADMINISTRATION, MODERATION

#: What a draft may be: of a record that was never published, of changes to a published one, of a new version.
DRAFT_KINDS: Final = ("new", "edit", "version")


@dataclass(frozen=True)
class Edition:
    """One edition of a published record: its JSON, when it was published and, where that is known, by whom."""

    revision: int
    published: str
    subject: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class DraftSummary:
    """A draft as operators list it. `kind` is one of `DRAFT_KINDS`; `problems` counts what keeps it from publishing."""

    id: str
    title: str
    kind: str
    owner: int | None
    problems: int
    created: datetime
    updated: datetime
    expires: datetime | None


@dataclass(frozen=True)
class DraftPage:
    """One page of drafts, and how many there are."""

    drafts: list[DraftSummary]
    total: int


class AdministrationOperations(OwnershipOperations):
    """For the control panel and the command line."""

    def editions(self, actor: Actor, number: str) -> list[Edition]:
        """All editions of a record, the newest first; for administrators. Deleted records have theirs too."""
        found = self.revisions(actor, number)
        with self.database.read() as session:
            replaced = session.execute(
                select(RecordRevision.revision, RecordRevision.subject_id)
                .where(RecordRevision.record_id == self.number_of(number))
                .order_by(RecordRevision.revision.desc())
            ).all()
        # Who replaced an edition made the one after it; who made the first one is in the audit trail only.
        makers = [*(row.subject_id for row in replaced), None]
        return [
            Edition(data["revision_id"], data["updated"], maker, data)
            for data, maker in zip(found, makers, strict=True)
        ]

    def all_drafts(
        self,
        actor: Actor,
        *,
        owner: int | None = None,
        kind: str = "",
        oldest: bool = False,
        page: int = 1,
        size: int = 25,
    ) -> DraftPage:
        """Everybody's drafts, those that were touched last (or longest ago) first. Raises `PermissionDenied` unless
        `actor` may moderate."""
        if not actor.can(MODERATION):
            raise PermissionDenied()
        statement = select(Draft, Parent.owner_subject, Parent.versions).join(Parent, Parent.id == Draft.parent_id)
        if owner is not None:
            statement = statement.where(Parent.owner_subject == owner)
        if kind in DRAFT_KINDS:
            edits = Draft.based_on.is_not(None)
            statement = statement.where(edits if kind == "edit" else ~edits)
            if kind != "edit":
                statement = statement.where(Parent.versions > 0 if kind == "version" else Parent.versions == 0)
        order = (Draft.updated, Draft.id) if oldest else (Draft.updated.desc(), Draft.id.desc())
        with self.database.read() as session:
            total = session.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
            rows = session.execute(statement.order_by(*order).offset((page - 1) * size).limit(size)).all()
        return DraftPage([self._summary(*row) for row in rows], total)

    def _summary(self, draft: Draft, owner: int | None, versions: int) -> DraftSummary:
        metadata = draft.data.get("metadata")
        return DraftSummary(
            id=self.numbers.format(draft.id),
            title=str((metadata or {}).get("title") or ""),
            kind="edit" if draft.based_on is not None else "version" if versions else "new",
            owner=owner,
            problems=len(draft.problems),
            created=draft.created,
            updated=draft.updated,
            expires=draft.expires,
        )

    def refresh(self, actor: Actor, number: str) -> None:
        """Render and index a record or draft anew, in case one of the two is not what it should be.

        Raises `PermissionDenied` unless `actor` may administrate the site, and `NotFound`.
        """
        if not actor.can(ADMINISTRATION):
            raise PermissionDenied()
        key = self.number_of(number)
        with self.database.write() as unit:
            record, draft = unit.session.get(Record, key), unit.session.get(Draft, key)
            if record is not None:
                projection = unit.session.get(Projection, key)
                if projection is not None:
                    projection.version = ""
                self.tell(unit, RecordChanged(key, record.parent_id))
            elif draft is not None:
                unit.emit(DraftSaved(key, draft.parent_id))
            else:
                raise NotFound()
            unit.audit("record.refreshed", f"record:{key}", actor)
        self.repository.search.wait_for(unit.last_event_id)
