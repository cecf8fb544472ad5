"""Checks that another plugin brings, among them some that fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment_communities.api import Community
from muniment_curation.api import CheckSubject, CurationCheck, Finding
from muniment_curation.checking import CheckService
from muniment_curation.reviews import ReviewService

pytestmark = pytest.mark.plugins("requests", "communities", "curation", "probe")


def _titles(subject: CheckSubject) -> list[Finding]:
    return [Finding("Say more than %(title)s.", "metadata.title", {"title": subject.metadata["title"]})]


def _broken(_subject: CheckSubject) -> list[Finding]:
    raise RuntimeError("boom")


def _careless(_subject: CheckSubject) -> list[Any]:
    return ["no finding", Finding("%(missing)s", values={"other": 1})]


OTHERS = [
    CurationCheck("probe-titles", "Titles", "Titles say something.", _titles),
    CurationCheck("probe-broken", "Broken", "It fails.", _broken),
    CurationCheck("probe-careless", "Careless", "It gives something else.", _careless),
    CurationCheck("probe-slow", "Slow", "It fails elsewhere.", _broken, background=True, looks_at=lambda _: 1),
]


@pytest.fixture
def instance(instance: Any, fake_plugin: Any) -> Any:
    """An instance with a plugin that brings the checks above."""
    fake_plugin("probe", {"requires": ["curation"]}, curation_checks=OTHERS)
    return instance


@pytest.mark.hook("curation_checks")
def test_checks_of_another_plugin_and_one_that_fails_blocks_nothing(
    checks: CheckService,
    reviews: ReviewService,
    switched_on: Callable[..., None],
    make_draft: Any,
    polar: Community,
    ada: Any,
    run_jobs: Any,
    panel_of: Any,
) -> None:
    for one in OTHERS:
        switched_on(one.id, "error" if one.id != "probe-titles" else "advice")
    draft = make_draft("Tides")
    reviews.choose(ada.actor, draft.id, polar.id)
    run_jobs()
    outcomes = checks.of_draft(ada.actor, draft.id)[2]
    assert {one.setting.check.id: (one.status, len(one.findings)) for one in outcomes} == {
        "probe-titles": ("done", 1),
        "probe-broken": ("failed", 0),
        "probe-careless": ("failed", 0),
        "probe-slow": ("failed", 0),
    }
    page = panel_of(ada).get(f"/uploads/{draft.id}")
    assert "Say more than Tides." in page
    assert "could not be run" in page
    assert reviews.submit(ada.actor, draft.id).status == "submitted"


def test_a_check_in_the_background_says_what_it_looks_at() -> None:
    with pytest.raises(ValueError, match="looks at"):
        CurationCheck("probe-x", "X", "X", _titles, background=True)
