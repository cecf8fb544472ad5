"""What submitting, accepting, declining and withdrawing a submission does."""

from __future__ import annotations

from typing import Any, Final

from muniment.api import (
    SYSTEM,
    Actor,
    Conflict,
    Gone,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    Repository,
    RevisionMismatch,
    UnitOfWork,
    ValidationFailed,
)
from muniment_communities.api import Community, CommunityService
from muniment_curation.models import ReviewRow
from muniment_curation.reviews import Review, ReviewService
from muniment_requests.api import Decided, Request

DRAFT_GONE: Final = "The draft is gone: it was discarded or published meanwhile."
CHANGED: Final = "The draft was changed since you opened this page. Look at it again, then decide."
COMMUNITY_GONE: Final = "The community was deleted meanwhile."
NO_CURATOR: Final = "You are no curator of this community any more."
UNFINISHED: Final = "The draft cannot be published as it is; ask for what is missing, or complete it yourself."


def submit(repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:
    service = ReviewService(repository)
    review = _review(service, request)
    community = service.check_submission(actor, review)
    with repository.database.write() as unit:
        service.communities.locked(unit, community.id)
        decided(unit)
        _row(unit, review).is_open = True
        service.show_state(unit, review.parent_id)


def accept(repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:
    """Publish the draft and put it into the community, in one transaction with the decision."""
    service = ReviewService(repository)
    review = _review(service, request)

    def within(unit: UnitOfWork) -> None:
        require_curator(service.communities, unit, actor, review.community)
        decided(unit)
        service.include(unit, actor, review.parent_id, review.community)

    revision = request.payload.get("revision")
    try:
        repository.records.publish(service.acting(actor, review), review.number, revision, within=within)
    except (NotFound, Gone) as error:
        raise Conflict(DRAFT_GONE) from error
    except RevisionMismatch as error:
        raise Conflict(CHANGED) from error
    except ValidationFailed as error:
        raise InvalidRequest(UNFINISHED, errors=error.errors) from error


def decline(repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:
    """Give the draft back, and remember how it was: what is changed until the next time is shown."""
    service = ReviewService(repository)
    review = _review(service, request)
    seen = _content(service, review)
    with repository.database.write() as unit:
        require_curator(service.communities, unit, actor, review.community)
        decided(unit)
        row = _row(unit, review)
        row.is_open, row.seen = False, seen
        service.show_state(unit, review.parent_id)


def close(repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:  # noqa: ARG001
    """Give the draft back undecided: it was withdrawn, or nobody decided in time."""
    service = ReviewService(repository)
    review = service.of_request(request.id)
    with repository.database.write() as unit:
        decided(unit)
        if review is not None:
            _row(unit, review).is_open = False
            service.show_state(unit, review.parent_id)


def require_curator(communities: CommunityService, unit: UnitOfWork, actor: Actor, community: str) -> Community:
    """The community, held for this transaction, when the actor is a curator of it now: not only when they opened the
    page. Raises `Conflict` and `PermissionDenied`."""
    communities.locked(unit, community)
    found = communities.found(community)
    if found is None:
        raise Conflict(COMMUNITY_GONE)
    if not communities.can(actor, found, "curate"):
        raise PermissionDenied(NO_CURATOR)
    return found


def _review(service: ReviewService, request: Request) -> Review:
    review = service.of_request(request.id)
    if review is None:
        raise Conflict(DRAFT_GONE)
    return review


def _row(unit: UnitOfWork, review: Review) -> ReviewRow:
    row = unit.session.get(ReviewRow, review.parent_id, with_for_update=True, populate_existing=True)
    if row is None or row.request != review.request:
        raise Conflict(DRAFT_GONE)
    return row


def _content(service: ReviewService, review: Review) -> dict[str, Any] | None:
    """The draft as differences are told from it; None when it is gone."""
    try:
        data = service.repository.records.read_draft(SYSTEM, review.number).data
    except (NotFound, Gone):
        return None
    files = {"enabled": (data.get("files") or {}).get("enabled", True)}
    return {"files": files, **{key: data[key] for key in ("metadata", "custom_fields", "access") if key in data}}
