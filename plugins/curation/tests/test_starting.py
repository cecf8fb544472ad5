"""Uploads that begin at a community's page: the form says for which one, and the first save sees to it."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from muniment.api import Repository
from muniment.testing.html_forms import Form, forms_of
from muniment_communities.api import Community
from muniment_curation.reviews import ReviewService

pytestmark = pytest.mark.plugins("requests", "communities", "curation")

OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def browser(panel_of: Any, ada: Any) -> Any:
    """Ada's, without scripts."""
    return panel_of(ada).client


def deposit_form(answer: Any) -> Form:
    forms = forms_of(answer.get_data(as_text=True))
    return next(form for form in forms if any(name == "metadata.title" for name, _ in form.pairs))


def send(browser: Any, form: Form, do: str = "save", to: str = "", **changes: str) -> Any:
    data: dict[str, list[str]] = {"do": [do]}
    for name, value in form.filled(**{"metadata.title": "Tides", **changes}):
        data.setdefault(name, []).append(value)
    return browser.post(to or form.action, data=data, headers=OWN)


def text_of(answer: Any) -> str:
    return unescape(answer.get_data(as_text=True))


@pytest.mark.hook("draft_form_saved")
def test_from_the_button_on_a_communitys_page_to_a_draft_for_it(
    browser: Any, reviews: ReviewService, founded: Callable[..., Community]
) -> None:
    polar = founded()
    page = text_of(browser.get("/communities/polar"))
    assert 'href="/uploads/new?community=polar"' in page
    answer = browser.get("/uploads/new?community=polar")
    form = deposit_form(answer)
    assert ("community", polar.id) in form.pairs
    assert "Once the draft is saved you can choose" not in text_of(answer)
    saved = send(browser, form)
    number = saved.headers["Location"].split("?")[0].rpartition("/")[2]
    review = reviews.of_draft(number)
    assert review is not None
    assert (review.community, review.is_open) == (polar.id, False)
    page = text_of(browser.get(saved.headers["Location"]))
    assert "Submit for review to Polar" in page
    assert 'name="community"' not in page
    assert f'href="/curation/{number}"' in page


@pytest.mark.hook("communities_actions")
def test_the_button_is_for_those_who_may_submit(
    browser: Any, founded: Callable[..., Community], panel_of: Any, grace: Any
) -> None:
    founded(record_submission_policy="closed")
    assert "/uploads/new?community" not in text_of(browser.get("/communities/polar"))
    assert "/uploads/new?community=polar" in panel_of(grace).get("/communities/polar")
    page = text_of(browser.get("/uploads/new?community=polar"))
    assert "Only members of this community can submit to it. You can go on without a community." in page
    assert 'name="community"' not in page


def test_visitors_and_unknown_communities(
    app: Any, browser: Any, polar: Community, reviews: ReviewService, repository: Repository
) -> None:
    assert "/uploads/new?community" not in text_of(app.test_client().get("/communities/polar"))
    page = browser.get("/uploads/new?community=no%00where")
    assert "There is no community at the address “nowhere”. You can go on" in text_of(page)
    saved = send(browser, deposit_form(page))
    number = saved.headers["Location"].split("?")[0].rpartition("/")[2]
    assert reviews.of_draft(number) is None


def test_another_one_or_none_is_chosen_in_the_form_itself(
    browser: Any, polar: Community, founded: Callable[..., Community], reviews: ReviewService
) -> None:
    marine = founded("marine")
    form = deposit_form(browser.get("/uploads/new?community=polar"))
    autosaved = send(browser, form, to="/uploads/new/autosave", community=marine.id).get_json()
    review = reviews.of_draft(autosaved["number"])
    assert review is not None
    assert review.community == marine.id
    assert autosaved["ready"] is False, "its page does not say yet what publishing means"
    send(browser, form, community="")
    assert reviews.of_draft(autosaved["number"]) is None, "the same form made it"


def test_a_choice_that_cannot_be_loses_nothing(
    browser: Any, founded: Callable[..., Community], reviews: ReviewService, ada: Any, repository: Repository
) -> None:
    founded("inner", members=[ada], visibility="restricted")
    answer = browser.get("/uploads/new?community=inner")
    assert "Only restricted records can be in this community" in text_of(answer)
    form = deposit_form(answer)
    saved = send(browser, form, to="/uploads/new/autosave").get_json()
    assert saved["saved"].startswith("Saved, but for no community. A public record cannot be")
    location = send(browser, form).headers["Location"]
    page = text_of(browser.get(location))
    assert "A public record cannot be in a restricted community." in page
    assert repository.records.read_draft(ada.actor, saved["number"]).data["metadata"]["title"] == "Tides"
    assert reviews.of_draft(saved["number"]) is None


def test_a_button_that_shows_the_form_again_keeps_the_choice(
    browser: Any, polar: Community, reviews: ReviewService
) -> None:
    form = deposit_form(browser.get("/uploads/new?community=polar"))
    answer = send(browser, form, "add:metadata.creators")
    assert answer.status_code == 200
    again = deposit_form(answer)
    assert ("community", polar.id) in again.pairs
    review = reviews.of_draft(again.action.rpartition("/")[2])
    assert review is not None
    assert review.community == polar.id


def test_a_form_that_was_not_accepted_chooses_nothing(
    browser: Any, polar: Community, reviews: ReviewService, founded: Callable[..., Community]
) -> None:
    marine = founded("marine")
    form = deposit_form(browser.get("/uploads/new?community=polar"))
    number = send(browser, form).headers["Location"].split("?")[0].rpartition("/")[2]
    send(browser, form, community=marine.id, csrf_token="of another session")
    review = reviews.of_draft(number)
    assert review is not None
    assert review.community == polar.id
