"""Publishing: everything is checked and rendered on a frozen snapshot first, then one short transaction writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from muniment.access.actor import Actor
from muniment.access.labels import draft_labels
from muniment.db.detached import detached
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import Conflict, InvalidRequest, NotFound, PermissionDenied, Problem, RevisionMismatch
from muniment.events.event import DraftDeleted, DraftSaved, RecordChanged, RecordPublished
from muniment.files.snapshots import FilesSnapshot
from muniment.pids.provider import IdentifierProvider, IdentifierRequest
from muniment.records import rendering
from muniment.records.base import ACT, LookedUp
from muniment.records.drafts import refuse
from muniment.records.duplicating import DuplicationOperations
from muniment.records.file_modification import changed_files, kept_files
from muniment.records.items import RecordItem
from muniment.records.models import Draft, Parent, Projection, Record, RecordRevision
from muniment.records.publication import Publication
from muniment.records.publishing_rows import (
    PublishingRows,
    change_parent,
    change_projection,
    delete_draft_row,
    lock_publishing,
    lock_record,
    read_publishing_rows,
)
from muniment.records.refusals import loaded_problems
from muniment.records.schemas import check_publishable

_CHANGED = "The record changed while it was being published; load it again and repeat."
_ATTEMPTS = 5


class _MovedError(Exception):
    """What is shown of the draft's parent, or the version before it, changed since it was read."""


@dataclass(frozen=True)
class Plan:
    """What a publish will write, computed before the transaction from one revision of the draft.

    `row` is the record as it will be, `owner` its parent as it will be, `looked_up` what `body` shows of them.
    """

    draft: Draft
    parent: Parent
    record: Record | None
    files: FilesSnapshot
    row: Record
    owner: Parent
    looked_up: LookedUp
    body: bytes
    version: str
    previous: Superseded | None


@dataclass(frozen=True)
class Superseded:
    """The version that ceases to be the latest, as it was seen, and what is shown of it from then on."""

    id: int
    revision: int
    body: bytes


class PublishOperations(DuplicationOperations):
    """Making a draft public, and reserving the identifiers it will have."""

    def publish(
        self,
        actor: Actor,
        number: str,
        revision: int | None = None,
        *,
        within: Callable[[UnitOfWork], None] | None = None,
        wait: bool = True,
    ) -> RecordItem:
        """Publish a draft as a new version, or as a new edition of its published version.

        Raises `ValidationFailed` with every problem that any check found, `Conflict` when the draft changed while
        it was being published, `RevisionMismatch` when `revision` is not the present one, and `InvalidRequest` when a
        plugin has something else happen to it (`publication`). Answers once the record
        can be found, or when waiting for the index takes too long; imports do not `wait`. What else is to become
        durable with the record is written by `within`, in the same transaction.
        """
        actor.require_scope(ACT)
        for _ in range(_ATTEMPTS):
            try:
                plan, last_event_id = self._publish(actor, number, revision, within)
                break
            except _MovedError:
                continue
        else:
            raise Conflict(_CHANGED)
        # While the index is written. What `within` did is in the database alone.
        body = self._written_body(plan, actor) if within is None else self._stored_body(plan.row, actor)
        if wait:
            self.repository.search.wait_for(last_event_id)
        return self.record_item(plan.row, body)

    def _publish(
        self, actor: Actor, number: str, revision: int | None, within: Callable[[UnitOfWork], None] | None
    ) -> tuple[Plan, int]:
        """Publish what is there now; the number of the last event is for whoever waits for the index."""
        rows, files = self._to_publish(actor, number)
        draft, parent = rows.draft, rows.parent
        latest, latest_files = self._latest(parent, draft)
        if revision is not None and revision != draft.revision:
            raise RevisionMismatch(f"Revision id provided({revision}) doesn't match record's one({draft.revision})")
        if (instead := self.publication(actor, number)) is not None:
            raise InvalidRequest(instead.refusal)
        with self.repository.vocabularies.at_one_moment():
            refuse(self._publish_problems(draft, parent, files, actor))
            plan = self._plan(draft, parent, rows.record, files, latest, latest_files)
        with self.database.write() as unit:
            self._write(unit, plan, actor)
            if within is not None:
                within(unit)
        return plan, unit.last_event_id

    def _to_publish(self, actor: Actor, number: str) -> tuple[PublishingRows, FilesSnapshot]:
        """What is there now; raises `NotFound` or `PermissionDenied`."""
        key = self.number_of(number)
        with self.database.single() as connection:
            rows = read_publishing_rows(connection, key)
            files = self.repository.files.snapshot(connection, draft_id=key) if rows is not None else FilesSnapshot()
        if rows is None:
            with self.database.read() as session:
                self._refuse_missing_draft(session, key, actor)
            raise NotFound()
        if not actor.holds_any(draft_labels("publish", rows.parent.owner_subject, rows.parent.id)):
            raise PermissionDenied()
        return rows, files

    def _written_body(self, plan: Plan, actor: Actor) -> bytes:
        """What `actor` may see of what was just written, without asking for it again."""
        row, owner = plan.row, plan.owner
        rights = self.rights(actor, owner.owner_subject, row.access_record, row.access_files, owner.id)
        stored = self.stored_rights(row)
        if not self.shows_more(rights) and rights.read_files == stored.read_files:
            return plan.body
        looked_up = LookedUp(plan.looked_up.documents, self.dump_parts([(row, owner)], rights.audiences))
        return rendering.encode(rendering.render(self.record_source(row, owner, plan.files, looked_up), rights))

    def _stored_body(self, record: Record, actor: Actor) -> bytes:
        with self.database.read() as session:
            return self.bodies(session, [(record, self._parent(session, record.parent_id))], actor)[record.id]

    def publication(self, actor: Actor, number: str) -> Publication | None:
        """What happens to the draft in place of being published at once; None as a rule."""
        found: Publication | None = self.repository.hooks.publication(number=number, actor=actor)
        return found

    def what_is_missing(self, actor: Actor, number: str) -> tuple[Problem, ...]:
        """Everything that publishing the stored draft would object to now, warnings too; nothing is changed."""
        with self.database.read() as session:
            draft, parent = self._draft(session, number, actor, "preview")
            files = self.repository.files.snapshot(session, draft_id=draft.id)
        return tuple(self._publish_problems(draft, parent, files, actor))

    def what_is_needed(self) -> tuple[Problem, ...]:
        """What publishing would object to in an empty draft."""
        problems = check_publishable(
            {},
            resolve=self.repository.vocabularies.resolve,
            identifiers=self.repository.identifiers,
            fields=self.repository.fields,
        )
        return (*problems, *self.repository.files.problems(FilesSnapshot(), {}))

    def _latest(self, parent: Parent, draft: Draft) -> tuple[Record | None, FilesSnapshot]:
        """The version that ceases to be the latest when `draft` is published, with its files."""
        if parent.latest_id is None or parent.latest_id == draft.id:
            return None, FilesSnapshot()
        with self.database.read() as session:
            latest = session.get(Record, parent.latest_id)
            if latest is None or latest.version_index >= draft.version_index:
                return None, FilesSnapshot()
            return latest, self.repository.files.snapshot(session, record_id=latest.id)

    def _publish_problems(self, draft: Draft, parent: Parent, files: FilesSnapshot, actor: Actor) -> list[Problem]:
        snapshot = self.snapshot(draft, parent, files)
        problems = list(
            check_publishable(
                draft.data,
                resolve=self.repository.vocabularies.resolve,
                identifiers=self.repository.identifiers,
                fields=self.repository.fields,
            )
        )
        problems += self.repository.files.problems(files, draft.data)
        problems += self._late_files(draft, files)
        problems += self._policy_problems(draft.data)
        for scheme, value in draft.pids.items():
            provider = self.pids.provider(scheme, value.get("provider"))
            request = self._identifier_request("record", draft, parent)
            message = provider.check(value["identifier"], request) if provider is not None else None
            if message:
                problems.append(Problem(f"pids.{scheme}", message))
        problems += _refused_identifiers(draft)
        for part in self.parts:
            if part.check is not None:
                problems += part.check(snapshot, actor)
        return [*problems, *self.repository.hooks.check_draft(draft=snapshot, actor=actor, stage="publish")]

    def _plan(
        self,
        draft: Draft,
        parent: Parent,
        record: Record | None,
        files: FilesSnapshot,
        latest: Record | None,
        latest_files: FilesSnapshot,
    ) -> Plan:
        moment = self.repository.now()
        pids = dict(draft.pids)
        for provider in self.pids.wanted(pids):
            pids[provider.scheme] = self.pids.proposal(provider, self._identifier_request("record", draft, parent))
        parent_pids = self._concept_identifiers(pids, draft, parent)
        row = self._row(draft, record, pids, moment)
        becomes_latest = latest is not None or parent.latest_id in (None, draft.id)
        owner = _copy(parent, pids=parent_pids, latest_id=draft.id if becomes_latest else parent.latest_id)
        version = self.projection_version
        looked_up = self.look_up([(row, owner)])
        source = self.record_source(row, owner, files, looked_up)
        body = rendering.encode(rendering.render(source, self.stored_rights(row)))
        previous = None
        if latest is not None:
            source = self.record_source(latest, owner, latest_files)
            shown = rendering.encode(rendering.render(source, self.stored_rights(latest)))
            previous = Superseded(latest.id, latest.revision, shown)
        return Plan(draft, parent, record, files, row, owner, looked_up, body, version, previous)

    def _row(self, draft: Draft, record: Record | None, pids: Mapping[str, Any], moment: datetime) -> Record:
        return detached(
            Record,
            id=draft.id,
            parent_id=draft.parent_id,
            version_index=draft.version_index,
            access_record=draft.access_record,
            access_files=draft.access_files,
            data=draft.data,
            pids=dict(pids),
            parts=draft.parts,
            deletion_status="P",
            revision=max(draft.revision, record.revision if record is not None else 0) + 1,
            created=record.created if record is not None else moment,
            updated=moment,
        )

    def _write(self, unit: UnitOfWork, plan: Plan, actor: Actor) -> None:
        draft, row = plan.draft, plan.row
        present = lock_publishing(unit.connection, draft.id)
        if present is None:
            raise Conflict("This draft was published or discarded by somebody else meanwhile.")
        if present.revision != draft.revision:
            raise Conflict(_CHANGED)
        if (present.latest_id, present.updated) != (plan.parent.latest_id, plan.parent.updated):
            raise _MovedError
        if plan.previous is not None and lock_record(unit.connection, plan.previous.id) != plan.previous.revision:
            raise _MovedError
        etag = rendering.tag(plan.body)
        stored = detached(Projection, record_id=row.id, version=plan.version, etag=etag, body=plan.body)
        if plan.record is None:
            unit.insert(row, stored)
        else:
            self._replace(unit, plan, actor)
            change_projection(unit, stored)
        moves = present.latest_id is None or plan.previous is not None
        change_parent(
            unit.connection,
            plan.owner,
            latest_id=row.id if moves else present.latest_id,
            versions=max(present.versions, draft.version_index) if plan.record is None else present.versions,
            updated=row.updated,
        )
        self.pids.settle(unit.connection, unit.now, row.id, row.pids, plan.owner.id, plan.owner.pids)
        files = self.repository.files.publish(unit, draft.id, row.id, draft.data)
        if _contents(files) != _contents(plan.files):
            raise Conflict("The files changed while the record was being published; repeat the request.")
        delete_draft_row(unit.connection, draft.id)
        self._announce(unit, plan, actor)

    def _replace(self, unit: UnitOfWork, plan: Plan, actor: Actor) -> None:
        """Put an edit in the place of the record that was seen, and keep what that was."""
        row = plan.row
        record = unit.session.get(Record, row.id, with_for_update=True)
        if record is None or plan.record is None or record.revision != plan.record.revision:
            raise Conflict(_CHANGED)
        self._keep_revision(unit.session, record, actor, unit.now, self._files_replaced(unit, plan, actor))
        for name in ("access_record", "access_files", "data", "pids", "parts", "revision", "updated"):
            setattr(record, name, getattr(row, name))
        unit.flush()

    def _files_replaced(self, unit: UnitOfWork, plan: Plan, actor: Actor) -> FilesSnapshot | None:
        """The files that an edit with open files takes the place of; None when they stay as they are."""
        if plan.draft.files_open_until is None:
            return None
        before = self.repository.files.snapshot(unit.connection, record_id=plan.row.id)
        changed = changed_files(before, plan.files)
        if not changed:
            return None
        unit.audit("record.files_changed", f"record:{plan.row.id}", actor, revision=plan.row.revision, **changed.counts)
        return before

    def _announce(self, unit: UnitOfWork, plan: Plan, actor: Actor) -> None:
        draft = plan.draft
        if plan.previous is not None:
            number, body = plan.previous.id, plan.previous.body
            stored = Projection(record_id=number, version=plan.version, etag=rendering.tag(body), body=body)
            change_projection(unit, stored, missing=False)
            self.tell(unit, RecordChanged(number, draft.parent_id))
        unit.emit(DraftDeleted(draft.id, draft.parent_id))
        self.tell(unit, RecordPublished(draft.id, draft.parent_id, first=plan.record is None, subject_id=actor.subject))
        unit.audit("record.published", f"record:{draft.id}", actor, first=plan.record is None)

    def _keep_revision(
        self, session: Session, record: Record, actor: Actor, now: datetime, files: FilesSnapshot | None = None
    ) -> None:
        """Keep what an edit, a deletion or a restoration replaces; `files` when they are replaced too."""
        session.add(
            RecordRevision(
                record_id=record.id,
                revision=record.revision,
                document={
                    "data": record.data,
                    "pids": record.pids,
                    "parts": record.parts,
                    "access": {"record": record.access_record, "files": record.access_files},
                    "updated": rendering.timestamp(record.updated),
                    **_deletion(record),
                    **({"kept_files": kept_files(files)} if files is not None else {}),
                },
                subject_id=actor.subject,
                created=now,
            )
        )

    # Identifiers ------------------------------------------------------------------------------------------------

    def reserve_identifier(self, actor: Actor, number: str, scheme: str) -> RecordItem:
        """Reserve an identifier of `scheme` for a draft, so that it can be written into the files before publishing.

        Raises `InvalidRequest` when no provider is enabled or the draft has one already.
        """
        provider = self.pids.for_scheme(scheme)
        with self.database.write() as unit:
            draft, parent = self._draft(unit.session, number, actor)
            if draft.pids.get(scheme, {}).get("identifier"):
                raise InvalidRequest(f"A PID already exists for type {scheme}")
            request = self._identifier_request("record", draft, parent)
            draft.pids = {**draft.pids, scheme: self.pids.proposal(provider, request)}
            parent_pids = self._concept_identifiers(draft.pids, draft, parent)
            if parent_pids != parent.pids:
                parent.pids = parent_pids
                self.pids.claim(unit.connection, parent_pids, unit.now, parent_id=parent.id)
            self.pids.claim(unit.connection, {scheme: draft.pids[scheme]}, unit.now, record_id=draft.id)
            draft.revision, draft.updated = draft.revision + 1, unit.now
            unit.emit(DraftSaved(draft.id, draft.parent_id))
            unit.audit("identifier.reserved", f"record:{draft.id}", actor, scheme=scheme)
        return self.draft_item(actor, draft, parent, self._draft_files(draft))

    def release_identifier(self, actor: Actor, number: str, scheme: str) -> RecordItem:
        """Give back an identifier that was reserved for a draft and never published."""
        with self.database.write() as unit:
            draft, parent = self._draft(unit.session, number, actor)
            record = unit.session.get(Record, draft.id)
            held = draft.pids.get(scheme)
            if held is None or scheme not in self.pids.visible(draft.pids):
                raise InvalidRequest(f"No PID found for type {scheme}")
            if record is not None and record.pids.get(scheme) == held:
                raise InvalidRequest("The identifier of a published record cannot be released.")
            draft.pids = {name: value for name, value in draft.pids.items() if name != scheme}
            self.pids.release(unit.connection, record_id=draft.id, keep=draft.pids)
            if parent.versions == 0 and scheme in parent.pids:
                parent.pids = {name: value for name, value in parent.pids.items() if name != scheme}
                self.pids.release_parent(unit.connection, parent_id=parent.id)
            draft.revision, draft.updated = draft.revision + 1, unit.now
            unit.emit(DraftSaved(draft.id, draft.parent_id))
            unit.audit("identifier.released", f"record:{draft.id}", actor, scheme=scheme)
        return self.draft_item(actor, draft, parent, self._draft_files(draft))

    def _identifier_request(self, level: str, draft: Draft, parent: Parent) -> IdentifierRequest:
        number = self.numbers.format(draft.id if level == "record" else parent.id)
        return IdentifierRequest(level, number, self.numbers.format(draft.id), dict(draft.data))

    def _concept_identifiers(self, pids: Mapping[str, Any], draft: Draft, parent: Parent) -> dict[str, Any]:
        """The parent's identifiers once a version has `pids`: providers that ask for a concept identifier get one."""
        found = dict(parent.pids)
        for scheme, value in pids.items():
            provider: IdentifierProvider | None = self.pids.provider(scheme, value.get("provider"))
            if provider is not None and provider.parent_follows and scheme not in found:
                found[scheme] = self.pids.proposal(provider, self._identifier_request("parent", draft, parent))
        return found


def _deletion(record: Record) -> dict[str, Any]:
    """That a revision was a deleted one, and the tombstone that it had."""
    if record.deletion_status == "P":
        return {}
    return {"deletion_status": record.deletion_status, "tombstone": record.tombstone}


def _refused_identifiers(draft: Draft) -> list[Problem]:
    """Identifiers that were sent with the last save and could not be taken, while the draft has no other of their
    scheme: publishing would give it a new one in place of the one that was meant."""
    return [
        problem
        for problem in loaded_problems(draft.problems)
        if problem.severity == "error"
        and (parts := problem.field.split("."))[0] == "pids"
        and not (parts[1:] and parts[1] in draft.pids)
    ]


def _contents(files: FilesSnapshot) -> list[set[tuple[str, object]]]:
    return [{(entry.key, entry.object_id) for entry in entries} for entries in (files.entries, files.media)]


def _copy(parent: Parent, *, pids: Mapping[str, Any], latest_id: int | None) -> Parent:
    """A detached parent as it will be after the publish; never added to a session."""
    return detached(
        Parent,
        id=parent.id,
        owner_subject=parent.owner_subject,
        latest_id=latest_id,
        versions=parent.versions,
        access_settings=parent.access_settings,
        pids=dict(pids),
        parts=parent.parts,
        revision=parent.revision,
        created=parent.created,
        updated=parent.updated,
    )
