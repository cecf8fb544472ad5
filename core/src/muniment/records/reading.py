"""Reading published records, and what other services need to know of records and drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from muniment.access.actor import Actor
from muniment.access.labels import draft_labels, record_labels
from muniment.db.inserting import insert_for
from muniment.errors import NotFound, PermissionDenied
from muniment.records import rendering
from muniment.records.base import WRITE, WRITING, is_blind
from muniment.records.deletion import DeletionOperations
from muniment.records.draft_rows import read_handle
from muniment.records.file_modification import files_of_edition
from muniment.records.items import RecordItem
from muniment.records.models import Draft, Identifier, Parent, Projection, Record, RecordRevision
from muniment.records.rendering import Rendered
from muniment.records.snapshots import OwnIdentifier, RecordHandle

#: Built once: the statement is the hottest of all, and building it costs more than running it.
_PUBLIC = (
    select(Record.id, Record.parent_id, Record.revision, Projection.etag, Projection.body)
    .join(Projection, Projection.record_id == Record.id)
    .where(
        Record.id == bindparam("number"),
        Record.deletion_status == "P",
        Record.access_record == "public",
        Projection.version == bindparam("rendering"),
    )
)


class ReadOperations(DeletionOperations):
    """What is read often is written once: a public record is one indexed read of stored bytes."""

    def read(self, actor: Actor, number: str, *, include_deleted: bool = False) -> RecordItem:
        """A published record as `actor` may see it.

        Raises `NotFound`, `PermissionDenied`, `Gone` with the tombstone, or `ParentRedirect` when the id is a parent's.
        """
        if actor.is_anybody and not include_deleted:
            found = self._read_public(number)
            if found is not None:
                return found
        with self.database.read() as session:
            deleted = include_deleted and actor.can("moderation")
            record, parent = self._record(session, number, actor, deleted=deleted, redirect=True)
            body = self.bodies(session, [(record, parent)], actor)
        return self.record_item(record, body[record.id])

    def _read_public(self, number: str) -> RecordItem | None:
        """The stored bytes of a public record in one statement; None when anything needs a closer look."""
        values = {"number": self.number_of(number), "rendering": self.projection_version}
        with self.database.single() as connection:
            row = connection.execute(_PUBLIC, values).first()
        if row is None:
            return None
        return RecordItem(
            id=self.numbers.format(row.id),
            parent_id=self.numbers.format(row.parent_id),
            revision=row.revision,
            etag=f"{row.revision}-{row.etag[:10]}",
            body=rendering.splice(row.body, self.repository.config.site.url),
        )

    def remember_renderings(self, rendered: Sequence[Rendered]) -> None:
        """Store renderings that were found stale while reading; outside a unit of work only.

        What has changed since it was read is left alone: its rendering came with the change. Parents and records are
        locked in the order in which publishing locks them, so that none changes before the rendering is stored; several
        processes may find the same renderings stale, and the first one stores them.
        """
        if self.database.current is not None or self.repository.read_only:
            return
        version = self.projection_version
        numbers = [item.record_id for item in rendered]
        with self.database.write() as unit:
            parents = select(Record.parent_id).where(Record.id.in_(numbers))
            unit.session.execute(
                select(Parent.id).where(Parent.id.in_(parents)).order_by(Parent.id).with_for_update(read=True)
            )
            present = unit.session.execute(
                select(Record.id, Record.revision, Parent.updated)
                .join(Parent, Parent.id == Record.parent_id)
                .where(Record.id.in_(numbers))
                .order_by(Record.id)
                .with_for_update(read=True, of=Record)
            )
            states = {number: (revision, updated) for number, revision, updated in present}
            rows = [
                {"record_id": item.record_id, "version": version, "etag": rendering.tag(item.body), "body": item.body}
                for item in sorted(rendered, key=lambda item: item.record_id)
                if states.get(item.record_id) == (item.revision, item.parent_updated)
            ]
            if rows:
                insert = insert_for(unit.session)(Projection)
                newer = {name: insert.excluded[name] for name in ("version", "etag", "body")}
                unit.session.execute(
                    insert.on_conflict_do_update(
                        index_elements=[Projection.record_id],
                        set_=newer,
                        where=Projection.version != insert.excluded.version,
                    ),
                    rows,
                )

    def find_entries(self, path: str, text: str, chosen: str = "") -> list[Mapping[str, Any]]:
        """What plugins find for a list of a draft, such as ``metadata.funding``, by what was typed or chosen.

        Entries are as the record's JSON has them.
        """
        found: list[Mapping[str, Any]] = self.repository.hooks.find_entries(path=path, text=text, chosen=chosen)
        return found

    def record_for(self, actor: Actor, number: str, action: str = "read") -> RecordHandle:
        """The published record, when `actor` may do `action` (``read``, ``read_files``, ``manage``) with it."""
        with self.database.read() as session:
            record, parent = self._record(session, number, actor, "view" if action == "read" else action)
            rights = self.rights(actor, parent.owner_subject, record.access_record, record.access_files, parent.id)
            return self._handle(record, "record", True, rights.blind)

    def draft_for(
        self, actor: Actor, number: str, action: str = "update", connection: Connection | None = None
    ) -> RecordHandle:
        """The draft, when `actor` may do `action` (``read``, ``read_files``, ``update``, ``manage``) with it; read on
        `connection` where the caller has one open."""
        names = {"read": "preview", "read_files": "preview", "update": "review"}
        name = names.get(action, action)
        if name in WRITING:
            actor.require_scope(WRITE)
        key = self.number_of(number)
        with self.database.single() if connection is None else nullcontext(connection) as reader:
            row = read_handle(reader, key)
        if row is None:
            with self.database.read() as session:
                self._refuse_missing_draft(session, key, actor)
            raise NotFound()
        labels = draft_labels(name, row.owner_subject, row.parent_id)
        if not actor.holds_any(labels):
            raise PermissionDenied()
        return self._handle(row, "draft", row.based_on is not None, is_blind(actor, labels, row.parent_id))

    def _handle(self, row: Record | Row[Any], kind: str, published: bool, blind: bool) -> RecordHandle:
        files = row.data.get("files", {})
        open_until = None if isinstance(row, Record) else row.files_open_until
        return RecordHandle(
            id=row.id,
            number=self.numbers.format(row.id),
            parent_id=row.parent_id,
            kind=kind,
            access_record=row.access_record,
            access_files=row.access_files,
            files_enabled=bool(files.get("enabled", True)),
            published=published,
            is_deleted=isinstance(row, Record) and row.deletion_status != "P",
            revision=row.revision,
            default_preview=files.get("default_preview"),
            order=tuple(files.get("order") or ()),
            media_files_enabled=bool(row.data.get("media_files")),
            blind=blind,
            files_open_until=open_until,
        )

    def find_identifier(self, scheme: str, value: str) -> str:
        """The id of the record that an identifier belongs to; for a concept identifier the latest version's."""
        with self.database.read() as session:
            row = self.pids.find(session, scheme, value)
            if row is None:
                raise NotFound()
            if row.record_id is not None and session.get(Record, row.record_id) is not None:
                return self.numbers.format(row.record_id)
            parent = session.get(Parent, row.parent_id) if row.parent_id is not None else None
            if parent is None or parent.latest_id is None:
                raise NotFound("The persistent identifier is not registered.")
            return self.numbers.format(parent.latest_id)

    def public_id(self, number: int) -> str:
        """The id that the public sees of a record's or parent's number."""
        return self.numbers.format(number)

    def identifiers_of(self, provider: str) -> list[OwnIdentifier]:
        """The identifiers of published versions and their parents that `provider` gave."""
        with self.database.read() as session:
            versions = session.execute(
                select(Identifier.scheme, Identifier.value, Record.id, Record.parent_id)
                .join(Record, Record.id == Identifier.record_id)
                .where(Identifier.provider == provider)
            )
            found = [
                OwnIdentifier(scheme, value, "record", number, parent) for scheme, value, number, parent in versions
            ]
            parents = session.execute(
                select(Identifier.scheme, Identifier.value, Parent.latest_id, Parent.id)
                .join(Parent, Parent.id == Identifier.parent_id)
                .where(Identifier.provider == provider)
            )
            found += [
                OwnIdentifier(scheme, value, "parent", number, parent)
                for scheme, value, number, parent in parents
                if number is not None
            ]
        return found

    def may(self, actor: Actor, number: str, action: str) -> bool:
        """Whether `actor` may do `action` (``edit``, ``manage``, ``moderate``) with the record or draft."""
        with self.database.read() as session:
            key = self.number_of(number)
            record = session.get(Record, key)
            if record is not None:
                parent = self._parent(session, record.parent_id)
                return actor.holds_any(
                    record_labels(action, parent.owner_subject, record.access_record, record.access_files, parent.id)
                )
            draft = session.get(Draft, key)
            if draft is None:
                return False
            owner = self._parent(session, draft.parent_id).owner_subject
            return actor.holds_any(draft_labels(action, owner, draft.parent_id))

    def revisions(self, actor: Actor, number: str) -> list[dict[str, Any]]:
        """All editions of a record, newest first; for administrators."""
        if not actor.is_administrator:
            raise PermissionDenied()
        with self.database.read() as session:
            record, parent = self._record(session, number, actor, deleted=True)
            body = self.bodies(session, [(record, parent)], actor)[record.id]
            kept = session.execute(
                select(RecordRevision)
                .where(RecordRevision.record_id == record.id)
                .order_by(RecordRevision.revision.desc())
            ).scalars()
            found = [self.record_item(record, body).data]
            for row in kept:
                found.append(self._revision_body(row, found[0]) | files_of_edition(row.document, found[-1]))
        return found

    def revision(self, actor: Actor, number: str, revision: int) -> dict[str, Any]:
        """One edition of a record; for administrators."""
        for found in self.revisions(actor, number):
            if found["revision_id"] == revision:
                return found
        raise NotFound(f"The record has no revision {revision}.")

    def _revision_body(self, row: RecordRevision, present: Mapping[str, Any]) -> dict[str, Any]:
        document = self._expand(row.document["data"])
        status, tombstone = row.document.get("deletion_status", "P"), row.document.get("tombstone")
        return {
            **{name: value for name, value in present.items() if name != "tombstone"},
            **({"tombstone": tombstone} if tombstone else {}),
            "deletion_status": {"is_deleted": status != "P", "status": status},
            "revision_id": row.revision,
            "updated": row.document["updated"],
            "metadata": document.get("metadata", {}),
            "custom_fields": document.get("custom_fields", {}),
            "pids": self.pids.visible(row.document["pids"]),
            "access": {
                **present["access"],
                **row.document["access"],
                "status": rendering.access_status(*_access_of(row)),
            },
        }


def _access_of(row: RecordRevision) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Who could see that edition, and its settings for files."""
    return row.document["access"], row.document["data"].get("files", {})
