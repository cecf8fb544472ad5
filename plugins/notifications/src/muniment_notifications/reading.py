"""What a person was told, as they read it: the number in the head of pages, the list, and what was read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext
from sqlalchemy import func, select, update

from muniment.api import MunimentError, Repository
from muniment_notifications.models import NotificationRow

#: The number in the head of pages counts no further.
COUNTED: Final = 100


@dataclass(frozen=True)
class Told:
    """A notification as it is read."""

    id: int
    type: str
    text: str
    path: str
    created: datetime
    read: datetime | None

    def document(self, site: str) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "type": self.type,
            "text": self.text,
            "read": self.read is not None,
            "created": self.created.isoformat(timespec="microseconds"),
            "links": {"self": f"{site}/api/user/notifications/{self.id}", "target": f"{site}{self.path}"},
        }


class Reading:
    """The notifications of people on the site."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    def unread(self, subject: int, page: str = "") -> int:
        """How many a person has not read, 100 at most. Those about the page at `page`, which is being read, are read
        with it; nothing else is written, and one question is asked."""
        statement = (
            select(NotificationRow.id, NotificationRow.page)
            .where(NotificationRow.subject == subject, NotificationRow.read.is_(None))
            .limit(COUNTED)
        )
        with self.database.read() as session:
            rows = session.execute(statement).all()
        here = [row.id for row in rows if page and row.page == page]
        if here:
            try:
                self.mark(subject, here)
            except MunimentError:
                return len(rows)  # the site is read-only: they are unread a little longer
        return len(rows) - len(here)

    def list(self, subject: int, *, unread: bool = False, page: int = 1, size: int = 25) -> tuple[list[Told], int]:
        """A page of what a person was told on the site, newest first, and how many there are."""
        mine = [NotificationRow.subject == subject, NotificationRow.shown.is_(True)]
        if unread:
            mine.append(NotificationRow.read.is_(None))
        rows = select(NotificationRow).where(*mine).order_by(NotificationRow.id.desc())
        with self.database.read() as session:
            total = int(session.execute(select(func.count()).select_from(NotificationRow).where(*mine)).scalar_one())
            found = session.execute(rows.offset((page - 1) * size).limit(size)).scalars()
            return [told(row) for row in found], total

    def get(self, subject: int, id: int) -> Told | None:
        """One notification of a person's."""
        with self.database.read() as session:
            row = session.get(NotificationRow, id)
            return told(row) if row is not None and row.subject == subject and row.shown else None

    def mark(self, subject: int, ids: Iterable[int] | None = None, *, read: bool = True) -> int:
        """Mark some of a person's notifications as read or not, all without `ids`; returns how many changed."""
        which = [NotificationRow.subject == subject, NotificationRow.shown.is_(True)]
        which.append(NotificationRow.read.is_(None) if read else NotificationRow.read.is_not(None))
        if ids is not None:
            which.append(NotificationRow.id.in_(list(ids)))
        with self.database.write() as unit:
            changed = unit.session.execute(
                update(NotificationRow).where(*which).values(read=unit.now if read else None)
            )
            return int(changed.rowcount)  # type: ignore[attr-defined]


def told(row: NotificationRow) -> Told:
    return Told(row.id, row.type, sentence(row), row.path, row.created, row.read)


def sentence(row: NotificationRow) -> str:
    """The sentence in the language of the reader at hand; as it was written where its places do not fit."""
    try:
        words = {name: gettext(word, **(row.values if "%(" in word else {})) for name, word in row.words.items()}
        return str(gettext(row.text, **{**row.values, **words}))
    except (KeyError, TypeError, ValueError):
        return row.text
