"""Communities that are part of another one: their owners ask, those who look after the other one decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from muniment.api import Actor, Conflict, InvalidRequest, PermissionDenied, Problem, UnitOfWork, ValidationFailed
from muniment_communities.community import Community
from muniment_communities.log import note
from muniment_communities.models import CommunityRow
from muniment_communities.party import KIND
from muniment_requests.api import Party, Request

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

SUBCOMMUNITY: Final = "subcommunity"
#: What such a request is called; it is looked up in the catalogues for whoever reads it.
TITLE: Final = "%(child)s as a part of %(parent)s"
NOT_TAKEN: Final = "This community takes no subcommunities."
PART_ALREADY: Final = "The community is part of another one already."
ONE_LEVEL: Final = "A community that has subcommunities, or is one, cannot be part of another one, or have any."


class Subcommunities:
    """The subcommunities of the communities of one repository."""

    def __init__(self, service: CommunityService) -> None:
        self.service = service
        self.database = service.database

    def ask(self, actor: Actor, parent: Community, sent: Mapping[str, Any]) -> Request:
        """Ask that a community of the actor's (`community_id`), or one that is made for it (`community` with slug and
        title), becomes part of another one. Raises `PermissionDenied`, `InvalidRequest`, `ValidationFailed` and
        `Conflict` for what is asked already."""
        if not parent.children_allowed:
            raise InvalidRequest(NOT_TAKEN)
        if parent.parent:
            raise Conflict(ONE_LEVEL)
        child = self._child(actor, sent)
        self.service.roles.require(actor, child, "own")
        with self.database.write() as unit:
            self._refuse(unit, parent, child)
            made = self.service.requests.create(
                actor,
                SUBCOMMUNITY,
                receiver=Party(KIND, parent.id),
                topic=Party(KIND, child.id),
                title=TITLE,
                title_values={"child": child.title, "parent": parent.title},
                unit=unit,
            )
            note(unit, actor, child.id, "parent_requested", other=parent.id)
            return made

    def accept(self, unit: UnitOfWork, actor: Actor, parent: Community, child: str) -> None:
        """Make a community part of another one, within a transaction. Raises `Conflict` when that cannot be."""
        self.service.roles.require(actor, parent, "manage")
        row = self.service.locked(unit, child)
        self._refuse(unit, parent, Community.of(row))
        row.parent = parent.id
        self.service.touched(unit, actor, row, records=False)
        for one in (parent.id, row.id):
            note(unit, actor, one, "subcommunity_added", other=row.id)

    def part(self, actor: Actor, child: Community) -> None:
        """End that a community is part of another one: as its owner, or as who looks after the other one."""
        parent = self.service.named([child.parent]).get(child.parent) if child.parent else None
        if parent is None:
            raise InvalidRequest("The community is part of no other one.")
        if not self.service.can(actor, child, "own") and not self.service.can(actor, parent, "manage"):
            raise PermissionDenied()
        with self.database.write() as unit:
            row = self.service.locked(unit, child.id)
            row.parent = None
            self.service.touched(unit, actor, row, records=False)
            for one in (parent.id, row.id):
                note(unit, actor, one, "subcommunity_removed", other=row.id)

    def _child(self, actor: Actor, sent: Mapping[str, Any]) -> Community:
        new, id = sent.get("community"), sent.get("community_id")
        if isinstance(new, Mapping):
            return self.service.create(actor, {"slug": new.get("slug"), "metadata": {"title": new.get("title")}})
        if not isinstance(id, str) or not id:
            raise ValidationFailed(errors=[Problem("community_id", "Name a community of yours.")])
        return self.service.get(actor, id)

    def _refuse(self, unit: UnitOfWork, parent: Community, child: Community) -> None:
        if child.parent:
            raise Conflict(PART_ALREADY)
        below = select(CommunityRow.id).where(CommunityRow.parent == child.id, CommunityRow.status == "P")
        present = unit.session.get(CommunityRow, parent.id)
        above = present.parent if present is not None else None
        if child.id == parent.id or above or unit.session.execute(below).first() is not None:
            raise Conflict(ONE_LEVEL)
