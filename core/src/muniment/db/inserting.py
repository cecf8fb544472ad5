"""Rows that two transactions may want to make at the same moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import DeclarativeBase, Session


def insert_missing(session: Session, model: type[DeclarativeBase], **values: Any) -> None:
    """Insert a row unless there is one with its key; one that another transaction is inserting is waited for.

    Columns that are not given get no default of the model.
    """
    session.flush()
    insert = insert_for(session)
    session.execute(insert(model).values(**values).on_conflict_do_nothing())


def insert_for(session: Session) -> Any:
    """The `insert` of the session's database, which can say what is to happen when the row is there already."""
    if session.get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert
    from sqlalchemy.dialects import postgresql

    return postgresql.insert
