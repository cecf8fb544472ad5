"""The end of communities and their return, marks that administrators give, and what managers read of it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from muniment.api import Actor, InvalidRequest, NotFound, PermissionDenied
from muniment_communities.community import Community
from muniment_communities.events import CommunityDeleted
from muniment_communities.log import LogLine, note, read
from muniment_communities.models import CommunityRow
from muniment_communities.party import KIND
from muniment_communities.roles import NO_COMMUNITY
from muniment_communities.schemas import checked_tombstone
from muniment_requests.api import Asked

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService


class Lifecycle:
    """What happens to the communities of one repository besides their content."""

    def __init__(self, service: CommunityService) -> None:
        self.service = service
        self.database = service.database

    def delete(self, actor: Actor, name: str, sent: Mapping[str, Any] | None = None) -> None:
        """Delete a community: its tombstone stays, its records stay without it, and what is asked of it is closed in
        the background. Raises `PermissionDenied` and `ValidationFailed`."""
        community = self.service.get(actor, name)
        self.service.roles.require(actor, community, "own")
        said = checked_tombstone(sent or {})
        with self.database.write() as unit:
            row = self.service.locked(unit, community.id)
            row.status = "D"
            row.tombstone = {
                **said,
                "removed_by": {"user": str(actor.subject) if actor.subject is not None else "system"},
                "removal_date": unit.now.isoformat(),
                "citation_text": row.title,
            }
            self.service.touched(unit, actor, row, records=True)
            unit.emit(CommunityDeleted(row.id, actor.subject))
            note(unit, actor, row.id, "deleted")

    def restore(self, actor: Actor, name: str) -> Community:
        """Bring a deleted community back with its members and records; for moderators. Raises `InvalidRequest` for one
        that is there."""
        if not actor.can("moderation"):
            raise PermissionDenied()
        community = self.service.found(name)
        if community is None:
            raise NotFound(NO_COMMUNITY)
        with self.database.write() as unit:
            row = unit.session.get(CommunityRow, community.id, with_for_update=True, populate_existing=True)
            if row is None or row.status == "P":
                raise InvalidRequest("The community is not deleted.")
            row.status, row.tombstone = "P", None
            self.service.touched(unit, actor, row, records=True)
            note(unit, actor, row.id, "restored")
            return Community.of(row)

    def mark(self, actor: Actor, name: str, what: Literal["verified", "featured"], *, on: bool) -> Community:
        """Say that a community is what it says it is (``verified``), or show it before others; for administrators."""
        if not actor.is_administrator:
            raise PermissionDenied()
        community = self.service.get(actor, name)
        with self.database.write() as unit:
            row = self.service.locked(unit, community.id)
            setattr(row, what, unit.now if on else None)
            self.service.touched(unit, actor, row, records=what == "verified")
            note(unit, actor, row.id, what if on else f"not_{what}")
            return Community.of(row)

    def feature(self, actor: Actor, name: str, start: datetime | None) -> Community:
        """Show a community before others from a moment on, or no more; for administrators."""
        if not actor.is_administrator:
            raise PermissionDenied()
        community = self.service.get(actor, name)
        with self.database.write() as unit:
            row = self.service.locked(unit, community.id)
            row.featured = start
            self.service.touched(unit, actor, row, records=False)
            note(unit, actor, row.id, "featured" if start is not None else "not_featured")
            return Community.of(row)

    def asked_of(
        self, actor: Actor, community: Community, page: int, size: int, *, types: Sequence[str] = ()
    ) -> tuple[Sequence[dict[str, Any]], int]:
        """The requests to a community in the JSON of the API, and how many there are; for curators."""
        self.service.roles.require(actor, community, "curate")
        requests = self.service.requests
        found = requests.list(actor, Asked(receiver=f"{KIND}:{community.id}", types=types, page=page, size=size))
        return requests.all_json(actor, found.requests), found.total

    def log(self, actor: Actor, community: Community, *, before: int | None = None) -> Sequence[LogLine]:
        """What was done in a community, newest first; for its managers."""
        self.service.roles.require(actor, community, "manage")
        return read(self.service.repository, community.id, before=before)
