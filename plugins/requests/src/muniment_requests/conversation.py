"""The conversation of a request: comments and what was done, one line after the other."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from muniment.api import Actor, InvalidRequest, NotFound, PermissionDenied, Repository, UnitOfWork, strip_html
from muniment_requests.access import find, may_comment
from muniment_requests.attachments import attach, detach
from muniment_requests.events import RequestCommented
from muniment_requests.models import Entry, RequestRow, Seen
from muniment_requests.parties import Party
from muniment_requests.request import COMMENT, LOG, Line, Request
from muniment_requests.texts import checked_html

NO_COMMENT: Final = "There is no such comment."
LOCKED: Final = "This conversation is locked."
#: How many lines a page of a conversation has at most.
PAGE: Final = 100
SYSTEM_PARTY: Final = Party("user", "system")


def said_by(actor: Actor) -> Party:
    """The party that an actor is."""
    return SYSTEM_PARTY if actor.subject is None else Party("user", str(actor.subject))


class Conversation:
    """The conversations of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.database = repository.database

    def write(
        self,
        unit: UnitOfWork,
        actor: Actor,
        row: RequestRow,
        kind: str,
        *,
        content: str = "",
        payload: Mapping[str, Any] | None = None,
        parent: int | None = None,
        by: Party | None = None,
        files: Sequence[str] = (),
    ) -> Entry:
        """Add a line in a transaction; who writes has read the conversation. `by` is whom the actor acts for."""
        entry = Entry(
            id=str(uuid.uuid4()),
            request=row.number,
            parent=parent,
            kind=kind,
            author=(by or said_by(actor)).text,
            subject=actor.subject,
            content=content,
            payload=dict(payload or {}),
            removed=False,
            created=unit.now,
            updated=unit.now,
            revision=1,
        )
        unit.session.add(entry)
        unit.session.flush()
        if files:
            attach(unit, actor, entry, files)
        row.last_entry, row.active = entry.number, unit.now
        if kind == COMMENT:
            unit.emit(RequestCommented(row.number, row.type, actor.subject, entry.number))
        if actor.subject is not None:
            mark_seen(unit.session, actor.subject, row.number, entry.number)
        return entry

    def comment(
        self, actor: Actor, id: str, content: object, parent: str | None = None, files: Sequence[str] = ()
    ) -> Line:
        """Say something, or answer a comment, with the files that have these keys.

        Raises `NotFound`, `PermissionDenied` and `ValidationFailed`.
        """
        text = _said(content)
        with self.database.write() as unit:
            row, parts = find(unit.session, actor, id, to_change=True)
            if not may_comment(actor, Request.of(row, parts)):
                raise PermissionDenied(LOCKED)
            above = self._comment(unit.session, row.number, parent) if parent else None
            number = (above.parent or above.number) if above else None  # answers stand on one level
            return Line.of(self.write(unit, actor, row, COMMENT, content=text, parent=number, files=files))

    def edit(self, actor: Actor, id: str, comment: str, content: object, files: Sequence[str] | None = None) -> Line:
        """Change one's own comment; `files` None keeps those that it has."""
        text = _said(content)
        with self.database.write() as unit:
            row, parts = find(unit.session, actor, id, to_change=True)
            entry = self._comment(unit.session, row.number, comment)
            if not _is_own(actor, entry) or not may_comment(actor, Request.of(row, parts)):
                raise PermissionDenied()
            entry.content, entry.updated, entry.revision = text, unit.now, entry.revision + 1
            if files is not None:
                attach(unit, actor, entry, files)
            return Line.of(entry)

    def remove(self, actor: Actor, id: str, comment: str) -> None:
        """Take the text of a comment away; that there was one stays. One's own, and any for administrators."""
        with self.database.write() as unit:
            row, _parts = find(unit.session, actor, id, to_change=True)
            entry = self._comment(unit.session, row.number, comment)
            if not (_is_own(actor, entry) or actor.is_administrator):
                raise PermissionDenied()
            entry.content, entry.removed = "", True
            detach(unit.session, entry)
            entry.updated, entry.revision = unit.now, entry.revision + 1
            unit.audit("requests.comment_removed", f"request:{row.number}", actor, comment=entry.number)

    def get(self, actor: Actor, id: str, comment: str) -> Line:
        """One comment; raises `NotFound`."""
        with self.database.read() as session:
            row, _parts = find(session, actor, id)
            return Line.of(self._comment(session, row.number, comment))

    def lines(self, actor: Actor, id: str, *, page: int = 1, size: int = PAGE) -> tuple[list[Line], int]:
        """A page of the lines that answer no other, oldest first, each followed by its answers; and how many there are
        besides answers."""
        with self.database.read() as session:
            row, _parts = find(session, actor, id)
            heads = select(Entry).where(Entry.request == row.number, Entry.parent.is_(None)).order_by(Entry.number)
            all_heads = list(session.execute(heads.offset((page - 1) * size).limit(size)).scalars())
            total = (page - 1) * size + len(all_heads)
            if len(all_heads) == size or not all_heads:
                total = _count(session, row.number)
            answers = select(Entry).where(Entry.parent.in_([head.number for head in all_heads])).order_by(Entry.number)
            below: dict[int | None, list[Entry]] = {}
            for entry in session.execute(answers).scalars():
                below.setdefault(entry.parent, []).append(entry)
            return [Line.of(one) for head in all_heads for one in (head, *below.get(head.number, ()))], total

    def replies(self, actor: Actor, id: str, comment: str) -> list[Line]:
        """The answers to a comment, oldest first."""
        with self.database.read() as session:
            row, _parts = find(session, actor, id)
            above = self._comment(session, row.number, comment)
            answers = select(Entry).where(Entry.parent == above.number).order_by(Entry.number)
            return [Line.of(one) for one in session.execute(answers).scalars()]

    def page_of(self, actor: Actor, id: str, comment: str, size: int) -> int:
        """The page of `lines` on which a comment stands."""
        with self.database.read() as session:
            row, _parts = find(session, actor, id)
            entry = self._comment(session, row.number, comment)
            return (_count(session, row.number, before=entry.parent or entry.number) // size) + 1

    def ids(self, lines: Sequence[Line]) -> dict[int, str]:
        """The ids of the comments that these lines answer."""
        wanted = {line.parent for line in lines if line.parent is not None}
        if not wanted:
            return {}
        with self.database.read() as session:
            found = session.execute(select(Entry.number, Entry.id).where(Entry.number.in_(wanted)))
            return {row.number: row.id for row in found}

    def last(self, requests: Sequence[Request]) -> dict[int, Line]:
        """The newest comment in each conversation that has one, by the number of the request; one statement."""
        numbers = [one.number for one in requests if one.last_entry]
        if not numbers:
            return {}
        newest = select(func.max(Entry.number)).where(
            Entry.request.in_(numbers), Entry.kind == COMMENT, Entry.removed.is_(False)
        )
        with self.database.read() as session:
            rows = session.execute(select(Entry).where(Entry.number.in_(newest.group_by(Entry.request)))).scalars()
            return {row.request: Line.of(row) for row in rows}

    def mark_read(self, actor: Actor, request: Request) -> None:
        """Remember that the actor has read the conversation up to its present end."""
        if actor.subject is None:
            return
        with self.database.write() as unit:
            mark_seen(unit.session, actor.subject, request.number, request.last_entry)

    def _comment(self, session: Session, request: int, id: str) -> Entry:
        entry = session.execute(select(Entry).where(Entry.id == id, Entry.request == request)).scalar_one_or_none()
        if entry is None or entry.kind == LOG or entry.removed:
            raise NotFound(NO_COMMENT)
        return entry


def _is_own(actor: Actor, entry: Entry) -> bool:
    return entry.kind == COMMENT and actor.subject is not None and entry.subject == actor.subject


def _said(content: object) -> str:
    text = checked_html("payload.content", content)
    if not strip_html(text).strip():
        raise InvalidRequest("A comment says something.")
    return text


def mark_seen(session: Session, subject: int, request: int, entry: int) -> None:
    """Remember up to which line somebody has read."""
    seen = session.get(Seen, (subject, request))
    if seen is None:
        session.add(Seen(subject=subject, request=request, entry=entry))
    else:
        seen.entry = max(seen.entry, entry)


def _count(session: Session, request: int, before: int | None = None) -> int:
    statement = select(func.count()).select_from(Entry).where(Entry.request == request, Entry.parent.is_(None))
    if before is not None:
        statement = statement.where(Entry.number < before)
    return int(session.execute(statement).scalar_one())
