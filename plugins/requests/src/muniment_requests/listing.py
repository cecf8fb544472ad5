"""Lists of requests: two statements for a page, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from sqlalchemy import ColumnElement, UnaryExpression, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from muniment.api import Actor, lowercase
from muniment_requests.models import Entry, PartLabel, RequestRow, Seen
from muniment_requests.request import CREATED, CREATOR, RECEIVER, REVIEWER, SUBMITTED, Request

#: How a list can be sorted; `bestmatch` is the order of InvenioRDM's name for what comes first here: the newest.
SORTS: Final = ("bestmatch", "newest", "oldest", "newestactivity", "oldestactivity")
LARGEST: Final = 100
#: How many words of a query count.
MOST_WORDS: Final = 10
#: A list can be narrowed to so many receivers.
MOST_RECEIVERS: Final = 100


@dataclass(frozen=True)
class Asked:
    """What a list is to hold. `part` is ``creator``, ``waiting`` (receiver or reviewer) or empty for both; `topic`,
    `receiver` and `created_by` are parties as texts."""

    q: str = ""
    part: str = ""
    types: Sequence[str] = ()
    statuses: Sequence[str] = ()
    is_open: bool | None = None
    topic: str = ""
    receiver: str = ""
    created_by: str = ""
    sort: str = "newestactivity"
    page: int = 1
    size: int = 20


@dataclass(frozen=True)
class Found:
    """A page of requests and how many there are."""

    requests: list[Request]
    total: int


def list_requests(session: Session, actor: Actor, asked: Asked, *, everybody: bool = False) -> Found:
    """The requests that the actor takes part in; with `everybody` all that were submitted."""
    mine = select(PartLabel.request).where(PartLabel.label.in_(actor.labels), *_of_part(asked.part))
    read_to = select(Seen.entry).where(Seen.request == RequestRow.number, Seen.subject == actor.subject)
    unread = RequestRow.last_entry > func.coalesce(read_to.scalar_subquery(), -1)
    if everybody:
        conditions = [RequestRow.status != CREATED, *_conditions(actor, asked)]
    else:
        conditions = [RequestRow.number.in_(mine), *_conditions(actor, asked)]
    # The page is found by narrow rows: texts, and what is unread, are read for what is shown only.
    wanted = select(RequestRow.number, func.count().over().label("total")).where(*conditions)
    page = wanted.order_by(*_order(asked.sort)).offset((asked.page - 1) * asked.size).limit(asked.size).subquery()
    shown = select(RequestRow, unread.label("unread"), page.c.total).join(page, page.c.number == RequestRow.number)
    rows = session.execute(shown.order_by(*_order(asked.sort))).all()
    if rows:
        parts = _parts(session, actor, [row[0].number for row in rows])
        found = [Request.of(row[0], parts[row[0].number], unread=bool(row.unread)) for row in rows]
        return Found(found, rows[0].total)
    return Found([], _total(session, conditions) if asked.page > 1 else 0)


def count_requests(session: Session, actor: Actor, asked: Asked) -> int:
    """How many requests such a list of the actor's holds on all of its pages."""
    mine = select(PartLabel.request).where(PartLabel.label.in_(actor.labels), *_of_part(asked.part))
    return _total(session, [RequestRow.number.in_(mine), *_conditions(actor, asked)])


def neighbours(session: Session, actor: Actor, request: Request, asked: Asked) -> tuple[str, str]:
    """The ids of the requests before and after one in a list, newest first or oldest first; empty where there is none.

    The order is that in which they were made, so that a decision moves none: the next one is still the next.
    """
    mine = select(PartLabel.request).where(PartLabel.label.in_(actor.labels), *_of_part(asked.part))
    others = select(RequestRow.id).where(
        RequestRow.number.in_(mine), RequestRow.number != request.number, *_conditions(actor, asked)
    )
    before = others.where(RequestRow.number > request.number).order_by(RequestRow.number).limit(1)
    after = others.where(RequestRow.number < request.number).order_by(RequestRow.number.desc()).limit(1)
    found = [session.execute(statement).scalar() or "" for statement in (before, after)]
    return (found[1], found[0]) if asked.sort.startswith("oldest") else (found[0], found[1])


def receivers(session: Session, actor: Actor) -> list[str]:
    """Of whom requests are asked that the actor takes part in, as texts: groups, communities, but no people."""
    mine = select(PartLabel.request).where(PartLabel.label.in_(actor.labels))
    statement = select(RequestRow.receiver).distinct().where(RequestRow.number.in_(mine))
    statement = statement.where(~RequestRow.receiver.startswith("user:")).limit(MOST_RECEIVERS)
    return list(session.execute(statement).scalars())


def _of_part(part: str) -> list[ColumnElement[bool]]:
    if part == "waiting":
        return [PartLabel.part.in_((RECEIVER, REVIEWER))]
    return [PartLabel.part == CREATOR] if part == CREATOR else []


def _not_own(actor: Actor) -> list[ColumnElement[bool]]:
    return [or_(RequestRow.subject.is_(None), RequestRow.subject != actor.subject)]


def _conditions(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        or_(RequestRow.status != CREATED, and_(RequestRow.status == CREATED, RequestRow.subject == actor.subject))
    ]
    if asked.types:
        conditions.append(RequestRow.type.in_(asked.types))
    if asked.statuses:
        conditions.append(RequestRow.status.in_(asked.statuses))
    if asked.is_open is not None:
        conditions.append((RequestRow.status == SUBMITTED) == asked.is_open)
    if asked.part == "waiting":
        conditions += _not_own(actor)
    for column, wanted in (
        (RequestRow.topic, asked.topic),
        (RequestRow.receiver, asked.receiver),
        (RequestRow.creator, asked.created_by),
    ):
        if wanted:
            conditions.append(column == wanted)
    return [*conditions, *(_holds(word) for word in asked.q.lower().split()[:MOST_WORDS])]


def _holds(word: str) -> ColumnElement[bool]:
    """Whether a request says a word: in its title, its description or a comment (both are HTML)."""
    marked = escape(word, quote=False)
    said = exists().where(
        Entry.request == RequestRow.number, lowercase(Entry.content).contains(marked, autoescape=True)
    )
    return or_(
        lowercase(RequestRow.title).contains(word, autoescape=True),
        lowercase(RequestRow.description).contains(marked, autoescape=True),
        said,
    )


def _order(sort: str) -> list[UnaryExpression[Any]]:
    column = RequestRow.active if sort.endswith("activity") else RequestRow.created
    ways = (
        (column.asc(), RequestRow.number.asc())
        if sort.startswith("oldest")
        else (column.desc(), RequestRow.number.desc())
    )
    return list(ways)


def _parts(session: Session, actor: Actor, numbers: Sequence[int]) -> dict[int, frozenset[str]]:
    statement = select(PartLabel.request, PartLabel.part).where(
        PartLabel.request.in_(numbers), PartLabel.label.in_(actor.labels)
    )
    found: dict[int, set[str]] = {number: set() for number in numbers}
    for number, part in session.execute(statement):
        found[number].add(part)
    return {number: frozenset(parts) for number, parts in found.items()}


def _total(session: Session, conditions: Sequence[ColumnElement[bool]]) -> int:
    return int(session.execute(select(func.count()).select_from(RequestRow).where(*conditions)).scalar_one())
