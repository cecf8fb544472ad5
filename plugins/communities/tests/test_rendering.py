"""Communities in InvenioRDM's JSON, and in the JSON of records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from muniment.api import ANONYMOUS
from muniment_communities.part import entry
from muniment_communities.rendering import community_json, list_json

SITE = "https://repository.example"
pytestmark = pytest.mark.plugins("communities", "requests")


def test_links_lead_by_the_id_for_programs_and_by_the_slug_for_people(polar: Any) -> None:
    links = community_json(SITE, ANONYMOUS, polar, {})["links"]
    assert links.pop("self_html") == f"{SITE}/communities/polar"
    assert links.pop("settings_html") == f"{SITE}/communities/polar/settings"
    assert all(link.startswith(f"{SITE}/api/communities/{polar.id}") for link in links.values())


def test_a_parent_is_told_only_where_there_is_one(polar: Any) -> None:
    assert "parent" not in community_json(SITE, ANONYMOUS, polar, {})
    assert community_json(SITE, ANONYMOUS, replace(polar, parent="x"), {})["parent"] == {"id": "x"}


def test_one_that_was_deleted_says_so(polar: Any) -> None:
    assert community_json(SITE, ANONYMOUS, polar, {})["deletion_status"] == {"is_deleted": False, "status": "P"}
    gone = community_json(SITE, ANONYMOUS, replace(polar, status="D"), {})
    assert gone["deletion_status"] == {"is_deleted": True, "status": "D"}


def test_lists_name_their_order_and_counts_only_where_they_have_them() -> None:
    assert list_json([], 0, {}) == {"hits": {"hits": [], "total": 0}, "links": {}}
    whole = list_json([{"id": "a"}], 9, {"self": "x"}, sort="newest", aggregations={})
    assert (whole["sortBy"], whole["aggregations"], whole["hits"]["total"]) == ("newest", {}, 9)


def test_records_show_of_a_community_what_it_is_and_nothing_of_its_pages(
    polar: Any, communities: Any, ada: Any
) -> None:
    metadata = {
        "title": "Polar",
        "type": {"id": "topic"},
        "page": "Us",
        "curation_policy": "All",
        "website": "https://a.example",
    }
    shown = entry(communities.update(ada.actor, "polar", {"metadata": metadata}))
    assert shown["metadata"] == {"title": "Polar", "type": {"id": "topic"}}
    assert shown["access"] == {"visibility": "public"}
    assert not {"theme", "links", "ui"} & set(shown)
