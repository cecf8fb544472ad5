"""What the JSON of a draft says of its review, with InvenioRDM's names: its state, the request, where to submit it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from muniment.api import PartSubject, RecordLink, RecordPart, Repository
from muniment_curation.reviews import SUBMISSION, Review, ReviewService

#: The states of requests as states of drafts; one that was withdrawn can be submitted again.
_STATES: Final[Mapping[str, str]] = {
    "created": "draft_with_review",
    "submitted": "in_review",
    "declined": "declined",
    "expired": "expired",
    "cancelled": "draft_with_review",
}


def parts(service: Callable[[], ReviewService]) -> list[RecordPart]:
    """Nothing of these is stored with published records."""
    return [
        RecordPart("status", dump=_states(service)),
        RecordPart("links.submit-review", dump=_addresses(service)),
        RecordPart("review", level="parent", shown_to="managers", dump=_requests(service)),
    ]


def json_links() -> list[RecordLink]:
    return [RecordLink("review", "/api/records/{id}/draft/review", "drafts")]


Dump = Callable[[Repository, Sequence[PartSubject]], Mapping[int, Any]]


def _states(service: Callable[[], ReviewService]) -> Dump:
    def dump(_repository: Repository, subjects: Sequence[PartSubject]) -> dict[int, Any]:
        found = _of_drafts(service(), subjects)
        states = service().requests.statuses([review.request for review in found.values()]) if found else {}
        return {
            number: _STATES[states[review.request]]
            for number, review in found.items()
            if states.get(review.request) in _STATES
        }

    return dump


def _addresses(service: Callable[[], ReviewService]) -> Dump:
    def dump(repository: Repository, subjects: Sequence[PartSubject]) -> dict[int, Any]:
        base = f"{repository.config.site.url.rstrip('/')}/api/records"
        return {
            number: f"{base}/{review.number}/draft/actions/submit-review"
            for number, review in _of_drafts(service(), subjects).items()
        }

    return dump


def _requests(service: Callable[[], ReviewService]) -> Dump:
    def dump(_repository: Repository, subjects: Sequence[PartSubject]) -> dict[int, Any]:
        return {number: _json(review) for number, review in _of_drafts(service(), subjects).items()}

    return dump


def _json(review: Review) -> dict[str, Any]:
    return {
        "id": review.request,
        "type": SUBMISSION,
        "receiver": {"community": review.community},
        "topic": {"record": review.number},
        "is_open": review.is_open,
    }


def _of_drafts(service: ReviewService, subjects: Sequence[PartSubject]) -> dict[int, Review]:
    """The reviews of the drafts among these, by number; no statement where there is none."""
    drafts = {subject.parent_id: subject.record_id for subject in subjects if subject.is_draft}
    if not drafts:
        return {}
    numbers = {service.repository.records.numbers.format(number): number for number in drafts.values()}
    found = service.of_parents(list(drafts))
    return {numbers[review.number]: review for review in found if review.number in numbers}
