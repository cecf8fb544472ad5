"""The life of a submission: chosen, submitted, looked at, declined, submitted again, accepted; and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from muniment.api import SYSTEM, Conflict, InvalidRequest, NotFound, PermissionDenied, Repository, ValidationFailed
from muniment_communities.api import Community, CommunityChanged, CommunityService
from muniment_curation.reviews import ReviewService
from muniment_requests.api import Request

pytestmark = pytest.mark.plugins("requests", "communities", "curation")

Submitted = Callable[..., tuple[Any, Request]]


def within(repository: Repository, communities: CommunityService, number: str) -> list[str]:
    parent = repository.records.parent_number_of(number)
    assert parent is not None
    return [one.slug for one, _default in communities.records.of_parents([parent])[parent]]


@pytest.mark.hook("publication")
def test_from_choice_to_inclusion(
    reviews: ReviewService,
    repository: Repository,
    communities: CommunityService,
    submitted: Submitted,
    ada: Any,
    grace: Any,
) -> None:
    draft, request = submitted()
    assert (request.status, request.type, request.topic.json) == (
        "submitted",
        "community-submission",
        {"record": draft.id},
    )
    with pytest.raises(InvalidRequest, match="for a community"):
        repository.records.publish(ada.actor, draft.id)
    with pytest.raises(InvalidRequest, match="under review"):
        reviews.drop(ada.actor, draft.id)
    with pytest.raises(PermissionDenied):
        reviews.requests.act(ada.actor, request.id, "accept")
    done = reviews.requests.act(_now(repository, grace), request.id, "accept", "Welcome.")
    assert done.status == "accepted"
    assert repository.records.read(ada.actor, draft.id).data["is_published"]
    assert within(repository, communities, draft.id) == ["polar"]
    assert reviews.of_draft(draft.id) is None


def test_declined_changed_and_submitted_again(
    reviews: ReviewService, repository: Repository, submitted: Submitted, panel_of: Any, ada: Any, grace: Any
) -> None:
    draft, first = submitted("Tides")
    panel = panel_of(grace)
    page = f"/me/requests/{first.id}"
    opened = panel.get(page)
    assert "Tides" in opened
    assert "What it is about is gone" not in opened, "the draft itself is shown"
    assert "Say why" in panel.post(page, status=422, do="decline", content="")
    declined = panel.post(page, do="decline", content="The title says little.")
    assert "declined the request" in declined
    assert "Look at the draft" not in declined, "the draft is the depositor's own again"
    panel.get(f"/records/{draft.id}?preview=1", status=403)
    document = repository.records.read_draft(ada.actor, draft.id).data
    document["metadata"]["title"] = "Tides of the North Sea"
    repository.records.update_draft(ada.actor, draft.id, document)
    own = panel_of(ada)
    assert "North Sea" not in panel.get(page)
    assert "Changed since it was declined" in own.get(page)
    assert "It was declined" in own.get(f"/uploads/{draft.id}")
    assert "The curators of Polar look at it" in own.get(f"/uploads/{draft.id}/publish")
    shown = own.post(f"/uploads/{draft.id}/publish")
    assert "Changed since it was declined" in shown
    again = reviews.of_draft(draft.id)
    assert again is not None
    assert again.request != first.id
    seen = panel.get(f"/me/requests/{again.request}")
    assert "Changed since it was declined" in seen
    assert f'href="{page}"' in seen
    assert "<ins><p>Tides of the North Sea</p>" in seen
    panel.post(f"/me/requests/{again.request}", do="accept", content="Better.", revision=_revision(seen))
    assert repository.records.read(ada.actor, draft.id).data["metadata"]["title"] == "Tides of the North Sea"


@pytest.mark.hook("actor_labels")
def test_reviewers_read_and_edit_while_it_is_open(
    api: Any, reviews: ReviewService, submitted: Submitted, make_draft: Any, ada: Any, grace: Any, make_user: Any,
    panel_of: Any
) -> None:  # fmt: skip
    other = make_draft("Not for them")
    draft, request = submitted()
    path = f"/api/records/{draft.id}/draft"
    document = api.as_(grace).get(path).json
    document["metadata"]["description"] = "Corrected by a curator."
    assert api.as_(grace).put(path, json=document).status_code == 200
    assert api.as_(grace).post(f"{path}/actions/publish").status_code == 400
    assert api.as_(grace).delete(f"{path}/review").status_code == 403
    assert api.as_(grace).get(f"/api/records/{other.id}/draft").status_code in (403, 404)
    assert api.as_(make_user("eve@example.org")).get(path).status_code in (403, 404)
    panel, page = panel_of(grace), f"/me/requests/{request.id}"
    assert "Corrected by a curator." in panel.get(page)
    reviews.requests.act(ada.actor, request.id, "cancel")
    assert api.as_(grace).get(path).status_code in (403, 404)
    assert "Corrected by a curator." not in panel.get(page), "what was withdrawn is the depositor's own again"


def test_a_decision_is_about_what_was_seen(
    reviews: ReviewService, repository: Repository, submitted: Submitted, ada: Any, grace: Any, panel_of: Any
) -> None:
    draft, request = submitted()
    panel = panel_of(grace)
    revision = _revision(panel.get(f"/me/requests/{request.id}"))
    document = repository.records.read_draft(ada.actor, draft.id).data
    document["metadata"]["title"] = "Something else"
    repository.records.update_draft(ada.actor, draft.id, document)
    back = panel.post(f"/me/requests/{request.id}", status=409, do="accept", content="Yes", revision=revision)
    assert "changed since you opened this page" in back
    assert reviews.requests.get(SYSTEM, request.id).is_open
    with pytest.raises(NotFound):
        repository.records.read(ada.actor, draft.id)


def test_one_decision_wins(
    reviews: ReviewService,
    repository: Repository,
    communities: CommunityService,
    submitted: Submitted,
    grace: Any,
    ada: Any,
) -> None:
    """The second curator has opened the page before the first decided."""
    _draft, request = submitted()
    from muniment_curation import deciding

    curator = _now(repository, grace)
    opened = reviews.requests.get(curator, request.id)
    reviews.requests.act(curator, request.id, "decline", "No.")

    def decided(_unit: Any) -> None:
        raise Conflict("Somebody else has decided this request meanwhile; load it again.")

    with pytest.raises(Conflict):
        deciding.accept(repository, curator, opened, decided)
    with pytest.raises(InvalidRequest, match="declined"):
        reviews.requests.act(curator, request.id, "accept")
    with pytest.raises(NotFound):
        repository.records.read(ada.actor, opened.topic.id)  # type: ignore[union-attr]


def test_a_curator_who_is_none_any_more(
    reviews: ReviewService,
    repository: Repository,
    communities: CommunityService,
    submitted: Submitted,
    grace: Any,
    olga: Any,
    polar: Community,
) -> None:
    _draft, request = submitted()
    curator = _now(repository, grace)
    communities.members.remove(olga.actor, polar, {"members": [{"type": "user", "id": str(grace.subject)}]})
    for action in ("accept", "decline"):
        with pytest.raises(PermissionDenied, match="no curator"):
            reviews.requests.act(curator, request.id, action, "Late.")
    assert reviews.requests.get(SYSTEM, request.id).is_open


def test_what_is_unfinished_is_told(
    reviews: ReviewService, repository: Repository, polar: Community, ada: Any, grace: Any, submitted: Submitted
) -> None:
    empty = repository.records.create(ada.actor, {"metadata": {"title": "Only a title"}})
    reviews.choose(ada.actor, empty.id, polar.slug)
    with pytest.raises(ValidationFailed):
        reviews.submit(ada.actor, empty.id)
    draft, request = submitted()
    document = repository.records.read_draft(ada.actor, draft.id).data
    document["metadata"]["creators"] = []
    repository.records.update_draft(ada.actor, draft.id, document)
    with pytest.raises(InvalidRequest, match="cannot be published as it is"):
        reviews.requests.act(_now(repository, grace), request.id, "accept")
    assert reviews.requests.get(SYSTEM, request.id).is_open


@pytest.mark.parametrize(
    ("policy", "member", "directly"),
    [("closed", True, False), ("open", True, False), ("members", True, True), ("members", False, False)],
)
def test_the_policy_says_who_is_reviewed(
    reviews: ReviewService,
    repository: Repository,
    communities: CommunityService,
    founded: Callable[..., Community],
    make_draft: Any,
    ada: Any,
    policy: str,
    member: bool,
    directly: bool,
) -> None:
    community = founded("harbour", review_policy=policy, members=[ada] if member else [])
    draft = make_draft()
    reviews.choose(ada.actor, draft.id, community.id)
    found = repository.records.publication(ada.actor, draft.id)
    assert found is not None
    assert found.publishes == directly
    request = reviews.submit(ada.actor, draft.id)
    assert request.status == ("accepted" if directly else "submitted")
    assert within(repository, communities, draft.id) == (["harbour"] if directly else [])


def test_who_may_not_submit(
    reviews: ReviewService, founded: Callable[..., Community], make_draft: Any, ada: Any, grace: Any
) -> None:
    closed, hidden = (
        founded("closed", record_submission_policy="closed"),
        founded("hidden", visibility="restricted", members=[ada]),
    )
    draft = make_draft()
    with pytest.raises(PermissionDenied, match="Only members"):
        reviews.choose(ada.actor, draft.id, closed.id)
    with pytest.raises(InvalidRequest, match="public record cannot be in a restricted"):
        reviews.choose(ada.actor, draft.id, hidden.id)
    with pytest.raises((PermissionDenied, NotFound)):
        reviews.choose(grace.actor, draft.id, closed.id)


@pytest.mark.hook("register_event_handlers")
def test_what_is_gone_closes_its_review(
    reviews: ReviewService,
    repository: Repository,
    communities: CommunityService,
    submitted: Submitted,
    run_jobs: Any,
    polar: Community,
    ada: Any,
    olga: Any,
    make_draft: Any,
) -> None:
    draft, first = submitted("One")
    repository.records.delete_draft(ada.actor, draft.id)
    with pytest.raises(Conflict, match="draft is gone"):
        reviews.requests.act(SYSTEM, first.id, "accept")
    run_jobs()
    assert reviews.requests.get(ada.actor, first.id).status == "cancelled"
    other, second = submitted("Two")
    waiting = make_draft("Three")
    reviews.choose(ada.actor, waiting.id, polar.id)
    _delete(repository, polar)
    with pytest.raises(Conflict, match="community was deleted"):
        reviews.requests.act(SYSTEM, second.id, "accept")
    run_jobs()
    assert reviews.requests.get(ada.actor, second.id).status == "cancelled"
    assert (reviews.of_draft(other.id), reviews.of_draft(waiting.id)) == (None, None)
    assert repository.records.publish(ada.actor, other.id).data["is_published"], "it is an ordinary draft again"


def _now(repository: Repository, person: Any) -> Any:
    """A person with the labels that plugins give them, as a request finds them."""
    from dataclasses import replace

    labels = repository.hooks.actor_labels(actor=person.actor, request=_Anywhere())
    return replace(person.actor, labels=person.actor.labels | frozenset(labels))


def _delete(repository: Repository, community: Community) -> None:
    with repository.database.write() as unit:
        gone = text("UPDATE communities_communities SET status = 'D' WHERE id = :id")
        unit.session.execute(gone, {"id": community.id})
        unit.emit(CommunityChanged(community.id, None))


class _Anywhere:
    path = "/me/requests"
    view_args: dict[str, str] = {}


def _revision(page: str) -> str:
    return page.partition('name="revision" value="')[2].partition('"')[0]
