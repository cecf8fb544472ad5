"""What follows changes of communities in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.api import EventHandler, Job, LogEntry, Repository
from muniment_communities.events import CommunityChanged, CommunityDeleted
from muniment_communities.party import KIND
from muniment_communities.sets import CommunitySets
from muniment_requests.api import Party

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService


def following(service: CommunityService) -> EventHandler:
    """Has the records of a community show what it says about itself now."""

    def follow(_repository: Repository, entry: LogEntry) -> None:
        if entry.payload["shown"]:
            service.records.renew(entry.payload["community"])

    return EventHandler("communities.records", (CommunityChanged.name,), follow)


def ending(service: CommunityService) -> EventHandler:
    """Closes what is asked of a community, or about it, when it was deleted."""

    def follow(_repository: Repository, entry: LogEntry) -> None:
        service.requests.close_about(Party(KIND, entry.payload["community"]))

    return EventHandler("communities.ending", (CommunityDeleted.name,), follow)


def expiring(service: CommunityService) -> Job:
    """Ends invitations by letter that nobody has answered."""

    def run(_repository: Repository) -> str:
        return f"{service.invitations.end_old()} invitations"

    return Job("communities.invitations", "20 * * * *", run, "End invitations that nobody has answered")


def renewing(sets: CommunitySets) -> Job:
    """Has harvesters told of communities that were made, renamed or deleted since this generation began."""

    def run(repository: Repository) -> str:
        if not repository.hooks.implementers("oaipmh_sets") or not sets.are_stale():
            return "nothing to do"
        with repository.database.write() as unit:
            repository.plugins.renew(unit)
        return "renewed"

    return Job("communities.sets", "*/10 * * * *", run, "Tell harvesters of new communities")


def counting(service: CommunityService) -> Job:
    """Counts the records of collections, so that no page has to."""

    def run(_repository: Repository) -> str:
        changed = sum(map(service.collections.recount, service.named(service.collections.communities()).values()))
        return f"{changed} collections have other numbers of records" if changed else "nothing to do"

    return Job("communities.collections", "17 * * * *", run, "Count the records of collections")


def tallying(service: CommunityService) -> Job:
    """Counts what communities hold, so that no page has to."""

    def run(_repository: Repository) -> str:
        ids = service.statistics.every()
        for one in ids:
            service.statistics.count(one)
        return f"{len(ids)} communities counted" if ids else "nothing to do"

    return Job("communities.figures", "41 * * * *", run, "Count what communities hold")
