"""What the JSON of drafts says of their reviews, as clients of InvenioRDM read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment_communities.api import Community
from muniment_curation.reviews import ReviewService

pytestmark = [pytest.mark.plugins("requests", "communities", "curation"), pytest.mark.any_database]


@pytest.mark.hook("register_record_parts")
@pytest.mark.hook("register_json_links")
def test_a_draft_tells_how_far_its_review_is(api: Any, ada: Any, grace: Any, make_draft: Any, polar: Community) -> None:
    number = make_draft().id
    path = f"/api/records/{number}/draft"

    def read(person: Any = ada) -> dict[str, Any]:
        found: dict[str, Any] = api.as_(person).get(path).json
        return found

    before = read()
    assert (before["status"], "review" in before["parent"], "submit-review" in before["links"]) == (
        "draft",
        False,
        False,
    )
    review = before["links"]["review"]
    assert review.endswith(f"{path}/review")
    chosen = {"type": "community-submission", "receiver": {"community": polar.id}}
    request = api.as_(ada).put(review.partition("5000")[2], json=chosen).json["id"]
    draft = read()
    assert draft["status"] == "draft_with_review"
    topic = {"topic": {"record": number}, "is_open": False}
    assert draft["parent"]["review"] == {"id": request, **chosen, **topic}
    submitted = api.as_(ada).post(draft["links"]["submit-review"].partition("5000")[2])
    assert submitted.status_code == 202
    assert (read()["status"], read()["parent"]["review"]["is_open"]) == ("in_review", True)
    assert "review" not in read(grace)["parent"], "reviewers read it as a request"
    api.as_(grace).post(f"/api/requests/{request}/actions/decline")
    assert read()["status"] == "declined"
    [listed] = api.as_(ada).get("/api/user/records").json["hits"]["hits"]
    assert (listed["id"], listed["status"]) == (number, "declined")


def test_searches_find_a_draft_by_how_far_its_review_is_now(
    api: Any, ada: Any, grace: Any, make_draft: Any, polar: Community, reviews: ReviewService
) -> None:
    number = make_draft().id

    def found(status: str) -> bool:
        listed = api.as_(ada).get(f"/api/user/records?q=status:{status}").json["hits"]
        return bool(listed["total"])

    assert found("draft")
    reviews.choose(ada.actor, number, polar.id)
    assert (found("draft"), found("draft_with_review")) == (False, True)
    request = reviews.submit(ada.actor, number)
    assert (found("draft_with_review"), found("in_review")) == (False, True)
    api.as_(grace).post(f"/api/requests/{request.id}/actions/decline")
    assert (found("in_review"), found("declined")) == (False, True)
    again = reviews.submit(ada.actor, number)
    reviews.requests.act(ada.actor, again.id, "cancel")
    assert (found("in_review"), found("draft_with_review")) == (False, True)
    reviews.drop(ada.actor, number)
    assert (found("draft_with_review"), found("draft")) == (False, True)


def test_drafts_for_a_community_that_is_deleted_are_found_as_any_other(
    api: Any, ada: Any, olga: Any, make_draft: Any, polar: Community, reviews: ReviewService, run_jobs: Any
) -> None:
    number = make_draft().id
    reviews.choose(ada.actor, number, polar.id)
    reviews.communities.lifecycle.delete(olga.actor, polar.slug)
    run_jobs()
    assert reviews.of_draft(number) is None
    assert api.as_(ada).get("/api/user/records?q=status:draft").json["hits"]["total"] == 1


def test_nothing_of_it_is_said_of_records(
    api: Any, ada: Any, grace: Any, submitted: Callable[..., tuple[Any, Any]]
) -> None:
    draft, request = submitted()
    assert api.as_(grace).post(f"/api/requests/{request.id}/actions/accept").json["status"] == "accepted"
    record = api.as_(ada).get(f"/api/records/{draft.id}").json
    assert record["status"] == "published"
    assert not {"review", "submit-review"} & record["links"].keys()


def test_an_own_submission_is_reviewed_when_that_is_wanted(
    api: Any, ada: Any, make_draft: Any, founded: Callable[..., Community], reviews: ReviewService
) -> None:
    community = founded("harbour", review_policy="members", members=[ada])
    number = make_draft().id
    reviews.choose(ada.actor, number, community.id)
    path = f"/api/records/{number}/draft/actions/submit-review"
    asked = api.as_(ada).post(path, json={"require_review": True})
    assert (asked.status_code, asked.json["status"]) == (202, "submitted")


def test_a_new_version_under_review_is_still_told_as_one(
    api: Any, ada: Any, panel_of: Any, make_record: Any, polar: Community, reviews: ReviewService, repository: Any
) -> None:
    version = repository.records.new_version(ada.actor, make_record(files={"a.txt": b"a"}).id).id
    form = panel_of(ada).get(f"/uploads/{version}")
    reviews.choose(ada.actor, version, polar.id)
    assert api.as_(ada).get(f"/api/records/{version}/draft").json["status"] == "draft_with_review"
    again = panel_of(ada).get(f"/uploads/{version}")
    for words in ("New version", "files-import"):
        assert (words in form) == (words in again)
    assert "New version" in again
