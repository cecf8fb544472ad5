"""Versions: starting a new one, listing them, importing files from the one before."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from muniment.access.actor import Actor
from muniment.access.labels import draft_labels, record_labels
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import InvalidRequest, NotFound, PermissionDenied
from muniment.events.event import DraftSaved, RecordChanged
from muniment.files.rows import LATE
from muniment.pids.numbers import take_numbers
from muniment.records.items import OpenDrafts, RecordItem
from muniment.records.models import Draft, Parent, Record
from muniment.records.parts import RecordPart, held
from muniment.records.publishing import PublishOperations
from muniment.records.requests import SearchPage


class VersionOperations(PublishOperations):
    """All versions of one record."""

    def new_version(self, actor: Actor, number: str) -> RecordItem:
        """A draft of the next version, made from the latest one unless there is such a draft already.

        Metadata is copied without `version`; the publication date becomes today in the site's time zone;
        identifiers stay with the old version and files are imported only when asked for.
        """
        with self.database.read() as session:
            record, parent = self._record(session, number, actor, "edit")
        with self.database.write() as unit:
            owner = unit.session.get(Parent, parent.id, with_for_update=True)
            assert owner is not None
            existing = (
                unit.session.execute(select(Draft).where(Draft.parent_id == owner.id, Draft.based_on.is_(None)))
                .scalars()
                .first()
            )
            if existing is not None:
                draft = existing
            else:
                latest = unit.session.get(Record, owner.latest_id) if owner.latest_id else None
                draft = self._next_draft(unit, owner, latest or record)
                unit.session.add(draft)
                unit.emit(DraftSaved(draft.id, owner.id))
                self.tell(unit, RecordChanged(latest.id if latest else record.id, owner.id))
                unit.audit("record.new_version", f"record:{record.id}", actor, draft=draft.id)
        return self.draft_item(actor, draft, owner, self._draft_files(draft))

    def _next_draft(self, unit: Any, parent: Parent, latest: Record) -> Draft:
        metadata = {key: value for key, value in latest.data.get("metadata", {}).items() if key != "version"}
        today = unit.now.astimezone(self.repository.config.site.zone).date()
        metadata["publication_date"] = today.isoformat()
        files = {**latest.data.get("files", {}), "order": []}
        files.pop("default_preview", None)
        return Draft(
            id=take_numbers(unit.session)[0],
            parent_id=parent.id,
            version_index=parent.versions + 1,
            access_record=latest.access_record,
            access_files=latest.access_files,
            data={**latest.data, "metadata": metadata, "files": files},
            problems=[],
            pids={},
            parts=self._parts_for_new_version(latest.parts),
            revision=1,
            created=unit.now,
            updated=unit.now,
            expires=unit.now + timedelta(days=self.repository.config.records.draft_days),
        )

    def _parts_for_new_version(self, stored: Any) -> dict[str, Any]:
        """Parts are copied along; an enabled plugin may decide otherwise for its own."""
        deciding: dict[str, RecordPart] = {part.path: part for part in self.parts if part.on_new_version is not None}
        copied = {}
        for path, value in stored.items():
            part = deciding.get(path)
            copied[path] = part.on_new_version(value) if part is not None and part.on_new_version else value
        return held(copied)

    def import_files(self, actor: Actor, number: str) -> Any:
        """Take the files of the previous version into a draft that has none; returns the draft's files."""
        with self.database.write() as unit:
            draft, parent = self._draft(unit.session, number, actor)
            previous = self._version_before(unit, draft, parent)
            if previous.deletion_status != "P":
                raise InvalidRequest("The previous version was deleted; its files cannot be imported.")
            if self.repository.files.snapshot(unit.session, draft_id=draft.id).count:
                raise InvalidRequest("Please remove all files first.")
            self.repository.files.copy_from_previous(unit, previous.id, draft.id)
            draft.data = {**draft.data, "files": {**draft.data.get("files", {}), "enabled": True}}
            draft.revision, draft.updated = draft.revision + 1, unit.now
            unit.emit(DraftSaved(draft.id, draft.parent_id))
            return self.repository.files.snapshot(unit.session, draft_id=draft.id)

    def has_files_of_previous(self, actor: Actor, number: str) -> bool:
        """Whether a draft of a further version has the very files of the newest one: their names and their bytes."""
        with self.database.read() as session:
            draft, parent = self._draft(session, number, actor)
            if parent.latest_id is None or draft.based_on is not None:
                return False
            files = self.repository.files
            own, previous = (
                {(entry.key, entry.size, entry.checksum) for entry in snapshot.entries}
                for snapshot in (
                    files.snapshot(session, draft_id=draft.id),
                    files.snapshot(session, record_id=parent.latest_id),
                )
            )
        return bool(own) and own == previous

    def _version_before(self, unit: UnitOfWork, draft: Draft, parent: Parent) -> Record:
        """The version whose files a draft may take: of an edit with open files the one before its own."""
        nothing = InvalidRequest("There is no previous version to import files from.")
        if draft.based_on is None:
            previous = unit.session.get(Record, parent.latest_id) if parent.latest_id is not None else None
        elif draft.files_open_until is None:
            raise nothing
        elif draft.files_open_until <= unit.now:
            raise PermissionDenied(LATE)
        else:
            earlier = Record.parent_id == parent.id, Record.version_index < draft.version_index
            newest_first = select(Record).where(*earlier).order_by(Record.version_index.desc())
            previous = unit.session.execute(newest_first.limit(1)).scalars().first()
        if previous is None:
            raise nothing
        return previous

    def open_drafts(self, actor: Actor, number: str) -> OpenDrafts:
        """The drafts of a record that somebody may edit who asks; raises `PermissionDenied` for others."""
        with self.database.read() as session:
            record, parent = self._record(session, number, actor, "edit")
            rows = session.execute(
                select(Draft.id, Draft.based_on).where(Draft.parent_id == parent.id).order_by(Draft.id)
            ).all()
        next_version = [self.numbers.format(row.id) for row in rows if row.based_on is None]
        return OpenDrafts(any(row.id == record.id for row in rows), next_version[0] if next_version else "")

    def latest(self, actor: Actor, number: str) -> str:
        """The id of the newest version of the record, or of the parent, with this id."""
        with self.database.read() as session:
            key = self.number_of(number)
            record = session.get(Record, key)
            if record is not None:
                self._record(session, number, actor, deleted=True)
            parent = session.get(Parent, record.parent_id if record is not None else key)
            if parent is None or parent.latest_id is None:
                raise NotFound()
            return self.numbers.format(parent.latest_id)

    def versions(self, actor: Actor, number: str, page: int = 1, size: int = 25) -> SearchPage:
        """The published versions that `actor` may see, newest first.

        Raises `PermissionDenied` when there are versions and none for them, and `NotFound` for a draft of others.
        """
        with self.database.read() as session:
            key = self.number_of(number)
            parent = self._parent_of(session, key)
            if parent is None:
                raise NotFound()
            seen = [Record.parent_id == parent.id, Record.deletion_status == "P", _visible_to(actor, parent)]
            total = session.execute(select(func.count()).select_from(Record).where(*seen)).scalar_one()
            if total == 0:
                self._refuse_unseen(session, parent, actor)
            order = select(Record).where(*seen).order_by(Record.version_index.desc())
            shown = list(session.execute(order.limit(size).offset((page - 1) * size)).scalars())
            bodies = self.bodies(session, [(row, parent) for row in shown], actor)
        hits = [self.record_item(row, bodies[row.id]) for row in shown]
        return SearchPage(hits=hits, total=total, aggregations=None, sort_by="version", page=page, size=size)

    def _refuse_unseen(self, session: Any, parent: Parent, actor: Actor) -> None:
        """An empty list would say that there is something: of a restricted record, or of a draft."""
        states = set(session.execute(select(Record.deletion_status).where(Record.parent_id == parent.id)).scalars())
        if "P" in states:
            raise PermissionDenied()
        if not states and not actor.holds_any(draft_labels("preview", parent.owner_subject, parent.id)):
            raise NotFound()

    def _parent_of(self, session: Any, number: int) -> Parent | None:
        record = session.get(Record, number) or session.get(Draft, number)
        found: Parent | None = session.get(Parent, record.parent_id if record is not None else number)
        return found


def _visible_to(actor: Actor, parent: Parent) -> ColumnElement[bool]:
    """Which versions of a parent the actor may see: labels depend on nothing else of them but their visibility."""
    allowed = [
        and_(Record.access_record == record, Record.access_files == files)
        for record, files in product(("public", "restricted"), repeat=2)
        if actor.holds_any(record_labels("view", parent.owner_subject, record, files, parent.id))
    ]
    return or_(false(), *allowed)
