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


def test_addresses_of_inveniordm_lead_to_its_pages(client: Any, polar: Any, found: Any) -> None:
    request, own = "1c9c3a5e-0000-4000-8000-000000000000", "/communities/polar"
    for path, to in (
        ("records?q=ice&sort=newest", f"{own}?q=ice&sort=newest"),
        ("upload", "/uploads/new?community=polar"),
        ("requests", f"/me/requests?of=community:{polar.id}"),
        (f"invitations/{request}", f"/me/requests/{request}"),
        (f"membership-requests/{request}", f"/me/requests/{request}"),
        ("settings/members", f"{own}/members"),
        ("settings/privileges", f"{own}/settings"),
    ):
        assert client.get(f"{own}/{path}").headers["Location"] == to
    found("hidden", "Hidden", visibility="restricted")
    assert client.get("/communities/hidden/requests").status_code in (403, 404)
    assert client.get(f"{own}/invitations/1").status_code == 404
