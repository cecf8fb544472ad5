"""The rows that a publish reads and writes, by statements that are made once: sessions cost more than they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, Table, bindparam, delete, select, update

from muniment.db.detached import values_of
from muniment.db.unit_of_work import UnitOfWork
from muniment.records.draft_rows import made
from muniment.records.models import Draft, Parent, Projection, Record

_DRAFTS, _PARENTS, _RECORDS, _PROJECTIONS = (
    cast(Table, model.__table__) for model in (Draft, Parent, Record, Projection)
)
_NUMBER = "row_number"


@dataclass(frozen=True)
class PublishingRows:
    """A draft, its parent and its published version, if there is one; outside any session."""

    draft: Draft
    parent: Parent
    record: Record | None


def read_publishing_rows(connection: Connection, number: int) -> PublishingRows | None:
    """The rows of a draft that is to be published; None when there is none."""
    row = connection.execute(_ROWS, {_NUMBER: number}).one_or_none()
    if row is None:
        return None
    values = tuple(row)
    first, second = len(_DRAFTS.columns), len(_DRAFTS.columns) + len(_PARENTS.columns)
    published = values[second:]
    return PublishingRows(
        made(Draft, values[:first]),
        made(Parent, values[first:second]),
        made(Record, published) if published[0] is not None else None,
    )


_ROWS = (
    select(*_DRAFTS.columns, *_PARENTS.columns, *_RECORDS.columns)
    .select_from(
        _DRAFTS.join(_PARENTS, _PARENTS.c.id == _DRAFTS.c.parent_id).outerjoin(_RECORDS, _RECORDS.c.id == _DRAFTS.c.id)
    )
    .where(_DRAFTS.c.id == bindparam(_NUMBER))
)


def lock_publishing(connection: Connection, number: int) -> Row[Any] | None:
    """The draft's `revision` and its parent's `latest_id`, `versions` and `updated`; both rows stay as they are until
    the transaction ends. None when the draft is gone."""
    return connection.execute(_LOCK, {_NUMBER: number}).one_or_none()


_LOCK: Select[Any] = (
    select(_DRAFTS.c.revision, _PARENTS.c.latest_id, _PARENTS.c.versions, _PARENTS.c.updated)
    .join_from(_DRAFTS, _PARENTS, _PARENTS.c.id == _DRAFTS.c.parent_id)
    .where(_DRAFTS.c.id == bindparam(_NUMBER))
    .with_for_update(of=[_PARENTS, _DRAFTS])
)


def lock_record(connection: Connection, number: int) -> int | None:
    """The `revision` of a published version, which stays as it is until the transaction ends."""
    return connection.execute(_LOCK_RECORD, {_NUMBER: number}).scalar_one_or_none()


_LOCK_RECORD: Select[Any] = select(_RECORDS.c.revision).where(_RECORDS.c.id == bindparam(_NUMBER)).with_for_update()


def change_parent(
    connection: Connection, parent: Parent, *, latest_id: int | None, versions: int, updated: datetime
) -> None:
    """Store the identifiers of `parent`, and these of its columns."""
    values = {"latest_id": latest_id, "versions": versions, "pids": parent.pids, "updated": updated}
    connection.execute(_PARENT, {_NUMBER: parent.id, **values})


_PARENT = update(_PARENTS).where(_PARENTS.c.id == bindparam(_NUMBER))


def change_projection(unit: UnitOfWork, stored: Projection, *, missing: bool = True) -> None:
    """Replace the stored rendering of a record that is there already; one that is `missing` is made."""
    values = {name: value for name, value in values_of(stored).items() if name != "record_id"}
    changed = unit.connection.execute(_PROJECTION, {_NUMBER: stored.record_id, **values})
    if missing and not changed.rowcount:
        unit.insert(stored)


_PROJECTION = update(_PROJECTIONS).where(_PROJECTIONS.c.record_id == bindparam(_NUMBER))


def delete_draft_row(connection: Connection, number: int) -> None:
    """The draft goes, and with it what the database knows to belong to it."""
    connection.execute(_GONE, {_NUMBER: number})


_GONE = delete(_DRAFTS).where(_DRAFTS.c.id == bindparam(_NUMBER))
