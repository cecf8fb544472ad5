"""Who may do what with a request, by the labels of the actor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from muniment.api import Actor, NotFound
from muniment_requests.models import PartLabel, RequestRow
from muniment_requests.request import CREATED, CREATOR, RECEIVER, SUBMITTED, Request

#: Which parts may take an action, in which state. `expire` is the system's own.
_MAY: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "submit": (CREATED, frozenset({CREATOR})),
    "cancel": (SUBMITTED, frozenset({CREATOR})),
    "accept": (SUBMITTED, frozenset({RECEIVER})),
    "decline": (SUBMITTED, frozenset({RECEIVER})),
    "expire": (SUBMITTED, frozenset()),
}
ACTIONS: Final = tuple(_MAY)
NO_REQUEST: Final = "There is no such request."


def parts_of(session: Session, actor: Actor, number: int) -> frozenset[str]:
    """The actor's parts in a request: creator, receiver, reviewer."""
    mine = select(PartLabel.part).where(PartLabel.request == number, PartLabel.label.in_(actor.labels))
    return frozenset(session.execute(mine).scalars())


def find(session: Session, actor: Actor, id: str, *, to_change: bool = False) -> tuple[RequestRow, frozenset[str]]:
    """A request that the actor takes part in, or may look after as administrator; raises `NotFound`, for what others
    talk about too. One that is `to_change` waits for whoever changes it now, and is as they left it."""
    statement = select(RequestRow).where(RequestRow.id == id)
    if to_change:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = session.execute(statement).scalar_one_or_none()
    if row is None:
        raise NotFound(NO_REQUEST)
    parts = parts_of(session, actor, row.number)
    if row.status == CREATED:
        parts &= {CREATOR}
    if not parts and not actor.is_administrator:
        raise NotFound(NO_REQUEST)
    return row, parts


def state_for(action: str) -> str:
    """The state that a request has to be in for an action."""
    return _MAY[action][0]


def is_theirs(actor: Actor, request: Request, action: str) -> bool:
    """Whether the actor is among those who take this action, whatever the state of the request."""
    return actor.is_system or not _MAY[action][1].isdisjoint(request.parts)


def actions_of(actor: Actor, request: Request) -> list[str]:
    """What the actor can do with the request as it is."""
    return [name for name in ACTIONS if request.status == state_for(name) and is_theirs(actor, request, name)]


def may_change(actor: Actor, request: Request) -> bool:
    """Whether the actor may correct the title and the description, and name reviewers."""
    return request.status in (CREATED, SUBMITTED) and (
        actor.is_administrator or not request.parts.isdisjoint({CREATOR, RECEIVER})
    )


def may_lock(actor: Actor, request: Request) -> bool:
    """Whether the actor may end and reopen the conversation."""
    return actor.is_administrator or RECEIVER in request.parts


def may_comment(actor: Actor, request: Request) -> bool:
    return not request.locked or may_lock(actor, request)
