"""People who ask to become members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from muniment.api import Actor, Conflict, InvalidRequest, NotFound, PermissionDenied, Repository, UnitOfWork
from muniment_communities.community import Community
from muniment_communities.log import note
from muniment_communities.members import Members, named
from muniment_communities.models import InvitationRow
from muniment_communities.party import KIND
from muniment_communities.roles import OWNER, READER, Roles, may_give
from muniment_requests.api import Party, Request, RequestService

MEMBERSHIP: Final = "community-membership-request"
#: What such a request is called; it is looked up in the catalogues for whoever reads it.
TITLE: Final = "Request to join %(community)s"
BY_INVITATION: Final = "This community takes members by invitation only."
MEMBER_ALREADY: Final = "You are a member of this community already."
NOBODY_ASKED: Final = "This person has not asked to become a member."
INVITED_ALREADY: Final = "You are invited already: the invitation is among your requests."


class Joining:
    """Requests for membership in the communities of one repository."""

    def __init__(self, repository: Repository, roles: Roles, members: Members) -> None:
        self.repository = repository
        self.database = repository.database
        self.roles = roles
        self.members = members

    def may_ask(self, actor: Actor, community: Community) -> bool:
        """Whether the actor is no member and the community lets people ask."""
        return (
            actor.subject is not None
            and community.access["member_policy"] == "open"
            and not self.roles.role(actor, community.id)
        )

    def open_request(self, actor: Actor, community: Community) -> Request | None:
        """What the actor has asked already, when it is not decided yet."""
        return RequestService(self.repository).about(actor, MEMBERSHIP, Party(KIND, community.id))

    def ask(self, actor: Actor, community: Community, message: Any = "") -> Request:
        """Ask to become a reader of a community. Raises `PermissionDenied`, `InvalidRequest`, `Conflict` and
        `ValidationFailed`."""
        if actor.subject is None:
            raise PermissionDenied()
        if community.access["member_policy"] != "open":
            raise PermissionDenied(BY_INVITATION)
        with self.database.write() as unit:
            if self.roles.role(actor, community.id):
                raise InvalidRequest(MEMBER_ALREADY)
            self._refuse_invited(unit, actor.subject, community)
            made = RequestService(self.repository).create(
                actor,
                MEMBERSHIP,
                receiver=Party(KIND, community.id),
                topic=Party(KIND, community.id),
                title=TITLE,
                title_values={"community": community.title},
                description=message or "",
                unit=unit,
            )
            note(unit, actor, community.id, "membership_requested")
            return made

    def offer(self, actor: Actor, community: Community, sent: Mapping[str, Any]) -> None:
        """Say which role people get who have asked, before they are accepted. Raises `PermissionDenied`, `NotFound` for
        somebody who has not asked, and `ValidationFailed`."""
        self.roles.require(actor, community, "manage")
        role = self.members.given(actor, community, sent.get("role"))
        requests, asked_of = RequestService(self.repository), Party(KIND, community.id)
        found = [requests.about(actor, MEMBERSHIP, asked_of, Party(kind, name)) for kind, name in named(sent)]
        asked = [one for one in found if one is not None]
        if len(asked) < len(found):
            raise NotFound(NOBODY_ASKED)
        for one in asked:
            requests.set_terms(actor, one.id, {"role": role})

    def accept(self, unit: UnitOfWork, actor: Actor, community: Community, subject: int, role: str = READER) -> None:
        """Make whoever asked a member, within a transaction; the actor has to look after members, and can give no role
        that is not theirs to give."""
        self.roles.require(actor, community, "manage")
        own = OWNER if actor.is_administrator else self.roles.role(actor, community.id)
        if not may_give(own, role):
            raise PermissionDenied()
        self.members.add(unit, community.id, role, subject=subject)
        note(unit, actor, community.id, "member_added", member=subject, role=role)

    def _refuse_invited(self, unit: UnitOfWork, subject: int, community: Community) -> None:
        invited = select(InvitationRow.id).where(
            InvitationRow.community == community.id,
            InvitationRow.subject == subject,
            InvitationRow.state == "open",
            InvitationRow.expires > unit.now,
        )
        if unit.session.execute(invited).first() is not None:
            raise Conflict(INVITED_ALREADY)
