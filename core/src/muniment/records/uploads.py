"""My uploads: one's own drafts and records as rows of a table, read from the tables so that they are right at once.

Counting and ordering read a few columns of one's own rows only; the documents are read for the rows of one page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, String, false, func, literal, or_, select
from sqlalchemy.orm import Session

from muniment.access.actor import Actor
from muniment.errors import PermissionDenied
from muniment.records.items import RecordItem
from muniment.records.models import Draft, Parent, Record
from muniment.records.plain_text import title_text
from muniment.records.requests import SearchRequest
from muniment.records.searching import SearchOperations
from muniment.search.port import Scope
from muniment.search.service import WINDOW

Tab = Literal["all", "drafts", "published"]
State = Literal["draft", "edit", "new-version", "published"]

TABS: Final[tuple[Tab, ...]] = ("all", "drafts", "published")
#: A draft that was never published; a published record with changes under way; a draft of its next version; a
#: published record that nobody works on.
STATES: Final[tuple[State, ...]] = ("draft", "edit", "new-version", "published")
#: `bestmatch` needs a query; the rest are columns.
SORTS: Final = ("updated", "title", "newest", "oldest", "bestmatch")


Key = tuple[int, bool]
"""The number of a row, and whether it is a draft."""


@dataclass(frozen=True)
class UploadsRequest:
    """What to list. `page` starts at 1; without `state` all of the tab; an unknown sort is the last changed first."""

    q: str = ""
    tab: Tab = "all"
    state: State | None = None
    sort: str = ""
    page: int = 1
    size: int = 25


@dataclass(frozen=True)
class OwnUpload:
    """One row: a draft or a published record.

    `draft_id` is the draft in which work goes on, "" without one; `record_id` the newest published version, "" for
    what was never published. `problems` counts what the draft was found wanting when it was saved last.
    """

    id: str
    state: State
    title: str
    resource_type: str
    version: str
    version_index: int
    created: datetime
    updated: datetime
    draft_id: str = ""
    record_id: str = ""
    problems: int = 0


@dataclass(frozen=True)
class UploadsPage:
    """One page, how many rows the request has in all, and how many there are in each tab whatever it asks."""

    rows: Sequence[OwnUpload]
    total: int
    counts: Mapping[Tab, int]
    sort: str
    #: Whether more match the query than are looked at.
    cut: bool = False


class UploadOperations(SearchOperations):
    """What the page of one's own uploads asks."""

    def own_uploads(self, actor: Actor, request: UploadsRequest) -> UploadsPage:
        """One's own drafts and records. A record with work under way is its draft in the tab of all.

        Raises `PermissionDenied` for visitors, `InvalidRequest` for a query that cannot be understood.
        """
        if actor.subject is None:
            raise PermissionDenied()
        matches = self._own_matches(actor, request.q) if request.q.strip() else None
        sort = _sort(request, matches)
        with self.database.read() as session:
            rows = _rows(session, actor.subject, request, sort, matches)
            keys = _page(session, rows, sort, request, matches)
            uploads = self._own_rows(session, keys)
            counts = _counts(session, actor.subject)
            total = counts[request.tab] if matches is None and request.state is None else _count(session, rows)
        return UploadsPage(uploads, total, counts, sort, cut=matches is not None and len(matches) >= WINDOW)

    def count_uploads(self, subject: int) -> dict[Tab, int]:
        """How many drafts and records somebody has, by tab."""
        with self.database.read() as session:
            return _counts(session, subject)

    def every_upload(self, actor: Actor, size: int = 100) -> Iterator[RecordItem]:
        """All one's drafts and every version of one's records, in the order of their numbers, read page by page."""
        for kind, model in (("draft", Draft), ("record", Record)):
            after = 0
            while True:
                numbers = self._own_numbers(actor, model, after, size)
                if not numbers:
                    break
                items = self._hydrate([f"{kind}:{number}" for number in numbers], actor)
                yield from (items[key] for number in numbers if (key := f"{kind}:{number}") in items)
                after = numbers[-1]

    def _own_numbers(self, actor: Actor, model: type[Draft] | type[Record], after: int, size: int) -> list[int]:
        statement = (
            select(model.id)
            .join(Parent, Parent.id == model.parent_id)
            .where(Parent.owner_subject == actor.subject, model.id > after)
            .order_by(model.id)
            .limit(size)
        )
        with self.database.read() as session:
            return list(session.execute(statement).scalars())

    def _own_matches(self, actor: Actor, q: str) -> list[int]:
        """Numbers of one's drafts and records that match a query, the best first."""
        asked = SearchRequest(q=q, size=WINDOW, with_facets=False, all_versions=True)
        keys = self.repository.search.search(actor, asked, scope=Scope.USER).keys
        return list(dict.fromkeys(int(key.partition(":")[2]) for key in keys))

    def _own_rows(self, session: Session, keys: Sequence[Key]) -> list[OwnUpload]:
        """The rows of one page: three statements, whatever their number."""
        drafts = [number for number, is_draft in keys if is_draft]
        records = [number for number, is_draft in keys if not is_draft]
        found: dict[Key, OwnUpload] = {}
        if drafts:
            joined = select(Draft, Parent).join(Parent, Parent.id == Draft.parent_id).where(Draft.id.in_(drafts))
            for draft, parent in session.execute(joined):
                found[draft.id, True] = self._own_draft(draft, parent)
        if records:
            rows = list(session.execute(select(Record).where(Record.id.in_(records))).scalars())
            working = select(Draft.id, Draft.parent_id, Draft.based_on).order_by(Draft.id)
            under_way = session.execute(working.where(Draft.parent_id.in_([row.parent_id for row in rows]))).all()
            for record in rows:
                edits = [draft.id for draft in under_way if draft.id == record.id]
                newer = [
                    draft.id for draft in under_way if draft.parent_id == record.parent_id and draft.based_on is None
                ]
                found[record.id, False] = self._own_record(record, edits, newer)
        return [found[key] for key in keys if key in found]

    def _own_draft(self, draft: Draft, parent: Parent) -> OwnUpload:
        state: State = "edit" if draft.based_on is not None else "new-version" if parent.versions else "draft"
        published = draft.id if draft.based_on is not None else parent.latest_id
        return self._own_row(draft, state, draft_id=draft.id, record_id=published, problems=len(draft.problems))

    def _own_record(self, record: Record, edits: Sequence[int], newer: Sequence[int]) -> OwnUpload:
        state: State = "edit" if edits else "new-version" if newer else "published"
        return self._own_row(record, state, draft_id=next(iter([*edits, *newer]), None), record_id=record.id)

    def _own_row(
        self, row: Draft | Record, state: State, *, draft_id: int | None, record_id: int | None, problems: int = 0
    ) -> OwnUpload:
        metadata: Mapping[str, Any] = row.data.get("metadata") or {}
        kind = metadata.get("resource_type")
        return OwnUpload(
            id=self.numbers.format(row.id),
            state=state,
            title=title_text(metadata.get("title")),
            resource_type=str(kind.get("id") or "") if isinstance(kind, Mapping) else "",
            version=str(metadata.get("version") or ""),
            version_index=row.version_index,
            created=row.created,
            updated=row.updated,
            draft_id="" if draft_id is None else self.numbers.format(draft_id),
            record_id="" if record_id is None else self.numbers.format(record_id),
            problems=problems,
        )


def _sort(request: UploadsRequest, matches: Sequence[int] | None) -> str:
    possible = SORTS if matches is not None else SORTS[:-1]
    return request.sort if request.sort in possible else possible[-1] if matches is not None else possible[0]


def _rows(
    session: Session, owner: int, request: UploadsRequest, sort: str, matches: Sequence[int] | None
) -> Select[Any]:
    """What the request asks for as (number, is_draft, key), `key` being what the order goes by."""
    drafts = _drafts(owner, Draft.id, literal(1), _key(session, Draft, sort)).where(*_draft_conditions(request.state))
    records = _records(owner, Record.id, literal(0), _key(session, Record, sort)).where(
        *_record_conditions(owner, request.state, all_of_them=request.tab == "published")
    )
    if matches is not None:
        drafts, records = drafts.where(Draft.id.in_(matches)), records.where(Record.id.in_(matches))
    if request.tab == "drafts":
        both = drafts.subquery()
    elif request.tab == "published":
        both = records.subquery()
    else:
        both = drafts.union_all(records).subquery()
    return select(both.c.number, both.c.is_draft, both.c.key)


def _page(
    session: Session, rows: Select[Any], sort: str, request: UploadsRequest, matches: Sequence[int] | None
) -> list[Key]:
    """The numbers of one page in order."""
    start, stop = (request.page - 1) * request.size, request.page * request.size
    if sort == "bestmatch" and matches is not None:
        place = {number: index for index, number in enumerate(matches)}
        keys = [(row.number, bool(row.is_draft)) for row in session.execute(rows)]
        return sorted(keys, key=lambda key: (place.get(key[0], WINDOW), key[1]))[start:stop]
    number, is_draft, key = rows.selected_columns
    order = (key, number) if sort in ("title", "oldest") else (key.desc(), number.desc())
    page = rows.order_by(*order, is_draft).offset(start).limit(request.size)
    return [(row.number, bool(row.is_draft)) for row in session.execute(page)]


def _count(session: Session, rows: Select[Any]) -> int:
    return int(session.execute(select(func.count()).select_from(rows.subquery())).scalar_one())


def _counts(session: Session, owner: int) -> dict[Tab, int]:
    """How many rows each tab has: joins along indexes over one's own rows, without their documents."""
    drafts = session.execute(_drafts(owner, func.count())).scalar_one()
    records = session.execute(_records(owner, func.count())).scalar_one()
    busy = _working(owner, func.count(Parent.id.distinct())).join(Record, Record.id == Parent.latest_id)
    under_way = session.execute(busy.where(Record.deletion_status == "P")).scalar_one()
    return {"all": drafts + records - under_way, "drafts": drafts, "published": records}


def _drafts(owner: int, *columns: Any) -> Select[Any]:
    return (
        _labelled(columns).join_from(Parent, Draft, Draft.parent_id == Parent.id).where(Parent.owner_subject == owner)
    )


def _records(owner: int, *columns: Any) -> Select[Any]:
    """The newest published version of each of one's records."""
    joined = _labelled(columns).join_from(Parent, Record, Record.id == Parent.latest_id)
    return joined.where(Parent.owner_subject == owner, Record.deletion_status == "P")


def _labelled(columns: Sequence[Any]) -> Select[Any]:
    names = ("number", "is_draft", "key") if len(columns) > 1 else ("value",)
    return select(*(column.label(name) for column, name in zip(columns, names, strict=True)))


def _draft_conditions(state: State | None) -> list[ColumnElement[bool]]:
    if state == "draft":
        return [Draft.based_on.is_(None), Parent.versions == 0]
    if state == "edit":
        return [Draft.based_on.is_not(None)]
    if state == "new-version":
        return [Draft.based_on.is_(None), Parent.versions > 0]
    return [false()] if state == "published" else []


def _record_conditions(owner: int, state: State | None, *, all_of_them: bool) -> list[ColumnElement[bool]]:
    """Where records are listed beside drafts, those that somebody works on are left to their drafts."""
    idle = Parent.id.not_in(_working(owner, Parent.id))
    edited = Parent.id.in_(_edited(owner))
    if not all_of_them:
        return [idle] if state in (None, "published") else [false()]
    if state == "edit":
        return [edited]
    if state == "new-version":
        return [Parent.id.in_(_working(owner, Parent.id)), ~edited]
    if state == "published":
        return [idle]
    return [false()] if state == "draft" else []


def _working(owner: int, column: Any) -> Select[Any]:
    """From the parents whose newest published version is being changed, or whose next version is begun."""
    return _drafts(owner, column).where(or_(Draft.id == Parent.latest_id, Draft.based_on.is_(None)))


def _edited(owner: int) -> Select[Any]:
    """Parents whose newest published version is being changed."""
    return _drafts(owner, Parent.id).where(Draft.id == Parent.latest_id)


def _key(session: Session, model: type[Draft] | type[Record], sort: str) -> ColumnElement[Any]:
    """The column that an order goes by. Titles are read from the documents, only when they are asked for."""
    if sort == "title":
        if session.get_bind().dialect.name == "postgresql":
            title = func.jsonb_extract_path_text(model.data, "metadata", "title", type_=String)
        else:
            title = func.json_extract(model.data, "$.metadata.title", type_=String)
        return func.lower(func.coalesce(title, ""))
    if sort == "updated":
        return model.updated.expression
    return model.created.expression
