"""Deleting records, which leaves a tombstone for ever, and bringing them back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from muniment.access.actor import Actor
from muniment.access.labels import record_labels
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import InvalidRequest, PermissionDenied, Problem, RevisionMismatch, ValidationFailed
from muniment.events.event import DraftDeleted, RecordChanged, RecordDeleted, RecordRestored
from muniment.records import rendering
from muniment.records.base import ACT
from muniment.records.citation import citation_text
from muniment.records.items import RecordItem
from muniment.records.models import Draft, Parent, Projection, Record, RecordExport
from muniment.records.versions import VersionOperations

_MAX_NOTE = 5000


class DeletionOperations(VersionOperations):
    """The end of a record, and its return."""

    def delete(
        self,
        actor: Actor,
        number: str,
        tombstone: Mapping[str, Any] | None = None,
        revision: int | None = None,
        *,
        within: Callable[[UnitOfWork], None] | None = None,
        asked_by: int | None = None,
    ) -> None:
        """Replace a record by its tombstone: reason, note, citation, who and when. Files stay stored.

        Moderators may always; owners while `records.owner_delete_days` have not passed since publishing. Raises
        `ValidationFailed` for an unknown reason. What else is to become durable with it is written by `within`, in the
        same transaction. `asked_by` is the subject who asked for it and hears of the decision anyway, so that nobody
        tells them twice.
        """
        actor.require_scope(ACT)
        with self.database.read() as session:
            record, parent = self._record(session, number, actor, "view")
            self._refuse_deletion(record, parent, actor)
            files = self.repository.files.snapshot(session, record_id=record.id)
        if revision is not None and revision != record.revision:
            raise RevisionMismatch(f"Revision id provided({revision}) doesn't match record's one({record.revision})")
        source = self.record_source(record, parent, files)
        left = self._tombstone(tombstone or {}, actor, rendering.render(source, self.stored_rights(record)))
        with self.database.write() as unit:
            row = unit.session.get(Record, record.id, with_for_update=True)
            owner = unit.session.get(Parent, parent.id, with_for_update=True)
            assert row is not None
            assert owner is not None
            if row.deletion_status != "P":
                self._raise_gone(row)
            self._keep_revision(unit.session, row, actor, unit.now)
            row.deletion_status, row.tombstone = "D", left
            row.revision, row.updated = row.revision + 1, unit.now
            draft = unit.session.get(Draft, row.id)
            if draft is not None:
                self.repository.files.discard(unit, draft.id)
                unit.session.delete(draft)
                unit.emit(DraftDeleted(row.id, row.parent_id))
            unit.session.execute(delete(RecordExport).where(RecordExport.record_id == row.id))
            self._choose_latest(unit, owner)
            self.tell(unit, RecordDeleted(row.id, row.parent_id, actor.subject, asked_by))
            unit.audit("record.deleted", f"record:{row.id}", actor, reason=left["removal_reason"]["id"])
            if within is not None:
                within(unit)
        self.repository.search.wait_for(unit.last_event_id)

    def may_delete(self, actor: Actor, number: str) -> bool:
        """Whether `actor` may delete this published record now."""
        with self.database.read() as session:
            record = session.get(Record, self.number_of(number))
            if record is None or record.deletion_status != "P":
                return False
            return self._deletes(record, self._parent(session, record.parent_id), actor)

    def restore(self, actor: Actor, number: str) -> RecordItem:
        """Bring a deleted record back as it was; for moderators."""
        actor.require_scope(ACT)
        with self.database.write() as unit:
            row, parent = self._record(unit.session, number, actor, "moderate", deleted=True)
            if row.deletion_status == "P":
                raise InvalidRequest("Record in unexpected deletion status.")
            self._keep_revision(unit.session, row, actor, unit.now)
            row.deletion_status, row.tombstone = "P", None
            row.revision, row.updated = row.revision + 1, unit.now
            unit.session.flush()
            self._choose_latest(unit, parent)
            self.tell(unit, RecordRestored(row.id, row.parent_id, subject_id=actor.subject))
            unit.audit("record.restored", f"record:{row.id}", actor)
            self._forget_renderings(unit.session, row.id)
        self.repository.search.wait_for(unit.last_event_id)
        with self.database.read() as session:
            body = self.bodies(session, [(row, parent)], actor)
        return self.record_item(row, body[row.id])

    def _refuse_deletion(self, record: Record, parent: Parent, actor: Actor) -> None:
        if not self._deletes(record, parent, actor):
            raise PermissionDenied()

    def _deletes(self, record: Record, parent: Parent, actor: Actor) -> bool:
        labels = record_labels("moderate", parent.owner_subject, record.access_record, record.access_files, parent.id)
        if actor.holds_any(labels):
            return True
        days = self.repository.config.records.owner_delete_days
        recent = record.created + timedelta(days=days) > self.repository.now()
        return bool(parent.owner_subject is not None and actor.subject == parent.owner_subject and days and recent)

    def _tombstone(self, sent: Mapping[str, Any], actor: Actor, body: Mapping[str, Any]) -> dict[str, Any]:
        reason = sent.get("removal_reason") or {"id": "retracted"}
        problems: list[Problem] = []
        reason_id = reason.get("id") if isinstance(reason, Mapping) else None
        if not isinstance(reason_id, str) or not self._known_reason(reason_id):
            problems.append(Problem("removal_reason.id", f"Invalid value {reason_id}."))
        texts = {}
        for key in ("note", "citation_text"):
            value = sent.get(key) or ""
            if not isinstance(value, str) or len(value) > _MAX_NOTE or any(ord(char) < 32 for char in value):
                problems.append(Problem(key, f"Must be a text of at most {_MAX_NOTE} characters on one line."))
            else:
                texts[key] = value
        visible = sent.get("is_visible", True)
        if not isinstance(visible, bool):
            problems.append(Problem("is_visible", "Must be true or false."))
        if problems:
            raise ValidationFailed(errors=problems)
        return {
            "removal_reason": {"id": reason_id},
            "note": texts["note"],
            "removed_by": {"user": str(actor.subject) if actor.subject is not None else "system"},
            "removal_date": rendering.timestamp(self.repository.now()),
            "citation_text": texts["citation_text"] or citation_text(body),
            "is_visible": visible,
        }

    def _known_reason(self, reason: str) -> bool:
        pair = ("removalreasons", reason)
        return pair in self.repository.vocabularies.resolve([pair])

    def _choose_latest(self, unit: UnitOfWork, parent: Parent) -> None:
        """The newest version that is not deleted is the latest; with none left, the newest of all stays it."""
        rows = list(
            unit.session.execute(
                select(Record).where(Record.parent_id == parent.id).order_by(Record.version_index.desc())
            ).scalars()
        )
        alive = [row for row in rows if row.deletion_status == "P"]
        latest = (alive or rows)[0]
        if parent.latest_id == latest.id:
            return
        changed = [row for row in rows if row.id in (parent.latest_id, latest.id)]
        parent.latest_id, parent.updated = latest.id, unit.now
        for row in changed:
            self._forget_renderings(unit.session, row.id)
            self.tell(unit, RecordChanged(row.id, parent.id))

    def _forget_renderings(self, session: Session, record_id: int) -> None:
        projection = session.get(Projection, record_id)
        if projection is not None:
            projection.version = ""
