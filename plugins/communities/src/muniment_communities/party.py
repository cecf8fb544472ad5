"""A community as a party of requests: its curators decide, and its managers what only they may."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from muniment.api import Actor, Repository
from muniment_communities.models import MemberRow
from muniment_communities.roles import CURATOR, MANAGER, OWNER, label
from muniment_requests.api import PartyKind, Shown

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

KIND: Final = "community"


def party_kind(service: Callable[[], CommunityService]) -> PartyKind:
    def show(_repository: Repository, actor: Actor, ids: Iterable[str]) -> Mapping[str, Shown]:
        """Titles are shown to everybody who sees the request: who asked a restricted community knows of it."""
        found = service().named(ids)
        roles = service().roles.of(actor, found)
        return {
            one.id: (one.title, one.href if one.is_public or one.id in roles or actor.is_administrator else "")
            for one in found.values()
        }

    return PartyKind(KIND, lambda one: frozenset({label(one, "curate"), "role:administrator"}), show, curators)


def managers_of(kind: PartyKind) -> PartyKind:
    """The same for what only managers decide: who becomes a member, and what becomes a part."""
    return replace(kind, labels=lambda one: frozenset({label(one, "manage"), "role:administrator"}), people=managers)


def curators(repository: Repository, community: str) -> set[int]:
    """Who is told of what is asked of a community: those who decide, and no administrators."""
    return _people(repository, community, (CURATOR, MANAGER, OWNER))


def managers(repository: Repository, community: str) -> set[int]:
    return _people(repository, community, (MANAGER, OWNER))


def _people(repository: Repository, community: str, roles: Sequence[str]) -> set[int]:
    statement = select(MemberRow.subject, MemberRow.group_name).where(
        MemberRow.community == community, MemberRow.role.in_(roles)
    )
    with repository.database.read() as session:
        rows = session.execute(statement).all()
    groups = {f"role:{name}" for _subject, name in rows if name is not None}
    people = {subject for subject, _name in rows if subject is not None}
    return people | (repository.users.holders(groups) if groups else set())
