"""Files beside comments: sent first, then named by a comment, and gone with it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, defer

from muniment.api import Actor, NotFound, PermissionDenied, Repository, UnitOfWork
from muniment_requests.access import find, may_comment
from muniment_requests.kinds_of_files import checked_kind, checked_name, refused
from muniment_requests.models import AttachmentRow, Entry
from muniment_requests.request import Request

#: Bytes of one file, and of all files of a request.
LARGEST: Final = 10_000_000
LARGEST_TOGETHER: Final = 100_000_000
MOST_OF_A_COMMENT: Final = 10
#: How long a file waits for the comment that names it.
WAITS: Final = timedelta(days=1)
NO_FILE: Final = "There is no such file."
TOO_LARGE: Final = "A file has at most 10 MB."


@dataclass(frozen=True)
class Attachment:
    """A file of a request; `key` names it in addresses, `size` in bytes."""

    key: str
    name: str
    media_type: str
    size: int
    created: datetime

    @property
    def json(self) -> dict[str, Any]:
        """How a comment remembers it, with the names that InvenioRDM has for it."""
        return {"key": self.key, "original_filename": self.name, "size": self.size, "mimetype": self.media_type}

    @classmethod
    def of(cls, row: AttachmentRow) -> Attachment:
        return cls(row.key, row.name, row.media_type, row.size, row.created)


class Attachments:
    """The files of the requests of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.database = repository.database

    def add(self, actor: Actor, id: str, name: str, content: bytes) -> Attachment:
        """Keep a file for a comment that is still to be written.

        Raises `NotFound`, `PermissionDenied` and `ValidationFailed` for what is too large or of a wrong kind.
        """
        name = checked_name(name)
        if len(content) > LARGEST:
            raise refused(TOO_LARGE)
        if not content:
            raise refused("The file is empty.")
        media_type = checked_kind(name, content)
        with self.database.write() as unit:
            row, parts = find(unit.session, actor, id, to_change=True)  # two files at once are added up too
            if not may_comment(actor, Request.of(row, parts)):
                raise PermissionDenied("This conversation is locked.")
            sizes = select(func.sum(AttachmentRow.size)).where(AttachmentRow.request == row.number)
            if (unit.session.execute(sizes).scalar() or 0) + len(content) > LARGEST_TOGETHER:
                raise refused("The files of a request have at most 100 MB together.")
            kept = AttachmentRow(
                key=f"{secrets.token_hex(8)}-{name}",
                request=row.number,
                entry=None,
                name=name,
                media_type=media_type,
                size=len(content),
                content=content,
                subject=actor.subject,
                created=unit.now,
            )
            unit.session.add(kept)
            unit.session.flush()
            return Attachment.of(kept)

    def remove(self, actor: Actor, id: str, key: str) -> None:
        """Take one's own file away, and any as administrator; a comment that named it names it no more."""
        with self.database.write() as unit:
            request, _parts = find(unit.session, actor, id, to_change=True)
            row = _file(unit.session, request.number, key)
            if not (actor.is_administrator or (row.subject is not None and row.subject == actor.subject)):
                raise PermissionDenied()
            if row.entry is not None and (entry := unit.session.get(Entry, row.entry)) is not None:
                left = [one for one in entry.payload.get("files", ()) if one["key"] != key]
                entry.payload, entry.updated, entry.revision = {"files": left}, unit.now, entry.revision + 1
            unit.session.delete(row)
            unit.audit("requests.file_removed", f"request:{request.number}", actor)

    def read(self, actor: Actor, id: str, key: str) -> tuple[Attachment, bytes]:
        """A file and its bytes, for those who read the conversation; before a comment names it, for who sent it."""
        with self.database.read() as session:
            request, _parts = find(session, actor, id)
            row = _file(session, request.number, key)
            if row.entry is None and row.subject != actor.subject:
                raise NotFound(NO_FILE)
            return Attachment.of(row), row.content


def attach(unit: UnitOfWork, actor: Actor, entry: Entry, keys: Sequence[str]) -> None:
    """Have a comment name these files of its author, and no others any more. Raises `ValidationFailed`."""
    if len(keys) > MOST_OF_A_COMMENT:
        raise refused(f"A comment has at most {MOST_OF_A_COMMENT} files.")
    wanted = list(dict.fromkeys(keys))
    rows = _files(unit.session, entry, wanted)
    for key in wanted:
        row = rows.get(key)
        if row is None or row.subject != actor.subject or row.entry not in (None, entry.number):
            raise refused("A file that the comment names is not there any more; send it again.")
        row.entry = entry.number
    for key, row in rows.items():
        if key not in wanted:
            unit.session.delete(row)
    entry.payload = {"files": [Attachment.of(rows[key]).json for key in wanted]} if wanted else {}
    unit.session.flush()


def detach(session: Session, entry: Entry) -> None:
    """Remove the files of a comment that is removed."""
    session.execute(
        delete(AttachmentRow).where(AttachmentRow.request == entry.request, AttachmentRow.entry == entry.number)
    )
    entry.payload = {}


def forget_unnamed(unit: UnitOfWork) -> int:
    """Remove files whose comment was never written; returns how many."""
    waiting = delete(AttachmentRow).where(AttachmentRow.entry.is_(None), AttachmentRow.created < unit.now - WAITS)
    return int(getattr(unit.session.execute(waiting), "rowcount", 0))


def _files(session: Session, entry: Entry, keys: Sequence[str]) -> Mapping[str, AttachmentRow]:
    found = (
        select(AttachmentRow)
        .options(defer(AttachmentRow.content))
        .where(
            AttachmentRow.request == entry.request,
            AttachmentRow.key.in_(keys) | (AttachmentRow.entry == entry.number),
        )
    )
    return {row.key: row for row in session.execute(found).scalars()}


def _file(session: Session, request: int, key: str) -> AttachmentRow:
    row = session.get(AttachmentRow, key)
    if row is None or row.request != request:
        raise NotFound(NO_FILE)
    return row
