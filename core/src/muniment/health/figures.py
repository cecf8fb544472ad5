"""How much there is: counts and sizes, for the overview of the control panel."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from muniment.db.engine import Database
from muniment.events.models import Delivery
from muniment.files.models import StoredObject
from muniment.records.models import Draft, Record
from muniment.repository import Repository
from muniment.users.account_models import User

UNFINISHED: Final = ("pending", "failed", "dead")


@dataclass(frozen=True)
class Figures:
    """Counts are rows, sizes bytes; `search_lag` is the number of events that the index has not seen."""

    records: int
    deleted: int
    drafts: int
    users: int
    files: int
    file_bytes: int
    database_bytes: int
    free_bytes: int
    search_lag: int
    waiting: int
    dead: int


def figures(repository: Repository) -> Figures:
    """The figures of this moment; each count is answered from an index."""
    database = repository.database
    with database.read() as session:
        states: dict[Any, int] = dict(
            session.execute(select(Record.deletion_status, func.count()).group_by(Record.deletion_status)).all()
        )
        deliveries: dict[Any, int] = dict(
            session.execute(
                select(Delivery.state, func.count()).where(Delivery.state.in_(UNFINISHED)).group_by(Delivery.state)
            ).all()
        )
        files, file_bytes = session.execute(
            select(func.count(), func.coalesce(func.sum(StoredObject.size), 0)).select_from(StoredObject)
        ).one()
        return Figures(
            records=states.get("P", 0),
            deleted=sum(count for state, count in states.items() if state != "P"),
            drafts=_count(session, Draft),
            users=_count(session, User),
            files=files,
            file_bytes=int(file_bytes),
            database_bytes=_size(database, session),
            free_bytes=shutil.disk_usage(repository.instance.var).free,
            search_lag=repository.search.status().lag,
            waiting=deliveries.get("pending", 0) + deliveries.get("failed", 0),
            dead=deliveries.get("dead", 0),
        )


def _count(session: Session, table: Any) -> int:
    return session.execute(select(func.count()).select_from(table)).scalar_one()


def _size(database: Database, session: Session) -> int:
    if database.is_sqlite:
        beside = (database.path, database.path.with_name(f"{database.path.name}-wal"))
        return sum(file.stat().st_size for file in beside if file.exists())
    return int(session.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
