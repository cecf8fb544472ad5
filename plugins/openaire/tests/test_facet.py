"""Searches count funders, by their names in the reader's language, and are kept to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from muniment.api import Repository

pytestmark = pytest.mark.plugins("openaire")

EUROPE = {"funder": {"id": "00k4n6c32"}, "award": {"title": {"en": "Ice"}, "number": "1"}}
SMALL = {"funder": {"name": "Friends of Ice"}}


@pytest.mark.hook("register_facets")
def test_funders_are_counted_and_chosen(
    client: FlaskClient, funded: Repository, make_record: Callable[..., Any]
) -> None:
    both = make_record("Both", metadata={"funding": [EUROPE, SMALL]})
    make_record("Small", metadata={"funding": [SMALL]})
    named = make_record("Named", metadata={"funding": [{"funder": {"name": "European  commission"}}]})
    make_record("Nobody")
    funded.search.wait_for(funded.events.last_id())
    found = client.get("/api/records").json["aggregations"]["funder"]
    assert found["label"] == "Funder"
    assert [(each["key"], each["label"], each["doc_count"]) for each in found["buckets"]] == [
        ("00k4n6c32", "European Commission", 2),
        ("Friends of Ice", "Friends of Ice", 2),
    ]
    kept = client.get("/api/records?funder=00k4n6c32").json["hits"]["hits"]
    assert {hit["id"] for hit in kept} == {both.id, named.id}


def test_the_page_of_results_names_them(
    client: FlaskClient, funded: Repository, make_record: Callable[..., Any]
) -> None:
    make_record("Both", metadata={"funding": [EUROPE]})
    funded.search.wait_for(funded.events.last_id())
    page = client.get("/search?lang=de&funder=00k4n6c32").text
    assert page.count("Europäische Kommission") >= 2, "in the facet and in the chip of what is chosen"
