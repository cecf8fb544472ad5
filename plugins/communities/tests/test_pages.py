"""The pages of communities, without scripts."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.plugins("communities", "requests")


@pytest.mark.hook("register_blueprints")
@pytest.mark.hook("register_nav")
def test_somebody_makes_a_community_and_others_find_it(panel_of: Any, ada: Any, client: Any) -> None:
    browser = panel_of(ada)
    assert "There are no communities yet" in browser.get("/communities")
    browser.get("/communities/new")
    assert 'href="#f-slug"' in browser.post("/communities/new", 422, title="Polar", slug="po lar")
    assert "<h1>Polar</h1>" in browser.post("/communities/new", title="Polar", slug="polar", description="Ice & snow")
    listed = client.get("/communities?q=snow").get_data(as_text=True)
    assert "Ice &amp; snow" in listed
    assert "No community matches" in client.get("/communities?q=sand").get_data(as_text=True)
    assert "you: Owner" in browser.get("/communities?own=1")


def test_a_page_lists_and_searches_its_records(client: Any, polar: Any, put: Any, make_record: Any) -> None:
    put(make_record("Tides"), polar)
    make_record("Dunes")
    page = client.get("/communities/polar").get_data(as_text=True)
    assert "Tides" in page
    assert "Dunes" not in page
    assert "1 record" in page
    assert 'action="/communities/polar"' in page
    assert "No record matches" in client.get("/communities/polar?q=dunes").get_data(as_text=True)
    assert client.get("/communities/polar?q=(").status_code == 400
    assert client.get("/communities/POLAR?q=a").headers["Location"].endswith("/communities/polar?q=a")
    assert client.get("/communities/none").status_code == 404


def test_owners_write_its_pages(panel_of: Any, ada: Any, grace: Any, polar: Any, client: Any) -> None:
    browser = panel_of(ada)
    browser.get("/communities/polar/settings")
    sent = {"title": "Polar", "slug": "polar", "page": "About us\n\nMore", "visibility": "public"}
    assert 'href="#f-title"' in browser.post("/communities/polar/settings", 422, **{**sent, "title": ""})
    assert "The changes are saved" in browser.post("/communities/polar/settings", **sent)
    assert "<p>About us</p>" in client.get("/communities/polar/about").get_data(as_text=True)
    assert "/communities/polar/settings" not in client.get("/communities/polar").get_data(as_text=True)
    panel_of(grace).get("/communities/polar/settings", 403)
