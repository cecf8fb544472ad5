"""Public communities as terms, which label the facet."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import TermSearch
from muniment_communities.terms import CommunityTerms

pytestmark = pytest.mark.plugins("communities", "requests")


@pytest.fixture
def terms(found: Any) -> CommunityTerms:
    found("polar", "Polar research")
    found("Marine", "Marine data")
    found("secret", "Secret", visibility="restricted")
    return CommunityTerms()


def test_restricted_communities_are_no_terms(terms: CommunityTerms, communities: Any) -> None:
    with communities.database.read() as session:
        assert terms.count(session) == 2
        assert {one.id for one in terms.read(session, ["polar", "secret", "Marine", "none"])} == {"polar", "Marine"}
        hits, total = terms.search(session, TermSearch(q="secret"))
        assert (hits, total) == ([], 0)


def test_terms_are_told_by_the_slug_as_it_is_written(terms: CommunityTerms, communities: Any) -> None:
    with communities.database.read() as session:
        assert [one.title for one in terms.read(session, ["Marine"])] == [{"en": "Marine data"}]
        assert list(terms.read(session, ["marine", "POLAR"])) == []


def test_terms_are_searched_as_communities_are(terms: CommunityTerms, communities: Any, ada: Any) -> None:
    with communities.database.read() as session:
        hits, total = terms.search(session, TermSearch(suggest="mar", q="ignored"))
        assert ([one.id for one in hits], total) == (["Marine"], 1)
        hits, total = terms.search(session, TermSearch(size=1, page=2))
        assert (len(hits), total) == (1, 2)
    communities.lifecycle.delete(ada.actor, "polar", {})
    with communities.database.read() as session:
        assert terms.count(session) == 1
