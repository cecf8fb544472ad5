"""Addresses of communities: unique however they are written, and followed when they change."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import NotFound, PermissionDenied, RevisionMismatch, ValidationFailed

pytestmark = pytest.mark.plugins("communities", "requests")


def test_no_two_have_one_address_however_it_is_written(found: Any, polar: Any, communities: Any, ada: Any) -> None:
    with pytest.raises(ValidationFailed):
        found("POLAR")
    marine = found("marine")
    with pytest.raises(ValidationFailed):
        communities.rename(ada.actor, "marine", "Polar")
    assert communities.get(ada.actor, marine.id).slug == "marine"
    assert communities.get(ada.actor, "PoLaR").id == polar.id


def test_a_former_address_is_nobody_elses(found: Any, polar: Any, communities: Any, ada: Any) -> None:
    communities.rename(ada.actor, "polar", "arctic")
    assert communities.get(ada.actor, "polar").id == polar.id
    with pytest.raises(ValidationFailed):
        found("polar")


def test_who_goes_back_to_a_former_address_keeps_both(polar: Any, communities: Any, ada: Any) -> None:
    communities.rename(ada.actor, "polar", "arctic")
    communities.rename(ada.actor, "arctic", "polar")
    assert communities.get(ada.actor, "arctic").slug == "polar"
    assert communities.get(ada.actor, "polar").id == polar.id


def test_another_spelling_is_no_other_address(polar: Any, communities: Any, ada: Any) -> None:
    assert communities.rename(ada.actor, "polar", "Polar").slug == "Polar"
    assert communities.get(ada.actor, "polar").id == polar.id


def test_changes_of_an_older_revision_are_refused(polar: Any, communities: Any, ada: Any) -> None:
    sent = {"metadata": {"title": "First"}}
    communities.update(ada.actor, "polar", sent, revision=polar.revision)
    with pytest.raises(RevisionMismatch):
        communities.update(ada.actor, "polar", {"metadata": {"title": "Second"}}, revision=polar.revision)
    assert communities.get(ada.actor, "polar").title == "First"


def test_names_that_are_none_are_not_found(communities: Any, polar: Any, ada: Any, grace: Any) -> None:
    for name in ("", "a" * 200, polar.id[:-1] + "g", "polar "):
        with pytest.raises(NotFound):
            communities.get(ada.actor, name)
    with pytest.raises(PermissionDenied):
        communities.rename(grace.actor, "polar", "mine")
