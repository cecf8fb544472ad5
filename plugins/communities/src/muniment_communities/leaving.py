"""Communities of somebody whose account ends: no community is left without an owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from muniment.api import SYSTEM, Departure, Repository
from muniment_communities.events import MemberChanged
from muniment_communities.log import note
from muniment_communities.models import CommunityRow, MemberRow
from muniment_communities.roles import CURATOR, MANAGER, OWNER, READER

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

#: Who looks after a community in which nobody is left.
ADMINISTRATORS: Final = "administrator"


def hand_over(service: CommunityService) -> Callable[[Repository, Departure], None]:
    """What the end of an account does before its memberships go: the heir of the account owns what nobody else owns,
    else the member with the highest role and the longest membership, else the administrators of the site."""

    def leave(repository: Repository, departure: Departure) -> None:
        with repository.database.write() as unit:
            for community in _owned(unit.session, departure.subject):
                unit.session.get(CommunityRow, community, with_for_update=True)
                if _others(unit.session, community, departure.subject, OWNER):
                    continue
                heir = _heir(unit.session, community, departure)
                if isinstance(heir, MemberRow):
                    heir.role, heir.updated, heir.revision = OWNER, unit.now, heir.revision + 1
                    note(unit, SYSTEM, community, "owner_followed", member=heir.subject, group=heir.group_name)
                    if heir.subject is not None:
                        unit.emit(MemberChanged(community, None, "owner", heir.subject, OWNER))
                elif heir is not None:
                    service.members.add(unit, community, OWNER, subject=heir)
                    note(unit, SYSTEM, community, "owner_followed", member=heir)
                    unit.emit(MemberChanged(community, None, "owner", heir, OWNER))
                else:
                    service.members.add(unit, community, OWNER, group=ADMINISTRATORS)
                    note(unit, SYSTEM, community, "owner_followed", group=ADMINISTRATORS)

    return leave


def _owned(session: Session, subject: int) -> list[str]:
    mine = select(MemberRow.community).where(MemberRow.subject == subject, MemberRow.role == OWNER)
    return list(session.execute(mine.order_by(MemberRow.community)).scalars())


def _others(session: Session, community: str, subject: int, role: str) -> list[MemberRow]:
    statement = select(MemberRow).where(
        MemberRow.community == community,
        MemberRow.role == role,
        func.coalesce(MemberRow.subject, -1) != subject,
    )
    return list(session.execute(statement.order_by(MemberRow.created, MemberRow.id)).scalars())


def _heir(session: Session, community: str, departure: Departure) -> MemberRow | int | None:
    if departure.heir is not None:
        return departure.heir
    for role in (MANAGER, CURATOR, READER):
        if others := _others(session, community, departure.subject, role):
            return others[0]
    return None
