"""Between the forms of pages and the JSON of the API."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import Conflict, Problem, ValidationFailed
from muniment_communities.community import POLICIES, Community
from muniment_communities.forms import problems_of_form, sent_by_form, shown_by_form
from muniment_communities.schemas import checked


def test_what_a_form_leaves_out_it_says_nothing_about() -> None:
    assert sent_by_form({}) == {"metadata": {}, "access": {}}
    assert sent_by_form({"slug": " polar ", "visibility": "public", "csrf_token": "x"}) == {
        "slug": "polar",
        "metadata": {},
        "access": {"visibility": "public"},
    }


def test_boxes_that_are_not_ticked_say_no_where_they_were_shown() -> None:
    assert sent_by_form({"children_shown": "1"})["children"] == {"allow": False}
    assert sent_by_form({"children_shown": "1", "children": "1"})["children"] == {"allow": True}
    assert sent_by_form({"theme_shown": "1", "accent": "#1b3a6b"})["theme"]["enabled"] is False


def test_organizations_stand_on_lines() -> None:
    sent = sent_by_form({"organizations": " Institute of Ice \n\n  \nSea & Sons"})
    assert sent["metadata"]["organizations"] == [{"name": "Institute of Ice"}, {"name": "Sea & Sons"}]


@pytest.mark.plugins("communities", "requests")
def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(communities: Any, polar: Community, ada: Any) -> None:
    sent = {
        "metadata": {
            "title": "Polar",
            "type": {"id": "topic"},
            "organizations": [{"name": "Institute of Ice"}],
            "website": "https://example.org",
            "page": "<p>Us</p>",
        },
        "access": {name: values[-1] for name, values in POLICIES.items() if name != "visibility"},
        "theme": {"enabled": True, "style": {"primaryColor": "#1b3a6b", "primaryColorDark": "#9fc3ff"}},
        "children": {"allow": True},
    }
    before = communities.update(ada.actor, polar.id, sent)
    shown = {name: value for name, value in shown_by_form(before).items() if value not in (False, None)}
    form = {name: "1" if value is True else value for name, value in shown.items()}
    after = communities.update(ada.actor, polar.id, sent_by_form({**form, "children_shown": "1", "theme_shown": "1"}))
    for name in ("slug", "metadata", "access", "theme", "children_allowed"):
        assert getattr(after, name) == getattr(before, name), name


@pytest.mark.plugins("communities", "requests")
def test_mistakes_stand_at_their_controls(app: Any) -> None:
    with pytest.raises(ValidationFailed) as refused:
        checked({"slug": "a b", "metadata": {"title": "", "type": {"id": "club"}}, "access": {"visibility": "x"}})
    with app.test_request_context("/"):
        found = dict(problems_of_form(ValidationFailed(errors=refused.value.errors[:3])))
        assert {"title", "type", "visibility"} == set(found)
        colours = [Problem("theme.style.primaryColor", "x"), Problem("theme.style.primaryColorDark", "y")]
        assert problems_of_form(ValidationFailed(errors=colours)) == [("accent", "x"), ("accent_dark", "y")]
        assert problems_of_form(Conflict("It changed.")) == [("", "It changed.")]
        assert problems_of_form(None) == []
