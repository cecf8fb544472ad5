"""Lists of communities: one statement for a page, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, UnaryExpression, case, func, or_, select
from sqlalchemy.orm import Session

from muniment.api import Actor, compared
from muniment_communities.community import PUBLIC, Community
from muniment_communities.models import CommunityRow, MemberRow
from muniment_communities.roles import is_actor

SORTS: Final = ("bestmatch", "newest", "oldest")
LARGEST: Final = 100
FACETS: Final = ("type", "visibility")
_MOST_WORDS: Final = 10


@dataclass(frozen=True)
class Asked:
    """What a list is to hold. `own` keeps to those of which the actor is a member, `parent` to those of one, `featured`
    to those that are shown before others now; `without` leaves some out by their ids."""

    q: str = ""
    types: Sequence[str] = ()
    visibilities: Sequence[str] = ()
    own: bool = False
    parent: str = ""
    featured: bool = False
    without: Sequence[str] = ()
    sort: str = ""
    page: int = 1
    size: int = 25


@dataclass(frozen=True)
class Found:
    """A page of communities, how many there are, and how many for each value of the facets."""

    communities: list[Community]
    total: int
    sort: str
    counts: dict[str, list[tuple[str, int]]]


def list_communities(session: Session, actor: Actor, asked: Asked, now: datetime | None = None) -> Found:
    """The communities that the actor may know of."""
    sort = asked.sort or ("bestmatch" if asked.q.strip() else "newest")
    everywhere = _conditions(actor, asked)
    if asked.featured:
        everywhere.append(CommunityRow.featured <= now)
    conditions = [*everywhere, *_chosen(asked)]
    statement = select(CommunityRow, func.count().over().label("total")).where(*conditions)
    first = [CommunityRow.featured.desc()] if asked.featured and not asked.sort else []
    statement = statement.order_by(*first, *_order(sort, asked.q))
    rows = session.execute(statement.offset((asked.page - 1) * asked.size).limit(asked.size)).all()
    total = rows[0].total if rows else 0
    if not rows and asked.page > 1:
        total = session.execute(select(func.count()).select_from(CommunityRow).where(*conditions)).scalar_one()
    return Found([Community.of(row[0]) for row in rows], total, sort, _counts(session, everywhere))


def seen_by(actor: Actor) -> list[ColumnElement[bool]]:
    """Which communities the actor may know of."""
    there = CommunityRow.status == "P"
    if actor.is_administrator:
        return [there]
    if actor.subject is None:
        return [there, CommunityRow.visibility == PUBLIC]
    return [there, or_(CommunityRow.visibility == PUBLIC, CommunityRow.id.in_(_mine(actor)))]


def _mine(actor: Actor) -> Any:
    return select(MemberRow.community).where(is_actor(actor))


def _conditions(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    found = seen_by(actor)
    if asked.own:
        found.append(CommunityRow.id.in_(_mine(actor)))
    if asked.parent:
        found.append(CommunityRow.parent == asked.parent)
    if asked.without:
        found.append(CommunityRow.id.not_in(list(asked.without)))
    for word in _words(asked.q):
        found.append(CommunityRow.words.contains(word, autoescape=True))
    return found


def _chosen(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.types:
        found.append(CommunityRow.type.in_(list(asked.types)))
    if asked.visibilities:
        found.append(CommunityRow.visibility.in_(list(asked.visibilities)))
    return found


def _words(text: str) -> list[str]:
    return compared(text).split()[:_MOST_WORDS]


def _order(sort: str, text: str) -> list[UnaryExpression[Any]]:
    """The best match is one whose own name begins with what was typed, then one that has it anywhere in its title."""
    newest: list[UnaryExpression[Any]] = [CommunityRow.created.desc(), CommunityRow.id.desc()]
    if sort == "oldest":
        return [CommunityRow.created.asc(), CommunityRow.id.asc()]
    if sort != "bestmatch" or not (typed := compared(text)):
        return newest
    rank = case(
        (CommunityRow.slug_key == typed, 0),
        (CommunityRow.words.startswith(typed, autoescape=True), 1),
        (CommunityRow.words.contains(f" {typed}", autoescape=True), 2),
        else_=3,
    )
    return [rank.asc(), *newest]


def _counts(session: Session, conditions: Sequence[ColumnElement[bool]]) -> dict[str, list[tuple[str, int]]]:
    number = func.count()
    statement = (
        select(CommunityRow.type, CommunityRow.visibility, number)
        .where(*conditions)
        .group_by(CommunityRow.type, CommunityRow.visibility)
    )
    found: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for kind, visibility, count in session.execute(statement):
        for name, value in (("type", kind), ("visibility", visibility)):
            if value:
                found[name][value] = found[name].get(value, 0) + count
    return {name: sorted(values.items(), key=lambda item: (-item[1], item[0])) for name, values in found.items()}
