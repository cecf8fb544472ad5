"""The list envelope and its links."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
from flask import Flask

from muniment.web.rest.envelope import join_list, page_links

SITE = "https://repo.example.org"


def _links(query: str, **counts: Any) -> dict[str, str]:
    with Flask("test").test_request_context(f"/api/records?{query}"):
        return page_links(SITE, **counts)


def test_hits_are_joined_as_they_are() -> None:
    bodies = [b'{"id":"1","x":1.0}', b'{"id":"2"}']
    joined = join_list(bodies, total=7, links={"self": "s"}, sort_by="newest", aggregations={"a": {"buckets": []}})
    assert all(body in joined for body in bodies)
    assert orjson.loads(joined) == {
        "hits": {"hits": [{"id": "1", "x": 1.0}, {"id": "2"}], "total": 7},
        "aggregations": {"a": {"buckets": []}},
        "sortBy": "newest",
        "links": {"self": "s"},
    }


def test_what_a_list_has_not_is_left_out() -> None:
    assert orjson.loads(join_list([], total=0, links={})) == {"hits": {"hits": [], "total": 0}, "links": {}}


def test_a_page_in_the_middle_leads_both_ways() -> None:
    links = _links("q=deep+sea&sort=newest", page=2, size=10, total=35)
    assert set(links) == {"self", "prev", "next"}
    assert links["self"].startswith(f"{SITE}/api/records?")
    assert dict(parse_qsl(urlsplit(links["next"]).query)) == {
        "q": "deep sea", "page": "3", "size": "10", "sort": "newest",
    }  # fmt: skip


def test_the_ends_lead_one_way() -> None:
    assert set(_links("", page=1, size=10, total=10)) == {"self"}
    assert set(_links("", page=1, size=10, total=11)) == {"self", "next"}
    assert set(_links("", page=2, size=10, total=11)) == {"self", "prev"}


def test_nothing_leads_beyond_the_window() -> None:
    assert "next" not in _links("", page=100, size=100, total=1_000_000)
    assert "next" in _links("", page=99, size=100, total=1_000_000)


def test_repeated_arguments_stay_repeated_and_secrets_go() -> None:
    link = _links("resource_type=a&resource_type=b&access_token=secret", page=1, size=25, total=0)["self"]
    assert parse_qsl(urlsplit(link).query).count(("resource_type", "a")) == 1
    assert ("resource_type", "b") in parse_qsl(urlsplit(link).query)
    assert "secret" not in link
