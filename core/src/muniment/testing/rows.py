"""Rows made up for a test: a value of the right kind in every column that needs one."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Float, Integer, LargeBinary, Table, Uuid, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from muniment.db.types import Bytes, JSONDocument, UTCDateTime


def row_of(session: Session, table: Table, text: str = "a") -> dict[str, Any]:
    """What a row of `table` must have, and one reference when all are optional (a file has one of several owners).

    References lead to the first row of their table; texts are `text`, as far as they have room.
    """
    values: dict[str, Any] = {}
    refers = False
    for column in table.columns:
        keys = list(column.foreign_keys)
        if keys and not (column.nullable and refers):
            values[column.name] = session.execute(select(keys[0].column).limit(1)).scalar()
            refers = True
        elif not column.nullable:
            values[column.name] = _of_type(column.type, text)
    return values


def _of_type(kind: TypeEngine[Any], text: str) -> Any:
    choices: list[tuple[Any, Any]] = [
        (JSONDocument, {text: 1}),
        ((UTCDateTime, DateTime), datetime(2026, 5, 14, tzinfo=UTC)),
        (Date, date(2026, 5, 14)),
        (Boolean, True),
        (Integer, 1),
        (Float, 1.5),
        (Uuid, uuid.UUID(int=1)),
        ((Bytes, LargeBinary), b"x"),
    ]
    for types, value in choices:
        if isinstance(kind, types):
            if isinstance(kind, DateTime) and not kind.timezone:
                return value.replace(tzinfo=None)
            return value
    if kind.__class__.__name__ == "JSONB":  # read from the database, PostgreSQL's own
        return {text: 1}
    return text[: getattr(kind, "length", None) or len(text)]
