"""Drafts: created, saved however incomplete, edited, discarded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from muniment.access.actor import Actor
from muniment.access.labels import draft_labels
from muniment.db.detached import detached
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import (
    Conflict,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    Problem,
    RevisionMismatch,
    ValidationFailed,
)
from muniment.events.event import DraftDeleted, DraftSaved, RecordChanged
from muniment.files.snapshots import FilesSnapshot
from muniment.pids.numbers import take_numbers
from muniment.records.base import WRITE, RecordOperations
from muniment.records.draft_rows import DraftRows, read_draft_rows, write_draft
from muniment.records.items import RecordItem
from muniment.records.models import Draft, Identifier, Parent, Projection, Record
from muniment.records.parts import held
from muniment.records.refusals import as_sent, loaded_problems, stored_problems
from muniment.records.schemas import DraftSchema, LoadResult
from muniment.records.snapshots import DraftSnapshot

_NO_FILES = FilesSnapshot()
_EMPTY_ACCESS = {"record": "public", "files": "public"}
#: Saves of one draft that meet are repeated; more than so many in a row do not happen by chance.
_ATTEMPTS = 5


class _PartsMovedError(Exception):
    """Somebody changed the parts of the draft or its parent since they were read."""


class DraftOperations(RecordOperations):
    """Work in progress. Saving never fails on content: what is invalid is reported beside the stored draft."""

    def create(self, actor: Actor, data: object, *, form_key: str = "") -> RecordItem:
        """Start a new record from the REST API's JSON; everything in it is optional.

        A form names itself by a `form_key`: when it is sent again, the draft that it made is answered as it is now.
        Raises `PermissionDenied` for visitors, `InvalidRequest` when `data` is no object or too large.
        """
        if not actor.is_authenticated and not actor.is_system:
            raise PermissionDenied()
        actor.require_scope(WRITE)
        made = self.made_by_form(actor, form_key)
        if made is not None:
            return made
        try:
            with self.repository.vocabularies.at_one_moment():
                return self._create(actor, data, _form_name(actor, form_key))
        except IntegrityError:
            made = self.made_by_form(actor, form_key)
            if made is None:
                raise
            return made

    def made_by_form(self, actor: Actor, form_key: str) -> RecordItem | None:
        """The draft that a form of this person has made, if there is one."""
        if not form_key:
            return None
        with self.database.read() as session:
            name = _form_name(actor, form_key)
            number = session.execute(select(Draft.id).where(Draft.form_key == name)).scalar()
        return None if number is None else self.read_draft(actor, self.numbers.format(number))

    def _create(self, actor: Actor, data: object, form_key: str | None) -> RecordItem:
        loaded = self._load(data)
        parts, part_problems = self._load_parts(data, {}, {})
        pids, pid_problems = self._identifiers(loaded, {}, {})
        problems = [*loaded.problems, *part_problems, *pid_problems, *self._policy_problems(loaded.data)]
        problems += self._plugin_problems(actor, loaded, pids, parts)
        with self.database.write() as unit:
            parent_number, number = take_numbers(unit.session, 2)
            parent = detached(
                Parent,
                id=parent_number,
                owner_subject=actor.subject,
                access_settings={},
                pids={},
                parts=held(parts["parent"]),
                versions=0,
                revision=1,
                created=unit.now,
                updated=unit.now,
            )
            draft = detached(
                Draft,
                id=number,
                parent_id=parent_number,
                version_index=1,
                form_key=form_key,
                pids=pids,
                parts=held(parts["record"]),
                revision=1,
                created=unit.now,
                updated=unit.now,
                expires=unit.now + timedelta(days=self.repository.config.records.draft_days),
            )
            told = [*problems, *self._keep_parts(unit, number, data, actor, parent)]
            _fill(draft, loaded.data, problems, data)
            unit.insert(parent, draft)
            self.pids.claim(unit.connection, pids, unit.now, record_id=number)
            unit.emit(DraftSaved(number, parent_number))
            unit.audit("draft.created", f"record:{number}", actor)
        return self.draft_item(actor, draft, parent, FilesSnapshot(), told)

    def read_draft(self, actor: Actor, number: str) -> RecordItem:
        """The draft as it is stored, with what was wrong when it was saved beside it."""
        with self.database.read() as session:
            draft, parent = self._draft(session, number, actor, "preview")
            files = self.repository.files.snapshot(session, draft_id=draft.id)
        item = self.draft_item(actor, draft, parent, files)
        return replace(item, problems=loaded_problems(draft.problems), as_sent=draft.as_sent)

    def update_draft(self, actor: Actor, number: str, data: object, revision: int | None = None) -> RecordItem:
        """Replace a draft's content. `revision`, when given, must be the present one (412 otherwise)."""
        with self.repository.vocabularies.at_one_moment():
            loaded = self._load(data)
            for _ in range(_ATTEMPTS):
                try:
                    return self._update(actor, number, data, loaded, revision)
                except _PartsMovedError:
                    continue  # what plugins made of the parts started from older ones
        raise Conflict()

    def _update(self, actor: Actor, number: str, data: object, loaded: LoadResult, revision: int | None) -> RecordItem:
        seen, files = self._seen(actor, number)
        draft, parent, published = seen.draft, seen.parent, seen.published or {}
        _match(revision, draft.revision)
        pids, pid_problems = self._identifiers(loaded, draft.pids, published, draft.id)
        parts, part_problems = self._load_parts(data, draft.parts, parent.parts)
        problems = [*loaded.problems, *part_problems, *pid_problems, *self._policy_problems(loaded.data)]
        problems += self._plugin_problems(actor, loaded, pids, parts, seen, files)
        with self.database.write() as unit:
            shared = any(part.level == "parent" and part.load is not None for part in self.parts)
            rows = read_draft_rows(unit.connection, draft.id, lock=True, lock_parent=shared)
            if rows is None:
                raise NotFound()
            row, owner = rows.draft, rows.parent
            _match(revision, row.revision)
            if row.parts != draft.parts or owner.parts != parent.parts:
                raise _PartsMovedError
            if row.revision != draft.revision:
                pids, _ = self.pids.merge(loaded.data.get("pids", {}), row.pids, published)
            told = [*problems, *self._keep_parts(unit, row.id, data, actor, owner)]
            # Custom fields of plugins that are off were neither shown nor sent; they stay.
            custom_fields = {**self.repository.fields.hidden(row.data), **loaded.data["custom_fields"]}
            _fill(row, {**loaded.data, "custom_fields": custom_fields}, problems, data)
            if row.pids != pids:
                self.pids.release(unit.connection, record_id=row.id, keep={**pids, **published})
                self.pids.claim(unit.connection, pids, unit.now, record_id=row.id)
            row.pids, row.parts = pids, held(parts["record"])
            row.revision, row.updated = row.revision + 1, unit.now
            write_draft(unit.connection, row)
            if parts["parent"] != {path: owner.parts.get(path) for path in parts["parent"]}:
                owner = unit.session.get_one(Parent, owner.id)
                owner.parts = held({**owner.parts, **parts["parent"]})
                self._parent_changed(unit, owner)
            unit.emit(DraftSaved(row.id, row.parent_id))
        return self.draft_item(actor, row, owner, files, told)

    def _identifiers(
        self, loaded: LoadResult, stored: Mapping[str, Any], published: Mapping[str, Any], draft_id: int | None = None
    ) -> tuple[dict[str, Any], list[Problem]]:
        """The identifiers that a draft has from now on, and what is wrong with those that were sent."""
        pids, problems = self.pids.merge(loaded.data.get("pids", {}), stored, published)
        if pids != stored:
            with self.database.read() as session:
                pids, taken = self.pids.without_taken(session, pids, draft_id)
            problems += taken
        return pids, problems

    def _seen(self, actor: Actor, number: str) -> tuple[DraftRows, FilesSnapshot]:
        """The draft with its parent and files as they are now; raises `NotFound` or `PermissionDenied`."""
        actor.require_scope(WRITE)
        key = self.number_of(number)
        with self.database.single() as connection:
            rows = read_draft_rows(connection, key)
            files = self.repository.files.snapshot(connection, draft_id=key) if rows is not None else FilesSnapshot()
        if rows is None:
            with self.database.read() as session:
                self._refuse_missing_draft(session, key, actor)
            raise NotFound()
        if not actor.holds_any(draft_labels("review", rows.parent.owner_subject, rows.parent.id)):
            raise PermissionDenied()
        return rows, files

    def _parent_changed(self, unit: UnitOfWork, parent: Parent) -> None:
        """Published versions show what their parent holds, so that they are rendered and indexed again."""
        parent.updated = unit.now
        numbers = list(unit.session.execute(select(Record.id).where(Record.parent_id == parent.id)).scalars())
        unit.session.execute(update(Projection).where(Projection.record_id.in_(numbers)).values(version=""))
        for number in numbers:
            self.tell(unit, RecordChanged(number, parent.id))

    def may_discard(self, actor: Actor, number: str) -> bool:
        """Whether `actor` may discard this draft: whoever may edit it, but where nothing of the work was published yet
        those only who may manage it."""
        with self.database.read() as session:
            draft = session.get(Draft, self.number_of(number))
            return draft is not None and _may_discard(actor, self._parent(session, draft.parent_id))

    def delete_draft(self, actor: Actor, number: str, revision: int | None = None) -> None:
        """Discard a draft: of an edit the published version stays as it is, of a new record everything goes. So that is
        not for whom it was only shared with, nor for those who review it."""
        with self.database.read() as session:
            draft, parent = self._draft(session, number, actor, "edit")
        if not _may_discard(actor, parent):
            raise PermissionDenied("Nothing of this work is published yet: only those who manage it can discard it.")
        _match(revision, draft.revision)
        with self.database.write() as unit:
            row = unit.session.get(Draft, draft.id, with_for_update=True)
            if row is None:
                raise NotFound()
            _match(revision, row.revision)
            record = unit.session.get(Record, draft.id)
            self.repository.files.discard(unit, draft.id)
            self.pids.release(unit.connection, record_id=draft.id, keep=record.pids if record else {})
            unit.session.delete(row)
            unit.session.flush()
            if record is not None:
                self.tell(unit, RecordChanged(record.id, record.parent_id))
            elif parent.versions == 0:
                unit.session.execute(delete(Identifier).where(Identifier.parent_id == parent.id))
                unit.session.execute(delete(Parent).where(Parent.id == parent.id))
            elif parent.latest_id is not None:
                self.tell(unit, RecordChanged(parent.latest_id, parent.id))
            unit.emit(DraftDeleted(draft.id, draft.parent_id))
            unit.audit("draft.deleted", f"record:{draft.id}", actor)

    def edit(self, actor: Actor, number: str) -> RecordItem:
        """The draft of a published record; made from it unless there is one already."""
        with self.database.read() as session:
            record, parent = self._record(session, number, actor, "edit")
            existing = session.get(Draft, record.id)
        if existing is not None:
            return self.draft_item(actor, existing, parent, self._draft_files(existing))
        with self.database.write() as unit:
            row = self._edit_in(unit, record.id, actor)
        return self.draft_item(actor, row, parent, self._draft_files(row))

    def _edit_in(self, unit: UnitOfWork, number: int, actor: Actor) -> Draft:
        """The draft of a published record, made unless there is one; raises `NotFound` for a deleted record."""
        current = unit.session.get(Record, number, with_for_update=True)
        if current is None or current.deletion_status != "P":
            raise NotFound()
        row = unit.session.get(Draft, number)
        if row is None:
            row = Draft(
                id=current.id,
                parent_id=current.parent_id,
                version_index=current.version_index,
                based_on=current.revision,
                access_record=current.access_record,
                access_files=current.access_files,
                data=current.data,
                problems=[],
                pids=current.pids,
                parts=current.parts,
                revision=current.revision + 1,
                created=current.created,
                updated=unit.now,
            )
            unit.session.add(row)
            unit.session.flush()
            self.repository.files.copy_record_to_draft(unit, current.id, row.id)
            unit.emit(DraftSaved(row.id, row.parent_id))
            self.tell(unit, RecordChanged(row.id, row.parent_id))
            unit.audit("draft.edited", f"record:{row.id}", actor)
        return row

    # Shared with publishing -------------------------------------------------------------------------------------

    def snapshot(self, draft: Draft, parent: Parent, files: Any) -> DraftSnapshot:
        """The frozen copy of a draft that checks are given."""
        return DraftSnapshot(
            record_id=draft.id,
            number=self.numbers.format(draft.id),
            parent_id=parent.id,
            version_index=draft.version_index,
            revision=draft.revision,
            published=draft.based_on is not None,
            data=draft.data,
            pids=draft.pids,
            parts={**parent.parts, **draft.parts},
            files=files,
            owner=parent.owner_subject,
            parent_pids=parent.pids,
        )

    def _plugin_problems(
        self,
        actor: Actor,
        loaded: LoadResult,
        pids: Mapping[str, Any],
        parts: Mapping[str, Mapping[str, Any]],
        seen: DraftRows | None = None,
        files: FilesSnapshot = _NO_FILES,
    ) -> list[Problem]:
        """What plugins say about a draft as it is about to be stored; `seen` is what is stored now, if anything."""
        if not self.repository.hooks.implementers("check_draft"):
            return []
        draft = seen.draft if seen is not None else None
        snapshot = DraftSnapshot(
            record_id=draft.id if draft is not None else 0,
            number=self.numbers.format(draft.id) if draft is not None else "",
            parent_id=draft.parent_id if draft is not None else 0,
            version_index=draft.version_index if draft is not None else 1,
            revision=draft.revision if draft is not None else 0,
            published=draft is not None and draft.based_on is not None,
            data=_stored_data(loaded.data),
            pids=pids,
            parts=held({**(seen.parent.parts if seen is not None else {}), **parts["parent"], **parts["record"]}),
            files=files,
            owner=seen.parent.owner_subject if seen is not None else actor.subject,
            parent_pids=seen.parent.pids if seen is not None else {},
        )
        problems: list[Problem] = self.repository.hooks.check_draft(draft=snapshot, actor=actor, stage="save")
        return problems

    def _draft_files(self, draft: Draft) -> Any:
        with self.database.read() as session:
            return self.repository.files.snapshot(session, draft_id=draft.id)

    def _load(self, data: object) -> LoadResult:
        if not isinstance(data, dict):
            raise InvalidRequest("The body must be a JSON object.")
        self.check_size(data)
        return DraftSchema().load(
            data,
            resolve=self.repository.vocabularies.resolve,
            identifiers=self.repository.identifiers,
            fields=self.repository.fields,
        )

    def _load_parts(
        self, data: object, of_record: Mapping[str, Any], of_parent: Mapping[str, Any]
    ) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
        """What plugin parts make of the sent JSON, by level, given what is stored with the draft and its parent.

        Parts of plugins that are off stay as they are stored.
        """
        stored = {"record": of_record, "parent": of_parent}
        levels: dict[str, dict[str, Any]] = {"record": dict(of_record), "parent": {}}
        problems: list[Problem] = []
        for part in self.parts:
            if part.load is None:
                continue
            sent = _at(data if part.level == "record" else _at(data, "parent"), part.path)
            value, found = part.load(sent, stored[part.level].get(part.path))
            problems.extend(found)
            levels[part.level][part.path] = value
        return levels, problems

    def _keep_parts(self, unit: UnitOfWork, number: int, data: object, actor: Actor, parent: Parent) -> list[Problem]:
        """Have plugins keep what was sent for parts that they hold in tables of their own.

        What is wrong with it is told to `actor` alone and not stored with the draft, which others read.
        """
        audiences = self.draft_rights(actor, parent).audiences
        problems: list[Problem] = []
        for part in self.parts:
            if part.keep is None or part.shown_to not in audiences:
                continue
            sent = _at(data if part.level == "record" else _at(data, "parent"), part.path)
            if sent is not None:
                problems.extend(part.keep(unit, number, sent, actor))
        return problems

    def _policy_problems(self, data: Mapping[str, Any]) -> list[Problem]:
        """What the repository's settings do not allow; it can be saved but not published."""
        policy = self.repository.config.records
        problems = []
        if data.get("access", {}).get("record") == "restricted" and not policy.restricted:
            problems.append(Problem("access.record", "This repository does not take restricted records."))
        if not data.get("files", {}).get("enabled", True) and not policy.metadata_only:
            problems.append(Problem("files.enabled", "This repository does not take records without files."))
        return problems

    def drafts_past_their_time(self) -> list[str]:
        """The ids of drafts that were never published and were not touched for longer than drafts are kept."""
        limit = self.repository.now() - timedelta(days=self.repository.config.records.draft_days)
        with self.database.read() as session:
            statement = select(Draft.id).where(Draft.based_on.is_(None), Draft.updated < limit)
            return [self.numbers.format(number) for number in session.execute(statement).scalars()]


def _form_name(actor: Actor, form_key: str) -> str | None:
    return f"{actor.subject}:{form_key}" if form_key else None


def _fill(draft: Draft, data: Mapping[str, Any], problems: list[Problem], sent: object) -> None:
    draft.data = _stored_data(data)
    access = draft.data["access"]
    draft.access_record, draft.access_files = access["record"], access["files"]
    draft.problems = stored_problems(problems)
    draft.as_sent = as_sent(sent, problems)


def _stored_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a draft, of what the schema loaded."""
    return {
        "metadata": data.get("metadata", {}),
        "custom_fields": data.get("custom_fields", {}),
        "access": {**_EMPTY_ACCESS, **data.get("access", {})},
        "files": data.get("files", {"enabled": True}),
        **({"media_files": data["media_files"]} if "media_files" in data else {}),
    }


def _may_discard(actor: Actor, parent: Parent) -> bool:
    action = "edit" if parent.versions else "manage"
    return actor.holds_any(draft_labels(action, parent.owner_subject, parent.id))


def _match(wanted: int | None, present: int) -> None:
    if wanted is not None and wanted != present:
        raise RevisionMismatch(f"Revision id provided({wanted}) doesn't match record's one({present})")


def _at(data: object, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(data, Mapping) or name not in data:
            return None
        data = data[name]
    return data


def refuse(problems: list[Problem]) -> None:
    """Raise `ValidationFailed` when a problem is an error; warnings pass."""
    if any(problem.severity == "error" for problem in problems):
        raise ValidationFailed(errors=[problem for problem in problems if problem.severity == "error"])
