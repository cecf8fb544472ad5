"""Reads and changes a draft with its parent in one statement each: a form that is open saves every few seconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, Table, bindparam, select, update

from muniment.db.detached import detached, values_of
from muniment.records.models import Draft, Parent, Record

_DRAFTS, _PARENTS, _RECORDS = (cast(Table, model.__table__) for model in (Draft, Parent, Record))
_NUMBER = "draft_number"


@dataclass(frozen=True)
class DraftRows:
    """A draft and its parent, outside any session. `published` are the identifiers of the published version, if any."""

    draft: Draft
    parent: Parent
    published: dict[str, Any] | None


def read_draft_rows(
    connection: Connection, number: int, *, lock: bool = False, lock_parent: bool = False
) -> DraftRows | None:
    """The rows of a draft; `lock` keeps it, and `lock_parent` its parent too, until the transaction ends."""
    statement = _statement(lock, lock_parent)
    row = connection.execute(statement, {_NUMBER: number}).one_or_none()
    if row is None:
        return None
    values = tuple(row)
    middle = len(_DRAFTS.columns)
    return DraftRows(made(Draft, values[:middle]), made(Parent, values[middle:-1]), values[-1])


def read_handle(connection: Connection, number: int) -> Row[Any] | None:
    """Of a draft what a `RecordHandle` needs, and the `owner_subject` of its parent."""
    return connection.execute(_HANDLE, {_NUMBER: number}).one_or_none()


_HANDLE_COLUMNS = (
    "id", "parent_id", "based_on", "access_record", "access_files", "data", "revision", "files_open_until",
)  # fmt: skip
_HANDLE: Select[Any] = (
    select(*(_DRAFTS.c[name] for name in _HANDLE_COLUMNS), _PARENTS.c.owner_subject)
    .join_from(_DRAFTS, _PARENTS, _PARENTS.c.id == _DRAFTS.c.parent_id)
    .where(_DRAFTS.c.id == bindparam(_NUMBER))
)


@cache
def _statement(lock: bool, lock_parent: bool) -> Select[Any]:
    statement = (
        select(*_DRAFTS.columns, *_PARENTS.columns, _RECORDS.c.pids)
        .select_from(
            _DRAFTS.join(_PARENTS, _PARENTS.c.id == _DRAFTS.c.parent_id).outerjoin(
                _RECORDS, _RECORDS.c.id == _DRAFTS.c.id
            )
        )
        .where(_DRAFTS.c.id == bindparam(_NUMBER))
    )
    if not lock:
        return statement
    # Rows are locked in this order: the parent first, as whoever publishes does, or both would wait for each other.
    return statement.with_for_update(of=[_PARENTS, _DRAFTS] if lock_parent else [_DRAFTS])


def made(model: type[Any], values: tuple[Any, ...]) -> Any:
    """An object, outside any session, with these values of its table's columns."""
    return detached(model, **dict(zip(model.__table__.columns.keys(), values, strict=True)))


def write_draft(connection: Connection, draft: Draft) -> None:
    """Store all that a draft holds; `draft` is what `read_draft_rows` gave, changed."""
    connection.execute(_WRITE, {**values_of(draft), _NUMBER: draft.id})


_WRITE = update(_DRAFTS).where(_DRAFTS.c.id == bindparam(_NUMBER))
