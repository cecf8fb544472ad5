"""What is sent of communities and collections, checked: each mistake with its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import ValidationFailed
from muniment_communities.collection_schemas import checked_heading, checked_order, checked_query, slug_of
from muniment_communities.schemas import checked, checked_slug, checked_tombstone


def fields_of(check: Callable[[], Any]) -> list[str]:
    with pytest.raises(ValidationFailed) as refused:
        check()
    return sorted(problem.field for problem in refused.value.errors)


@pytest.mark.parametrize(
    "slug", ["", "a b", "ä", "a/b", "new", "SEARCH", "a" * 101, 7, None, "1f0c8a52-6a1e-4f3b-9d1c-0a8f6f3b2e11"]
)
def test_what_cannot_stand_in_addresses_is_no_slug(slug: Any) -> None:
    assert fields_of(lambda: checked_slug(slug)) == ["slug"]


def test_every_mistake_is_told_at_once() -> None:
    sent = {
        "slug": "polar",
        "metadata": {"title": " ", "type": {"id": "club"}, "website": "javascript:alert(1)", "page": 7},
        "access": {"visibility": "secret"},
        "children": {"allow": "perhaps"},
    }
    assert fields_of(lambda: checked(sent)) == [
        "access.visibility",
        "children.allow",
        "metadata.page",
        "metadata.title",
        "metadata.type.id",
        "metadata.website",
    ]


def test_html_is_cleaned_and_what_is_empty_left_out() -> None:
    sent = {
        "title": "Polar",
        "page": "<p onclick='x'>Ice<script>x</script></p>",
        "description": "",
        "organizations": [],
    }
    metadata = checked({"slug": "polar", "metadata": sent, "unknown": 1})["metadata"]
    assert set(metadata) == {"title", "page"}
    assert "Ice" in metadata["page"]
    assert "script" not in metadata["page"]
    assert "onclick" not in metadata["page"]


@pytest.mark.parametrize(
    "website", ["ftp://example.org", "//example.org", "http://", 'https://a.example/"x', "http://[1"]
)
def test_a_website_is_an_address_of_the_web(website: str) -> None:
    sent = {"slug": "polar", "metadata": {"title": "Polar", "website": website}}
    assert fields_of(lambda: checked(sent)) == ["metadata.website"]


def test_a_slug_that_is_not_sent_stays() -> None:
    assert checked({"metadata": {"title": "Polar"}}, slug="polar")["slug"] == "polar"
    assert fields_of(lambda: checked({"metadata": {"title": "Polar"}})) == ["slug"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"note": 7}, "note"),
        ({"note": "a" * 1001}, "note"),
        ({"is_visible": "yes"}, "is_visible"),
        ({"removal_reason": "spam"}, "removal_reason"),
        ({"removal_reason": {"id": ["spam"]}}, "removal_reason"),
    ],
)
def test_tombstones_say_only_what_they_can(sent: dict[str, Any], field: str) -> None:
    assert fields_of(lambda: checked_tombstone(sent)) == [field]


def test_a_tombstone_keeps_the_reason_and_nothing_beside_it() -> None:
    found = checked_tombstone({"removal_reason": {"id": "spam", "title": "x"}, "removed_by": 1})
    assert found == {"note": "", "is_visible": True, "removal_reason": {"id": "spam"}}


@pytest.mark.parametrize(
    ("title", "slug"), [("By year", "by-year"), ("Élan & Öl", "elan-ol"), ("  -- ", ""), ("北極", "")]
)
def test_slugs_follow_from_titles(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_a_heading_without_latin_letters_needs_a_slug() -> None:
    assert fields_of(lambda: checked_heading({"title": "北極"})) == ["slug"]
    assert checked_heading({"title": "北極", "slug": "arctic"}) == {"title": "北極", "slug": "arctic", "order": None}


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, ["slug", "title"]),
        ({"title": ["x"], "slug": "x"}, ["title"]),
        ({"title": "x", "slug": "reorder"}, ["slug"]),
        ({"title": "x", "order": True}, ["order"]),
        ({"title": "x", "order": 10**9}, ["order"]),
        ({"title": "a" * 251, "slug": "a"}, ["title"]),
    ],
)
def test_headings_name_what_is_wrong(sent: dict[str, Any], fields: list[str]) -> None:
    assert fields_of(lambda: checked_heading(sent)) == fields


def test_what_is_not_sent_of_a_heading_stays() -> None:
    before = {"title": "By year", "slug": "by-year", "order": 3}
    assert checked_heading({"title": "Years", "order": None}, before) == {
        "title": "Years",
        "slug": "by-year",
        "order": 3,
    }


@pytest.mark.parametrize("query", [7, "", " \x00 ", "a" * 1501])
def test_a_collection_needs_a_search(query: Any) -> None:
    assert fields_of(lambda: checked_query({"search_query": query})) == ["search_query"]


def test_a_search_stands_on_one_line() -> None:
    assert checked_query({"search_query": " a\nAND\tb "}) == "a AND b"
    assert checked_query({}, "kept") == "kept"


@pytest.mark.parametrize(
    "order", [None, "a", [1], [{"slug": "a"}], [{"slug": 1, "order": 1}], [{"slug": "a", "order": "1"}], [None] * 300]
)
def test_an_order_is_a_list_of_slugs_with_places(order: Any) -> None:
    assert fields_of(lambda: checked_order({"order": order})) == ["order"]


def test_an_order_can_be_empty() -> None:
    assert checked_order({"order": []}) == {}
    assert checked_order({"order": [{"slug": "a", "order": 2}]}) == {"a": 2}
