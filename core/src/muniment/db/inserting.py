"""Rows that two transactions may want to make at the same moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session


def insert_missing(session: Session, model: type[DeclarativeBase], **values: Any) -> None:
    """Insert a row unless there is one with its key; one that another transaction is inserting is waited for.

    Columns that are not given get no default of the model.
    """
    session.flush()
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(model).values(**values).on_conflict_do_nothing())
