"""What all operations on records share: finding rows, checking labels, rendering."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from muniment.access.actor import Actor
from muniment.access.labels import blind_label, draft_labels, record_labels, seeing
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import (
    Gone,
    InvalidRequest,
    NotFound,
    ParentRedirect,
    PermissionDenied,
    Problem,
    group_by_field,
)
from muniment.events.event import RecordEvent
from muniment.files.snapshots import FilesSnapshot
from muniment.pids.numbers import NumberFormat
from muniment.pids.service import IdentifierService
from muniment.records import rendering
from muniment.records.items import RecordItem
from muniment.records.links import AddedLinks
from muniment.records.models import Draft, Parent, Projection, Record
from muniment.records.parts import Audience, PartSubject, RecordPart
from muniment.records.rendering import Rendered, Rights, ShownPart, Source
from muniment.records.schemas import expand_many, expand_vocabularies
from muniment.vocabularies.models import VocabularyState

if TYPE_CHECKING:
    from muniment.repository import Repository

#: What a token needs to change drafts, and what it needs to publish and delete.
WRITE, ACT = "deposit:write", "deposit:actions"
WRITING = frozenset({"review", "edit", "manage"})
#: The hooks through which a plugin has a say in the public JSON of a record.
SHAPING: Final = (
    "register_metadata_fields",
    "register_record_parts",
    "register_vocabularies",
    "register_identifier_providers",
)
_EVERYBODY: Final[frozenset[Audience]] = frozenset({"everybody"})


@dataclass(frozen=True)
class LookedUp:
    """By the numbers of rows: their documents with vocabulary terms, and what parts of plugins show."""

    documents: Mapping[int, dict[str, Any]]
    parts: Mapping[int, tuple[ShownPart, ...]]


class RecordOperations:
    """Base of the operations of `RecordService`."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database
        self.numbers = NumberFormat(repository.config.records.ids)
        self.pids = IdentifierService(repository.hooks)
        self._version: tuple[float, str] | None = None
        self.parts: tuple[RecordPart, ...] = tuple(repository.hooks.register_record_parts())
        self.added_links = AddedLinks(repository.hooks.register_json_links())

    # Telling --------------------------------------------------------------------------------------------------

    def tell(self, unit: UnitOfWork, event: RecordEvent) -> None:
        """Emit an event about a record, and have plugins write what is to become durable together with the change."""
        unit.emit(event)
        if self._is_followed:
            unit.before_commit(self._let_follow)

    @cached_property
    def _is_followed(self) -> bool:
        return bool(self.repository.hooks.implementers("records_written"))

    def _let_follow(self, unit: UnitOfWork) -> None:
        events = [event for event in unit.events if isinstance(event, RecordEvent) and event.key.startswith("record:")]
        if events:
            self.repository.hooks.records_written(unit=unit, events=events)

    # Finding --------------------------------------------------------------------------------------------------

    def number_of(self, text: str) -> int:
        """The number that a public id shows; raises `NotFound`."""
        number = self.numbers.parse(str(text))
        if number is None:
            raise NotFound()
        return number

    def _parent(self, session: Session, parent_id: int) -> Parent:
        parent = session.get(Parent, parent_id)
        assert parent is not None, "every record and draft has a parent"
        return parent

    def _draft(self, session: Session, text: str, actor: Actor, action: str = "review") -> tuple[Draft, Parent]:
        """The draft with its parent; raises `NotFound` or `PermissionDenied`."""
        if action in WRITING:
            actor.require_scope(WRITE)
        number = self.number_of(text)
        draft = session.get(Draft, number)
        if draft is None:
            self._refuse_missing_draft(session, number, actor)
            raise NotFound()
        parent = self._parent(session, draft.parent_id)
        if not actor.holds_any(draft_labels(action, parent.owner_subject, parent.id)):
            raise PermissionDenied()
        return draft, parent

    def _refuse_missing_draft(self, session: Session, number: int, actor: Actor) -> None:
        """Somebody else's record has drafts only for those who may edit it: 403 rather than 404."""
        record = session.get(Record, number)
        if record is not None:
            parent = self._parent(session, record.parent_id)
            if not actor.holds_any(draft_labels("review", parent.owner_subject, parent.id)):
                raise PermissionDenied()

    def _record(
        self,
        session: Session,
        text: str,
        actor: Actor,
        action: str = "view",
        *,
        deleted: bool = False,
        redirect: bool = False,
    ) -> tuple[Record, Parent]:
        """The published record with its parent.

        Raises `Gone` for a deleted record (unless `deleted`), `NotFound`, `PermissionDenied`, and with `redirect`
        `ParentRedirect` for a parent's id.
        """
        if action in WRITING:
            actor.require_scope(WRITE)
        number = self.number_of(text)
        record = session.get(Record, number)
        if record is None:
            if redirect:
                self._redirect_parent(session, number)
            raise NotFound("The persistent identifier is not registered.") if session.get(Draft, number) else NotFound()
        parent = self._parent(session, record.parent_id)
        if record.deletion_status != "P" and not deleted:
            view = record_labels("view", parent.owner_subject, record.access_record, record.access_files, parent.id)
            self._raise_gone(record, told=actor.holds_any(seeing(view, parent.id)))
        labels = record_labels(action, parent.owner_subject, record.access_record, record.access_files, parent.id)
        if not actor.holds_any(labels):
            raise PermissionDenied()
        return record, parent

    def _redirect_parent(self, session: Session, number: int) -> None:
        parent = session.get(Parent, number)
        if parent is not None and parent.latest_id is not None:
            raise ParentRedirect(self.numbers.format(parent.latest_id))

    def _raise_gone(self, record: Record, *, told: bool = True) -> None:
        """Raises `NotFound` for a hidden tombstone, else `Gone`; what it says of the record only to whom that is
        `told`."""
        tombstone = dict(record.tombstone or {})
        if not tombstone.get("is_visible", True):
            raise NotFound("Record not found")
        if not told:
            tombstone |= {"citation_text": "", "note": ""}
        raise Gone(tombstone, record_id=self.numbers.format(record.id))

    # Rendering ------------------------------------------------------------------------------------------------

    @cached_property
    def _rendering_inputs(self) -> str:
        """Everything outside a row that its rendering depends on, but for the vocabularies: the plugins that take part
        in it, and the links of all. Others, such as one for harvesters, are switched without any rendering becoming
        stale."""
        taking_part = {name for hook in SHAPING for name in self.repository.hooks.implementers(hook)}
        plugins = []
        for plugin in self.repository.generation.plugins:
            if plugin.name in taking_part:
                # What comes with the core has its version, and that of renderings is told by RENDERING.
                version = "" if plugin.installed.manifest.builtin else plugin.installed.version
                plugins.append(f"{plugin.name} {version} {sorted(vars(plugin.settings).items())!r}")
        links = repr(self.added_links.declared)
        return "\n".join((rendering.RENDERING, links, *plugins))

    @property
    def projection_version(self) -> str:
        """Changes when stored renderings are stale: another core, plugin, setting or vocabulary.

        The vocabularies are looked at once a second, so that reading a record costs no statement for them.
        """
        moment = time.monotonic()
        if self._version is None or moment >= self._version[0]:
            text = f"{self._rendering_inputs}\n{self._vocabulary_states()}"
            self._version = moment + 1.0, hashlib.sha256(text.encode()).hexdigest()[:32]
        return self._version[1]

    def _vocabulary_states(self) -> str:
        """The generations of all vocabularies."""
        with self.database.read() as session:
            rows = session.execute(select(VocabularyState.name, VocabularyState.generation)).all()
        return repr(sorted((row.name, row.generation) for row in rows))

    def _expand(self, document: Mapping[str, Any]) -> dict[str, Any]:
        return expand_vocabularies(
            document, resolve=self.repository.vocabularies.resolve, fields=self.repository.fields
        )

    def look_up(
        self, rows: Sequence[tuple[Record | Draft, Parent]], audiences: Collection[Audience] = _EVERYBODY
    ) -> LookedUp:
        """What the renderings of `rows` (all records or all drafts) need besides their files, asked for at once, for
        readers of whom each is of some of these audiences."""
        documents = expand_many(
            [row.data for row, _ in rows], resolve=self.repository.vocabularies.resolve, fields=self.repository.fields
        )
        numbers = [row.id for row, _ in rows]
        return LookedUp(dict(zip(numbers, documents, strict=True)), self.dump_parts(rows, audiences))

    def record_source(
        self, record: Record, parent: Parent, files: FilesSnapshot, looked_up: LookedUp | None = None
    ) -> Source:
        """What the rendering of a published record needs."""
        looked_up = looked_up or self.look_up([(record, parent)])
        return Source(
            number=self.numbers.format(record.id),
            parent_number=self.numbers.format(parent.id),
            is_draft=False,
            published=True,
            status="published",
            version_index=record.version_index,
            is_latest=parent.latest_id == record.id,
            revision=record.revision,
            created=record.created,
            updated=record.updated,
            document=looked_up.documents[record.id],
            pids=self.pids.visible(record.pids),
            parent_pids=self.pids.visible(parent.pids),
            owner=parent.owner_subject,
            access_settings=parent.access_settings,
            files=files,
            deletion_status=record.deletion_status,
            tombstone=record.tombstone,
            parts=looked_up.parts[record.id],
            links=self.added_links.of(self.numbers.format(record.id), is_draft=False, published=True),
        )

    def draft_source(
        self, draft: Draft, parent: Parent, files: FilesSnapshot, looked_up: LookedUp | None = None
    ) -> Source:
        """What the rendering of a draft needs."""
        published = draft.based_on is not None
        looked_up = looked_up or self.look_up([(draft, parent)])
        return Source(
            number=self.numbers.format(draft.id),
            parent_number=self.numbers.format(parent.id),
            is_draft=True,
            published=published,
            status="new_version_draft" if not published and parent.versions else "draft",
            version_index=draft.version_index,
            is_latest=parent.latest_id == draft.id,
            revision=draft.revision,
            created=draft.created,
            updated=draft.updated,
            document=looked_up.documents[draft.id],
            pids=self.pids.visible(draft.pids),
            parent_pids=self.pids.visible(parent.pids),
            owner=parent.owner_subject,
            access_settings=parent.access_settings,
            files=files,
            expires=draft.expires,
            parts=looked_up.parts[draft.id],
            links=self.added_links.of(self.numbers.format(draft.id), is_draft=True, published=published),
        )

    def dump_parts(
        self, rows: Sequence[tuple[Record | Draft, Parent]], audiences: Collection[Audience] = _EVERYBODY
    ) -> dict[int, tuple[ShownPart, ...]]:
        """For each row the values of plugin parts that these audiences see, asked for all rows at once."""
        found: dict[int, list[ShownPart]] = {row.id: [] for row, _ in rows}
        for part in self.parts:
            if part.dump is None or part.shown_to not in audiences:
                continue
            subjects = [
                PartSubject(
                    row.id,
                    parent.id,
                    isinstance(row, Draft),
                    stored.get(part.path),
                    row.access_record,
                    row.access_files,
                    stored,
                )
                for row, parent in rows
                for stored in (row.parts if part.level == "record" else parent.parts,)
            ]
            for number, value in part.dump(self.repository, subjects).items():
                found[number].append(ShownPart(part.path, value, part.level, part.shown_to))
        return {number: tuple(shown) for number, shown in found.items()}

    def rights(self, actor: Actor, owner: int | None, access_record: str, access_files: str, parent: int) -> Rights:
        """What `actor` may see of a published record beyond its public rendering, or short of it."""

        def allowed(action: str) -> bool:
            return actor.holds_any(record_labels(action, owner, access_record, access_files, parent))

        view = record_labels("view", owner, access_record, access_files, parent)
        blind = is_blind(actor, view, parent)
        return Rights(allowed("read_files"), allowed("edit"), allowed("manage"), blind, allowed("moderate"))

    def shows_more(self, rights: Rights) -> bool:
        """Whether such a reader sees what the stored rendering does not have, or not all that it has; `read_files` is
        for the caller to compare."""
        return rights.edit or rights.blind or (rights.moderate and self._tells_moderators)

    @cached_property
    def _tells_moderators(self) -> bool:
        return any(part.shown_to == "moderators" for part in self.parts)

    def draft_rights(self, actor: Actor, parent: Parent) -> Rights:
        """What somebody who may see a draft sees of it."""
        owner = parent.owner_subject
        blind = is_blind(actor, draft_labels("preview", owner, parent.id), parent.id)
        manage, moderate = (actor.holds_any(draft_labels(name, owner, parent.id)) for name in ("manage", "moderate"))
        return Rights(True, not blind, manage, blind, moderate)

    def stored_rights(self, record: Record) -> Rights:
        """What the stored rendering shows: files when whoever sees the record may have them."""
        return Rights(read_files=record.access_files == "public")

    def record_item(self, record: Record, body: bytes) -> RecordItem:
        return RecordItem(
            id=self.numbers.format(record.id),
            parent_id=self.numbers.format(record.parent_id),
            revision=record.revision,
            etag=f"{record.revision}-{rendering.tag(body)[:10]}",
            body=rendering.splice(body, self.repository.config.site.url),
        )

    def draft_item(
        self,
        actor: Actor,
        draft: Draft,
        parent: Parent,
        files: FilesSnapshot,
        problems: Iterable[Problem] = (),
        looked_up: LookedUp | None = None,
    ) -> RecordItem:
        rights = self.draft_rights(actor, parent)
        looked_up = looked_up or self.look_up([(draft, parent)], rights.audiences)
        rendered = rendering.render(self.draft_source(draft, parent, files, looked_up), rights)
        body, listed = rendering.encode(rendered), tuple(problems)
        # Files and what plugins have change without a revision, so that uploads do not collide with a form's saves.
        etag = f"{draft.revision}-{rendering.tag(body)[:10]}"
        if listed:
            body = rendering.encode(rendered | {"errors": group_by_field(listed)})
        return RecordItem(
            id=self.numbers.format(draft.id),
            parent_id=self.numbers.format(parent.id),
            revision=draft.revision,
            etag=etag,
            body=rendering.splice(body, self.repository.config.site.url),
            is_draft=True,
            problems=listed,
        )

    def bodies(
        self, session: Session, records: Sequence[tuple[Record, Parent]], actor: Actor | None
    ) -> dict[int, bytes]:
        """The JSON (links marked) of records as `actor` may see them; stored renderings where they do.

        Without an actor what is stored, whoever may see it: that is for the index.
        """
        found: dict[int, bytes] = {}
        version = self.projection_version
        ids = [record.id for record, _ in records]
        projections = {
            row.record_id: row
            for row in session.execute(select(Projection).where(Projection.record_id.in_(ids))).scalars()
        }
        dynamic: list[tuple[Record, Parent, Rights]] = []
        stale: list[tuple[Record, Parent]] = []
        for record, parent in records:
            stored = rights = self.stored_rights(record)
            if actor is not None:
                rights = self.rights(actor, parent.owner_subject, record.access_record, record.access_files, parent.id)
            projection = projections.get(record.id)
            if self.shows_more(rights) or rights.read_files != stored.read_files:
                dynamic.append((record, parent, rights))
            elif projection is not None and projection.version == version:
                found[record.id] = projection.body
            else:
                stale.append((record, parent))
        if stale or dynamic:
            self._render_many(session, stale, dynamic, found)
        return found

    def _render_many(
        self,
        session: Session,
        stale: Sequence[tuple[Record, Parent]],
        dynamic: Sequence[tuple[Record, Parent, Rights]],
        found: dict[int, bytes],
    ) -> None:
        rows = [*stale, *((record, parent) for record, parent, _ in dynamic)]
        files = self.repository.files.snapshots(session, record_ids=[record.id for record, _ in rows])
        looked_up = self.look_up(rows, audiences_of(rights for _, _, rights in dynamic))
        for record, parent in stale:
            source = self.record_source(record, parent, files[record.id], looked_up)
            found[record.id] = rendering.encode(rendering.render(source, self.stored_rights(record)))
        for record, parent, rights in dynamic:
            source = self.record_source(record, parent, files[record.id], looked_up)
            found[record.id] = rendering.encode(rendering.render(source, rights))
        if stale:
            self.repository.records.remember_renderings(
                [Rendered(record.id, record.revision, parent.updated, found[record.id]) for record, parent in stale]
            )

    # Reading what a client sent ---------------------------------------------------------------------------------

    def check_size(self, data: object) -> None:
        """Refuse a metadata document that is larger than the repository takes."""
        limit = self.repository.config.records.max_metadata_bytes
        try:
            size = len(orjson.dumps(data))
        except (TypeError, ValueError):
            return  # the schema says precisely what is wrong with it
        if size > limit:
            raise InvalidRequest(f"The metadata has {size} bytes; at most {limit} are accepted.")


def is_blind(actor: Actor, labels: frozenset[str], parent: int) -> bool:
    """Whether the actor sees what carries `labels` only without the people behind it."""
    return blind_label(parent) in actor.labels and not actor.holds_any(seeing(labels, parent))


def audiences_of(readers: Iterable[Rights]) -> frozenset[Audience]:
    """Those of which at least one of the readers is, and everybody."""
    return _EVERYBODY.union(*(rights.audiences for rights in readers))
