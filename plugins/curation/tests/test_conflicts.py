"""Decisions that cross each other: a clear message, one winner, nothing half done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from muniment.api import SYSTEM, Conflict, MunimentError, NotFound, Repository
from muniment_communities.api import Community, CommunityService
from muniment_curation.reviews import ReviewService
from muniment_requests.api import Request

pytestmark = pytest.mark.plugins("requests", "communities", "curation")

Submitted = Callable[..., tuple[Any, Request]]


class _Anywhere:
    """A request for a page that is about no record."""

    path = "/me/requests"
    view_args: dict[str, str] = {}


def test_of_two_curators_at_once_one_decides(
    reviews: ReviewService,
    repository: Repository,
    communities: CommunityService,
    submitted: Submitted,
    grace: Any,
    olga: Any,
) -> None:
    draft, request = submitted()
    together = threading.Barrier(2)
    curators = {who: repository.hooks.actor_labels(actor=who.actor, request=_Anywhere()) for who in (grace, olga)}
    told: dict[str, str] = {}

    def decide(who: Any, action: str) -> None:
        actor = replace(who.actor, labels=who.actor.labels | frozenset(curators[who]))
        together.wait()
        try:
            told[action] = reviews.requests.act(actor, request.id, action, "Mine.").status
        except MunimentError as error:
            told[action] = error.message

    threads = [threading.Thread(target=decide, args=each) for each in ((grace, "accept"), (olga, "decline"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    status = reviews.requests.get(SYSTEM, request.id).status
    winner = {"accepted": "accept", "declined": "decline"}[status]
    assert told[winner] == status
    (lost,) = [message for action, message in told.items() if action != winner]
    assert len(lost.split()) > 4, "it is told why"
    parent = repository.records.parent_number_of(draft.id)
    assert parent is not None
    within = [one.slug for one, _default in communities.records.of_parents([parent])[parent]]
    assert within == (["polar"] if status == "accepted" else [])
    if status == "declined":
        with pytest.raises(NotFound):
            repository.records.read(SYSTEM, draft.id)


def test_what_was_withdrawn_is_not_accepted(
    reviews: ReviewService, repository: Repository, submitted: Submitted, ada: Any, grace: Any, panel_of: Any
) -> None:
    """The curator has the page open while the depositor withdraws."""
    draft, request = submitted()
    page = f"/me/requests/{request.id}"
    panel = panel_of(grace)
    revision = panel.get(page).partition('name="revision" value="')[2].partition('"')[0]
    reviews.requests.act(ada.actor, request.id, "cancel")
    told = panel.post(page, status=422, do="accept", content="Yes.", revision=revision)
    assert "one cannot accept it" in told
    assert not repository.records.read_draft(ada.actor, draft.id).data["is_published"]
    own = reviews.of_draft(draft.id)
    assert own is not None
    assert not own.is_open, "the depositor can go on with it"
    assert reviews.submit(ada.actor, draft.id).status == "submitted"


def test_of_two_choices_at_once_one_holds(
    reviews: ReviewService,
    make_draft: Any,
    ada: Any,
    polar: Community,
    founded: Callable[..., Community],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draft, marine = make_draft("Tides"), founded("marine")
    chosen = reviews.choose(ada.actor, draft.id, polar.id)
    with monkeypatch.context() as patch:
        patch.setattr(reviews, "of_draft", lambda _number: None)  # as both saw it before either had chosen
        with pytest.raises(Conflict, match="changed meanwhile"):
            reviews.choose(ada.actor, draft.id, marine.id)
    review = reviews.of_draft(draft.id)
    assert review is not None
    assert review.request == chosen.id
