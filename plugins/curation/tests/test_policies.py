"""What policies say, what reviewers get where, and what the page of a request sends along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import SYSTEM, InvalidRequest, PermissionDenied, Repository
from muniment_communities.api import Community, CommunityService
from muniment_curation import reviewers
from muniment_curation.policies import needs_review, require_submission
from muniment_curation.publishing import publication
from muniment_curation.reviews import ReviewService
from muniment_requests.api import Request, RequestType

pytestmark = pytest.mark.plugins("requests", "communities", "curation")


class Asked:
    """A request for a page."""

    def __init__(self, path: str, **view_args: str) -> None:
        self.path = path
        self.view_args = view_args


def test_closed_spares_nobody_a_review(communities: CommunityService, polar: Community, olga: Any) -> None:
    assert needs_review(communities, olga.actor, polar)


def test_open_spares_curators_only(
    communities: CommunityService, founded: Callable[..., Community], ada: Any, grace: Any
) -> None:
    community = founded("harbour", review_policy="open", members=[ada])
    assert [needs_review(communities, one.actor, community) for one in (ada, grace)] == [True, False]


def test_administrators_may_submit_everywhere(
    communities: CommunityService, founded: Callable[..., Community], administrator: Any, ada: Any
) -> None:
    community = founded("closed", record_submission_policy="closed")
    require_submission(communities, administrator.actor, community, "public")
    with pytest.raises(PermissionDenied):
        require_submission(communities, ada.actor, community, "public")


def test_restricted_records_fit_into_restricted_communities(
    communities: CommunityService, founded: Callable[..., Community], olga: Any
) -> None:
    hidden = founded("hidden", visibility="restricted")
    require_submission(communities, olga.actor, hidden, "restricted")
    with pytest.raises(InvalidRequest):
        require_submission(communities, olga.actor, hidden, "public")


def test_reviewers_get_labels_on_pages_of_the_draft_only(
    reviews: ReviewService, submitted: Callable[..., tuple[Any, Request]], grace: Any, ada: Any
) -> None:
    draft, _request = submitted()
    assert reviewers.labels(reviews, grace.actor, Asked(f"/uploads/{draft.id}", number=draft.id))  # type: ignore[arg-type]
    for path, who in (("/me/requests", grace), ("/uploads/x", ada)):
        assert reviewers.labels(reviews, who.actor, Asked(path, number=draft.id)) == []  # type: ignore[arg-type]
    assert reviewers.labels(reviews, grace.actor, Asked("/uploads/9", number="9")) == []  # type: ignore[arg-type]


def test_drafts_for_no_community_are_published_as_ever(
    reviews: ReviewService, repository: Repository, make_draft: Any, ada: Any
) -> None:
    draft = make_draft()
    assert publication(reviews, draft.id, ada.actor) is None
    assert repository.records.publish(ada.actor, draft.id).data["is_published"]


def test_under_review_the_button_leads_to_the_request(
    reviews: ReviewService, submitted: Callable[..., tuple[Any, Request]], app: Any, ada: Any
) -> None:
    draft, request = submitted()
    with app.test_request_context("/"):
        found = publication(reviews, draft.id, ada.actor)
        assert found is not None
        assert found.carry_out(ada.actor, draft.id, 1) == f"/me/requests/{request.id}"
    assert publication(reviews, draft.id, SYSTEM) is None


@pytest.mark.hook("requests_types")
@pytest.mark.parametrize(
    ("sent", "settled"), [("7", {"revision": 7}), (7, {"revision": 7}), ("x", {}), ("", {}), ("9" * 20, {})]
)
def test_a_decision_carries_the_revision(repository: Repository, sent: Any, settled: dict[str, int]) -> None:
    types: list[RequestType] = repository.hooks.requests_types()
    terms = next(one.terms for one in types if one.id == "community-submission")
    assert terms is not None
    assert terms.read(None, {"revision": sent}) == settled  # type: ignore[arg-type]


@pytest.mark.hook("register_blueprints")
def test_pages_are_for_people_who_are_signed_in(client: Any) -> None:
    assert client.get("/curation/1").status_code in (302, 303)
    assert client.get("/api/records/1/draft/review").status_code == 403
