"""`/api/domains`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.testing.api_client import ApiClient
from muniment.testing.people import Person


@pytest.fixture
def moderator(make_user: Callable[..., Person]) -> Person:
    return make_user("mod@example.org", roles=["moderator"])


def test_a_domain_from_beginning_to_end(api: ApiClient, moderator: Person) -> None:
    client = api.as_(moderator)
    body = {
        "domain": "Uni.example",
        "status_name": "verified",
        "category_name": "university",
        "flagged_source": "me",
        "org": [{"pid": "https://ror.org/05dxps055", "name": "Uni", "props": {"country": "de"}}],
    }
    made = client.post("/api/domains", json=body)
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    document = made.json
    assert document is not None
    assert document["domain"] == document["id"] == "uni.example"
    assert (document["tld"], document["status"], document["status_name"]) == ("example", 3, "verified")
    assert (document["category_name"], document["flagged"], document["org"]) == ("university", False, body["org"])
    assert [document[f"num_{name}"] for name in ("users", "active", "inactive", "blocked")] == [0, 0, 0, 0]
    assert document["links"]["self"] == "http://localhost:5000/api/domains/uni.example"
    assert client.post("/api/domains", json=body).status_code == 400
    path = "/api/domains/uni.example"
    assert client.put(path, json={"status_name": "blocked"}, headers={"If-Match": "7"}).status_code == 412
    changed = client.put(path, json={"status_name": "blocked"}, headers={"If-Match": "1"})
    assert changed.json["status_name"] == "blocked"  # type: ignore[index]
    assert client.get(path).json == changed.json
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == client.delete(path).status_code == 404


def test_lists_have_the_envelope_the_orders_and_the_filters(api: ApiClient, moderator: Person) -> None:
    client = api.as_(moderator)
    client.post("/api/domains", json={"domain": "spam.example", "status_name": "blocked", "flagged": True})
    listed = client.get("/api/domains?sort=num-users").json
    assert listed is not None
    assert [hit["domain"] for hit in listed["hits"]["hits"]] == ["example.org", "spam.example"]
    assert listed["hits"]["hits"][0]["num_confirmed"] == 1
    assert (listed["hits"]["total"], listed["sortBy"]) == (2, "num-users")
    for query, names in (
        ("status=blocked", ["spam.example"]),
        ("flagged=true", ["spam.example"]),
        ("flagged=false", ["example.org"]),
        ("q=spam", ["spam.example"]),
        ("q=%25", []),
        ("size=1&page=2", ["spam.example"]),
    ):
        answer = client.get(f"/api/domains?{query}").json
        assert [hit["domain"] for hit in answer["hits"]["hits"]] == names, query  # type: ignore[index]
    for wrong in ("status=odd", "sort=odd", "flagged=odd", "size=0", "page=5000&size=10"):
        assert client.get(f"/api/domains?{wrong}").status_code == 400, wrong


def test_domains_are_for_moderators(api: ApiClient, ada: Person) -> None:
    for client in (api, api.as_(ada)):
        assert client.get("/api/domains").status_code == 403
        assert client.get("/api/domains/example.org").status_code == 403
        assert client.post("/api/domains", json={"domain": "a.example"}).status_code == 403
        assert client.put("/api/domains/example.org", json={}).status_code == 403
        assert client.delete("/api/domains/example.org").status_code == 403


@pytest.mark.parametrize("name", ["nobody.example", "a%20b", "-", "1.2.3.4", "x" * 300])
def test_domains_that_are_none_are_404(api: ApiClient, moderator: Person, name: str) -> None:
    client = api.as_(moderator)
    assert client.get(f"/api/domains/{name}").status_code == 404
    assert client.put(f"/api/domains/{name}", json={}).status_code == 404
    assert client.delete(f"/api/domains/{name}").status_code == 404
