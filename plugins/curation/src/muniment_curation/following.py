"""Closing reviews of what is gone: drafts that were discarded, communities that were deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from muniment.api import SYSTEM, EventHandler, LogEntry, MunimentError, NotFound, Repository
from muniment_communities.api import CommunityChanged
from muniment_curation.models import ReviewRow
from muniment_curation.reviews import SUBMISSION
from muniment_requests.api import Asked, Party

if TYPE_CHECKING:
    from muniment_curation.reviews import ReviewService

_AT_ONCE = 100


def handlers(service: ReviewService) -> list[EventHandler]:
    def draft_gone(repository: Repository, entry: LogEntry) -> None:
        number = repository.records.numbers.format(entry.payload["record_id"])
        try:
            repository.records.read_draft(SYSTEM, number)
        except NotFound:
            topic = Party("record", number)
            for request in _open_requests(service, Asked(topic=topic.text, types=(SUBMISSION,))):
                _cancel(service, request)
            with repository.database.write() as unit:
                service.requests.forget_unsent_about(unit, SUBMISSION, topic)

    def community_gone(repository: Repository, entry: LogEntry) -> None:
        """Its requests are withdrawn with a line that says why; drafts are for no community then."""
        id = str(entry.payload["community"])
        community = service.communities.found(id)
        if community is not None and community.status == "P":
            return
        for request in _open_requests(service, Asked(receiver=Party("community", id).text)):
            _cancel(service, request)
        with repository.database.read() as session:
            statement = select(ReviewRow.request).where(ReviewRow.community == id)
            chosen = list(session.execute(statement).scalars())
        with repository.database.write() as unit:
            for request in chosen:
                service.requests.forget_unsent(unit, request)
        _forget(service, id)

    return [
        EventHandler("curation.drafts", ("draft.deleted",), draft_gone),
        EventHandler("curation.communities", (CommunityChanged.name,), community_gone),
    ]


def _open_requests(service: ReviewService, asked: Asked) -> list[str]:
    found: list[str] = []
    page = 1
    while True:
        some = replace(asked, is_open=True, page=page, size=_AT_ONCE)
        hits = service.requests.list_all(SYSTEM, some).requests
        found += [one.id for one in hits]
        if len(hits) < _AT_ONCE:
            return found
        page += 1


def _cancel(service: ReviewService, request: str) -> None:
    try:
        service.requests.act(SYSTEM, request, "cancel")
    except MunimentError:
        return  # it is decided already


def _forget(service: ReviewService, community: str) -> None:
    """Let drafts be for no community, some at a time."""
    some = select(ReviewRow.parent_id).where(ReviewRow.community == community).limit(_AT_ONCE)
    while True:
        with service.database.write() as unit:
            parents = list(unit.session.execute(some).scalars())
            unit.session.execute(delete(ReviewRow).where(ReviewRow.parent_id.in_(parents)))
            service.show_state(unit, *parents)
        if len(parents) < _AT_ONCE:
            return
