"""Who may do what in a community: four roles, each of which may do what those before it may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from muniment.api import Actor, NotFound, PermissionDenied, Repository
from muniment_communities.community import Community
from muniment_communities.models import MemberRow

READER, CURATOR, MANAGER, OWNER = "reader", "curator", "manager", "owner"
ROLES: Final = (READER, CURATOR, MANAGER, OWNER)
_RANK: Final = {role: rank for rank, role in enumerate(ROLES)}

#: The least role for each action: `view` sees what is restricted, `curate` decides about records, `manage` about
#: members, collections and pages, `own` about the community itself.
ACTIONS: Final = {"view": READER, "curate": CURATOR, "manage": MANAGER, "own": OWNER}
NO_COMMUNITY: Final = "There is no such community."


def at_least(role: str, other: str) -> bool:
    """Whether a role may do all that another may; no role (empty) may nothing."""
    return _RANK.get(role, -1) >= _RANK[other]


def may_give(own: str, role: str) -> bool:
    """Whether somebody with a role can give another, and take it away: owners any, managers all but that of owners."""
    return own == OWNER or (own == MANAGER and role != OWNER)


def label(community: str, action: str) -> str:
    """The label of actors who may do something in a community."""
    return f"community:{community}:{action}"


def labels_of(community: str, role: str) -> frozenset[str]:
    """The labels of somebody with a role."""
    return frozenset(label(community, action) for action, least in ACTIONS.items() if at_least(role, least))


class Roles:
    """The roles of people in the communities of one repository, asked for anew each time."""

    def __init__(self, repository: Repository) -> None:
        self.database = repository.database

    def can(self, actor: Actor, community: Community, action: str) -> bool:
        """Whether the actor may do `action` (a key of `ACTIONS`, or ``read``: see that there is such a community)."""
        if actor.is_administrator or (action == "read" and community.is_public):
            return True
        return at_least(self.role(actor, community.id), ACTIONS["view" if action == "read" else action])

    def require(self, actor: Actor, community: Community, action: str) -> None:
        """Raises `PermissionDenied`; for a community that the actor may not know of `NotFound`."""
        if self.can(actor, community, action):
            return
        if not self.can(actor, community, "read"):
            raise NotFound(NO_COMMUNITY)
        raise PermissionDenied()

    def role(self, actor: Actor, community: str) -> str:
        """The actor's role in a community; empty for who is no member."""
        return self.of(actor, [community]).get(community, "")

    def of(self, actor: Actor, communities: Iterable[str] | None = None) -> dict[str, str]:
        """The actor's roles by community: in all, or in these. One statement."""
        if actor.subject is None:
            return {}
        with self.database.read() as session:
            return roles_in(session, actor, communities)


def roles_in(session: Session, actor: Actor, communities: Iterable[str] | None = None) -> dict[str, str]:
    """The highest role of an actor in each community, their own or one of their groups'."""
    statement = select(MemberRow.community, MemberRow.role).where(is_actor(actor))
    if communities is not None:
        statement = statement.where(MemberRow.community.in_(list(communities)))
    found: dict[str, str] = {}
    for community, role in session.execute(statement):
        found[community] = highest((found.get(community, ""), role))
    return found


def is_actor(actor: Actor) -> ColumnElement[bool]:
    """Which memberships are the actor's."""
    if not actor.roles:
        return MemberRow.subject == actor.subject
    return or_(MemberRow.subject == actor.subject, MemberRow.group_name.in_(sorted(actor.roles)))


def highest(roles: Iterable[str]) -> str:
    return max(roles, key=lambda role: _RANK.get(role, -1))


def permissions(roles: Mapping[str, str], actor: Actor, community: Community) -> dict[str, bool]:
    """What InvenioRDM's JSON says in `ui.permissions`."""
    role = OWNER if actor.is_administrator else roles.get(community.id, "")
    is_manager, is_curator, is_owner = (at_least(role, least) for least in (MANAGER, CURATOR, OWNER))
    return {
        "can_update": is_owner,
        "can_rename": is_owner,
        "can_delete": is_owner,
        "can_include_directly": is_curator or community.access["review_policy"] == "open",
        "can_search_requests": is_curator,
        "can_search_invitations": is_manager,
        "can_manage_access": is_owner,
        "can_members_manage": is_manager,
    }
