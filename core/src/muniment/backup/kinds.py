"""Kinds of column values: what both databases and JSON can hold, and how each is written and read.

A backup names the kind of every column, so that restoring needs no model of the table: a backup of an older version is
restored into the tables of that version and migrated afterwards.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    String,
    Text,
    Uuid,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from muniment.backup.errors import BackupFailed
from muniment.db.types import Bytes, JSONDocument, UTCDateTime

#: The type that moves a kind in and out of either database.
TYPES: Final[Mapping[str, TypeEngine[Any]]] = {
    "boolean": Boolean(),
    "bytes": Bytes(),
    "date": Date(),
    "datetime": UTCDateTime(),
    "decimal": Numeric(),
    "float": Float(),
    "integer": BigInteger(),
    "json": JSONDocument(),
    "text": Text(),
    "uuid": Uuid(),
}

_BY_TYPE: Final[tuple[tuple[type[TypeEngine[Any]], str], ...]] = (
    (JSON, "json"),
    (Boolean, "boolean"),
    (DateTime, "datetime"),
    (Date, "date"),
    (Uuid, "uuid"),
    (LargeBinary, "bytes"),
    (Float, "float"),
    (Numeric, "decimal"),
    (Integer, "integer"),
    (String, "text"),
)

_ENCODERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "bytes": lambda value: base64.b64encode(value).decode(),
    "decimal": str,
}
_DECODERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "bytes": base64.b64decode,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "decimal": Decimal,
    "uuid": UUID,
}


def kind_of(column: TypeEngine[Any], where: str) -> str:
    """The kind of a column's type; `where` names the column. Raises `BackupFailed` for a type that is not known."""
    if isinstance(column, JSONDocument):
        return "json"
    found = column.impl_instance if isinstance(column, TypeDecorator) and not isinstance(column, Interval) else column
    for candidate, kind in _BY_TYPE:
        if isinstance(found, candidate):
            return kind
    raise BackupFailed(
        f"Column {where} has the type {column!r}, which backups do not know. Use one of the common types."
    )


def encoder(kinds: Mapping[str, str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Turns a row into what JSON can hold; orjson itself writes times, days and UUIDs."""
    special = {name: _ENCODERS[kind] for name, kind in kinds.items() if kind in _ENCODERS}

    def encode(values: dict[str, Any]) -> dict[str, Any]:
        for name, convert in special.items():
            if values[name] is not None:
                values[name] = convert(values[name])
        return values

    return encode


def decoder(kinds: Mapping[str, str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Turns what JSON held back into a row."""
    special = {name: _DECODERS[kind] for name, kind in kinds.items() if kind in _DECODERS}

    def decode(values: dict[str, Any]) -> dict[str, Any]:
        for name, convert in special.items():
            if values[name] is not None:
                values[name] = convert(values[name])
        return values

    return decode
