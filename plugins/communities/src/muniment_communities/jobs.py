"""What follows changes of communities in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.api import EventHandler, LogEntry, Repository
from muniment_communities.events import CommunityChanged

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService


def following(service: CommunityService) -> EventHandler:
    """Has the records of a community show what it says about itself now."""

    def follow(_repository: Repository, entry: LogEntry) -> None:
        if entry.payload["shown"]:
            service.records.renew(entry.payload["community"])

    return EventHandler("communities.records", (CommunityChanged.name,), follow)
