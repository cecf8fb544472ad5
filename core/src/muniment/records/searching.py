"""Finding records: the index names them, one batched read brings their stored renderings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from muniment.access.actor import ANONYMOUS, Actor
from muniment.access.labels import (
    draft_labels,
    labels_by_parent,
    labels_held,
    parent_label,
    record_labels,
    seeing,
    shared_parents,
)
from muniment.errors import PermissionDenied
from muniment.records import rendering
from muniment.records.base import audiences_of
from muniment.records.items import RecordItem
from muniment.records.listed import ListedRow, listed_rows, outlined_rows
from muniment.records.models import Draft, Parent, Record
from muniment.records.rendering import Rights
from muniment.records.requests import SearchPage, SearchRequest
from muniment.records.states import StateOperations
from muniment.search.port import IndexDocument, Scope


class SearchOperations(StateOperations):
    """Lists of records, and the documents that the search index is made from."""

    def search(self, actor: Actor, request: SearchRequest) -> SearchPage:
        """Published records that `actor` may see. Raises `InvalidRequest` for a query that cannot be understood."""
        return self._page(actor, request, Scope.RECORDS)

    def items(self, actor: Actor, record_ids: Sequence[int]) -> dict[int, RecordItem]:
        """Those of these published records that `actor` may see, by number; two statements for all whose rendering is
        stored."""
        found = self._hydrate([f"record:{number}" for number in record_ids], actor)
        return {int(key.partition(":")[2]): item for key, item in found.items()}

    def public_etags(self, record_ids: Sequence[int]) -> dict[int, str]:
        """The etags of those of these records that everybody may see, by number, without reading the records: one
        statement for all. The etag is "" when the record has to be rendered anew to know it."""
        version = self.projection_version
        with self.database.single() as connection:
            rows = outlined_rows(connection, record_ids)
        fits: dict[tuple[str, str], bool | None] = {}  # whether the stored rendering shows what anonymous readers see
        found = {}
        for row in rows:
            access = row.access_record, row.access_files
            if access not in fits:
                rights = self.rights(ANONYMOUS, None, *access, row.parent_id)
                fits[access] = rights.read_files == row.shows_files if _is_seen(row, ANONYMOUS) else None
            if fits[access] is not None and row.deletion_status == "P":
                found[row.id] = row.item_etag if fits[access] and row.rendering == version else ""
        return found

    def search_user(self, actor: Actor, request: SearchRequest) -> SearchPage:
        """The drafts and records of `actor`; a record with a draft is shown as its draft."""
        if not actor.is_authenticated:
            raise PermissionDenied()
        plain = not (request.q.strip() or request.facets or request.suggest)
        if plain and request.sort in (None, "updated-desc") and not request.with_facets:
            return self._uploads(actor, request)
        return self._page(actor, request, Scope.USER)

    def _page(self, actor: Actor, request: SearchRequest, scope: Scope) -> SearchPage:
        found = self.repository.search.search(actor, request, scope=scope)
        deleted = (request.include_deleted or request.only_deleted) and actor.can("moderation")
        items = self._hydrate(found.keys, actor, deleted=deleted)
        hits = [items[key] for key in found.keys if key in items]
        highlights = {}
        if request.highlight and request.q.strip():
            highlights = self.repository.search.highlights(request.q, {item.id: item.data for item in hits})
        return SearchPage(hits, found.total, found.aggregations, found.sort_by, request.page, request.size, highlights)

    def _uploads(self, actor: Actor, request: SearchRequest) -> SearchPage:
        """My uploads, or what others share with me, without a query: read from the tables, so that it is right at
        once."""
        mine, drafted = _listed_to(actor, request)
        with self.database.read() as session:
            drafts = select(Draft.id, Draft.updated).join(Parent, Parent.id == Draft.parent_id).where(mine, drafted)
            seen = select(Draft.id).join(Parent, Parent.id == Draft.parent_id).where(drafted)
            records = (
                select(Record.id, Record.updated)
                .join(Parent, Parent.id == Record.parent_id)
                .where(mine, Record.deletion_status == "P", Record.id.not_in(seen))
            )
            if not request.all_versions:
                newer = select(Draft.parent_id).join(Parent, Parent.id == Draft.parent_id)
                newer = newer.where(Draft.based_on.is_(None), drafted)
                records = records.where(
                    or_(Record.id == Parent.latest_id, Parent.latest_id.is_(None)), Parent.id.not_in(newer)
                )
            both = drafts.union_all(records).subquery()
            total = session.execute(select(func.count()).select_from(both)).scalar_one()
            start = (request.page - 1) * request.size
            rows = session.execute(
                select(both.c.id).order_by(both.c.updated.desc(), both.c.id.desc()).offset(start).limit(request.size)
            ).scalars()
            numbers = list(rows)
            with_draft = set(session.execute(seen.where(Draft.id.in_(numbers))).scalars())
        keys = [f"draft:{number}" if number in with_draft else f"record:{number}" for number in numbers]
        items = self._hydrate(keys, actor)
        hits = [items[key] for key in keys if key in items]
        return SearchPage(hits, total, None, "updated-desc", request.page, request.size)

    def _hydrate(self, keys: Sequence[str], actor: Actor, *, deleted: bool = False) -> dict[str, RecordItem]:
        """The records and drafts named by index keys, as `actor` may see them; the labels are checked once more."""
        records, drafts = _split(keys)
        found: dict[str, RecordItem] = {}
        if records:
            with self.database.single() as connection:
                rows = listed_rows(connection, records)
            reader = self._of_works(actor, rows)
            found.update(self._record_items([row for row in rows if _is_shown(row, reader, deleted)], reader))
        if drafts:
            with self.database.read() as session:
                visible = self._visible_drafts(session, drafts, actor)
                files = self.repository.files.draft_snapshots(session, [draft.id for draft, _ in visible])
                rights = [self.draft_rights(actor, parent) for _, parent in visible]
                looked_up = self.look_up(visible, audiences_of(rights))
                for draft, parent in visible:
                    found[f"draft:{draft.id}"] = self.draft_item(
                        actor, draft, parent, files[draft.id], looked_up=looked_up
                    )
        return found

    def _of_works(self, actor: Actor, rows: Sequence[ListedRow]) -> Actor:
        """The actor with what their labels of plugins give them on works that the index named and they do not see yet:
        the plugins are asked once for a whole page, and not at all for what everybody may do."""
        hooks = self.repository.hooks
        if actor.is_anybody or not hooks.implementers("listing_labels"):
            return actor
        hidden = sorted({row.parent_id for row in rows if not _is_seen(row, actor)})
        given = labels_held(actor.labels, hooks.listing_labels(parents=hidden)) if hidden else frozenset()
        return replace(actor, labels=actor.labels | given) if given else actor

    def _record_items(self, rows: Sequence[ListedRow], actor: Actor) -> dict[str, RecordItem]:
        """Records as `actor` may see them: stored renderings as they are, what else has to be shown made anew."""
        version, site = self.projection_version, self.repository.config.site.url
        found: dict[str, RecordItem] = {}
        others: list[int] = []
        anybody: dict[tuple[str, str], Rights] = {}  # what every visitor may do depends on nothing else
        for row in rows:
            access = row.access_record, row.access_files
            rights = anybody.get(access)
            if rights is None:
                rights = self.rights(actor, row.owner, *access, row.parent_id)
                if actor.is_anybody:
                    anybody[access] = rights
            differs = self.shows_more(rights) or rights.read_files != row.shows_files
            if differs or row.rendering != version or row.body is None:
                others.append(row.id)
                continue
            found[f"record:{row.id}"] = RecordItem(
                id=self.numbers.format(row.id),
                parent_id=self.numbers.format(row.parent_id),
                revision=row.revision,
                etag=row.item_etag,
                body=rendering.splice(row.body, site),
            )
        if others:
            with self.database.read() as session:
                records = self._with_parents(session, others)
                bodies = self.bodies(session, records, actor)
            for record, _ in records:
                found[f"record:{record.id}"] = self.record_item(record, bodies[record.id])
        return found

    def _with_parents(self, session: Session, ids: Sequence[int]) -> list[tuple[Record, Parent]]:
        rows = session.execute(
            select(Record, Parent).join(Parent, Parent.id == Record.parent_id).where(Record.id.in_(ids))
        )
        return [(record, parent) for record, parent in rows]

    def _visible_drafts(self, session: Session, ids: Sequence[int], actor: Actor) -> list[tuple[Draft, Parent]]:
        rows = session.execute(
            select(Draft, Parent).join(Parent, Parent.id == Draft.parent_id).where(Draft.id.in_(ids))
        )
        return [
            (draft, parent)
            for draft, parent in rows
            if actor.holds_any(draft_labels("preview", parent.owner_subject, parent.id))
        ]

    # What the index is made from --------------------------------------------------------------------------------

    def index_documents(self, keys: Iterable[str]) -> dict[str, IndexDocument | None]:
        """The documents behind index keys (``record:12``, ``draft:12``) as they are now; None for what is gone.

        The number of statements does not grow with the number of keys.
        """
        wanted = list(keys)
        records, drafts = _split(wanted)
        found: dict[str, IndexDocument | None] = dict.fromkeys(wanted)
        with self.database.read() as session:
            if records:
                found.update(self._record_documents(session, records))
            if drafts:
                found.update(self._draft_documents(session, drafts))
        return found

    def index_keys(self, after: str | None = None, limit: int = 500) -> list[str]:
        """Keys of everything that belongs into the index, in a fixed order: records first, then drafts."""
        kind, _, number = (after or "record:0").partition(":")
        keys: list[str] = []
        with self.database.read() as session:
            if kind == "record":
                statement = select(Record.id).where(Record.id > int(number)).order_by(Record.id).limit(limit)
                keys = [f"record:{found}" for found in session.execute(statement).scalars()]
                number = "0"
            if len(keys) < limit:
                rest = select(Draft.id).where(Draft.id > int(number)).order_by(Draft.id).limit(limit - len(keys))
                keys += [f"draft:{found}" for found in session.execute(rest).scalars()]
        return keys

    def count_index_keys(self) -> int:
        """How many records and drafts belong into the index."""
        with self.database.read() as session:
            return sum(
                session.execute(select(func.count()).select_from(table)).scalar_one() for table in (Record, Draft)
            )

    def count_records(self) -> int:
        """How many published records there are: as many as `every_record` gives to who may see all."""
        statement = select(func.count()).select_from(Record).where(Record.deletion_status == "P")
        with self.database.read() as session:
            return int(session.execute(statement).scalar_one())

    def every_record(self, actor: Actor, size: int = 200) -> Iterator[RecordItem]:
        """All published records that `actor` may see, in the order of their numbers, read page by page."""
        after = 0
        while True:
            with self.database.read() as session:
                statement = select(Record.id).where(Record.id > after).order_by(Record.id).limit(size)
                ids = list(session.execute(statement).scalars())
            if not ids:
                return
            items = self._hydrate([f"record:{number}" for number in ids], actor)
            yield from (items[key] for key in sorted(items, key=lambda key: int(key.partition(":")[2])))
            after = ids[-1]

    def _record_documents(self, session: Session, ids: Sequence[int]) -> dict[str, IndexDocument]:
        rows = listed_rows(session, ids)
        with_draft = set(session.execute(select(Draft.id).where(Draft.id.in_(ids))).scalars())
        parents = {row.parent_id for row in rows}
        newer = set(
            session.execute(
                select(Draft.parent_id).where(Draft.parent_id.in_(parents), Draft.based_on.is_(None))
            ).scalars()
        )
        bodies = self._index_bodies(session, rows)
        restricted = sorted({row.parent_id for row in rows if row.access_record != "public"})
        listed = labels_by_parent(self.repository.hooks.listing_labels(parents=restricted)) if restricted else {}
        found = {}
        for row in rows:
            key = f"record:{row.id}"
            found[key] = IndexDocument(
                key=key,
                id=self.numbers.format(row.id),
                parent_id=self.numbers.format(row.parent_id),
                kind="record",
                labels=_seeing(row) | listed.get(row.parent_id if row.access_record != "public" else 0, frozenset()),
                is_latest=row.latest_id == row.id,
                deleted=row.deletion_status != "P",
                body=bodies[row.id],
                is_latest_draft=row.latest_id == row.id and row.parent_id not in newer,
                has_draft=row.id in with_draft,
            )
        return found

    def _index_bodies(self, session: Session, rows: Sequence[ListedRow]) -> dict[int, bytes]:
        """The public JSON of records for the index: stored renderings, whoever may see them."""
        version = self.projection_version
        found = {row.id: row.body for row in rows if row.rendering == version and row.body is not None}
        stale = [row.id for row in rows if row.id not in found]
        return {**found, **self.bodies(session, self._with_parents(session, stale), None)} if stale else found

    def _draft_documents(self, session: Session, ids: Sequence[int]) -> dict[str, IndexDocument]:
        rows = [
            (draft, parent)
            for draft, parent in session.execute(
                select(Draft, Parent).join(Parent, Parent.id == Draft.parent_id).where(Draft.id.in_(ids))
            )
        ]
        files = self.repository.files.draft_snapshots(session, [draft.id for draft, _ in rows])
        looked_up = self.look_up(rows)
        found = {}
        for draft, parent in rows:
            source = self.draft_source(draft, parent, files[draft.id], looked_up)
            key = f"draft:{draft.id}"
            found[key] = IndexDocument(
                key=key,
                id=self.numbers.format(draft.id),
                parent_id=self.numbers.format(parent.id),
                kind="draft",
                labels=seeing(draft_labels("preview", parent.owner_subject, parent.id), parent.id),
                is_latest=False,
                deleted=False,
                body=rendering.encode(rendering.render(source, Rights(True, True))),
                is_latest_draft=draft.version_index >= parent.versions,
            )
        return found


def _listed_to(actor: Actor, request: SearchRequest) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Which parents the list is of, and those of them whose drafts the actor may see."""
    if not request.shared_with_me:
        return Parent.owner_subject == actor.subject, true()
    shared = shared_parents(actor.labels)
    previewed = [number for number in shared if parent_label(number, "preview") in actor.labels]
    others = or_(Parent.owner_subject.is_(None), Parent.owner_subject != actor.subject)
    return and_(Parent.id.in_(shared), others), Parent.id.in_(previewed)


def _is_shown(row: ListedRow, actor: Actor, deleted: bool) -> bool:
    return (deleted or row.deletion_status == "P") and _is_seen(row, actor)


def _is_seen(row: ListedRow, actor: Actor) -> bool:
    return actor.holds_any(record_labels("view", row.owner, row.access_record, row.access_files, row.parent_id))


def _seeing(row: ListedRow) -> frozenset[str]:
    """The core's labels that show the record in lists."""
    labels = record_labels("view", row.owner, row.access_record, row.access_files, row.parent_id)
    return seeing(labels, row.parent_id)


def _split(keys: Iterable[str]) -> tuple[list[int], list[int]]:
    """Numbers of records and of drafts among index keys."""
    numbers: Mapping[str, list[int]] = {"record": [], "draft": []}
    for key in keys:
        kind, _, number = key.partition(":")
        if kind in numbers and number.isdigit():
            numbers[kind].append(int(number))
    return numbers["record"], numbers["draft"]
