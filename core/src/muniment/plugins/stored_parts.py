"""What a plugin's parts hold in records, drafts and their parents: read for an export, removed when it is purged.

Parts are kept while their plugin is off, copied along by edits and versions; here is the only place that ends them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, or_, select, tuple_, update

from muniment.records.models import Draft, Parent, Record, RecordRevision

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from muniment.db.engine import Database

#: Rows that are read, and changed in one transaction, at a time.
BATCH = 500
_MODELS: tuple[type[Parent] | type[Record] | type[Draft], ...] = (Parent, Record, Draft)


def count_parts(database: Database, paths: tuple[str, ...]) -> dict[str, int]:
    """In how many records, drafts and parents each path holds something; paths without anything are left out."""
    counted = dict.fromkeys(paths, 0)
    for _, _, parts in stored_parts(database, paths):
        for path in parts:
            counted[path] += 1
    return {path: count for path, count in counted.items() if count}


def stored_parts(database: Database, paths: tuple[str, ...]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Table, number and parts (by path) of everything in which one of `paths` holds something."""
    for model in _MODELS:
        last = -1
        while paths:
            with database.read() as session:
                rows = _next(session, model, paths, last)
            for number, parts in rows:
                yield model.__tablename__, number, {path: parts[path] for path in paths if path in parts}
            if not rows:
                break
            last = rows[-1][0]


def remove_parts(database: Database, paths: tuple[str, ...]) -> None:
    """Take `paths` out of everything, also out of former revisions; in steps, so that others can write in between."""
    if paths:
        for model in _MODELS:
            _remove_from(database, model, paths)
        _remove_from_revisions(database, paths)


def _next(session: Session, model: Any, paths: tuple[str, ...], after: int) -> list[tuple[int, dict[str, Any]]]:
    statement = (
        select(model.id, model.parts)
        .where(model.id > after, _holds_any(model.parts, paths))
        .order_by(model.id)
        .limit(BATCH)
    )
    return [(number, parts) for number, parts in session.execute(statement)]


def _holds_any(column: Any, paths: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether the JSON has one of the keys. Both databases write a key in quotes; what merely looks like one inside of
    a value is told apart by whoever reads the rows."""
    return or_(*(cast(column, Text).contains(f'"{path}"', autoescape=True) for path in paths))


def _remove_from(database: Database, model: Any, paths: tuple[str, ...]) -> None:
    last = -1
    while True:
        with database.write() as unit:
            rows = _next(unit.session, model, paths, last)
            for number, parts in rows:
                if parts.keys() & set(paths):
                    unit.session.execute(update(model).where(model.id == number).values(parts=_without(parts, paths)))
        if not rows:
            return
        last = rows[-1][0]


def _remove_from_revisions(database: Database, paths: tuple[str, ...]) -> None:
    last = (-1, -1)
    key = tuple_(RecordRevision.record_id, RecordRevision.revision)
    while True:
        statement = (
            select(RecordRevision)
            .where(key > last, _holds_any(RecordRevision.document, paths))
            .order_by(RecordRevision.record_id, RecordRevision.revision)
            .limit(BATCH)
        )
        with database.write() as unit:
            rows = list(unit.session.execute(statement).scalars())
            for row in rows:
                parts = row.document.get("parts") or {}
                if parts.keys() & set(paths):
                    row.document = {**row.document, "parts": _without(parts, paths)}
        if not rows:
            return
        last = (rows[-1].record_id, rows[-1].revision)


def _without(parts: dict[str, Any], paths: tuple[str, ...]) -> dict[str, Any]:
    return {path: value for path, value in parts.items() if path not in paths}
