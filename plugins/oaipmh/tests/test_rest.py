"""Sets by the API, at InvenioRDM's addresses and with its JSON."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.plugins("oaipmh")

POLAR = {"spec": "polar", "name": "Polar research", "search_pattern": "ice", "description": "Cold"}


@pytest.fixture
def admin(api: Any, administrator: Any) -> Any:
    return api.as_(administrator)


@pytest.mark.hook("register_blueprints")
def test_a_set_is_made_changed_listed_and_removed(admin: Any) -> None:
    made = admin.post("/api/oaipmh/sets", json=POLAR)
    assert made.status_code == 201
    number = made.json["id"]
    assert {name: made.json[name] for name in POLAR} == POLAR
    assert made.json["system_created"] is False
    assert made.json["links"]["self"].endswith(f"/api/oaipmh/sets/{number}")
    assert "verb=ListRecords" in made.json["links"]["oai-listrecords"]
    assert admin.get(f"/api/oaipmh/sets/{number}").json == made.json
    changed = admin.put(f"/api/oaipmh/sets/{number}", json={**made.json, "name": "Ice"})
    assert (changed.status_code, changed.json["name"]) == (200, "Ice")
    listed = admin.get("/api/oaipmh/sets").json
    assert (listed["hits"]["total"], listed["hits"]["hits"][0]["name"]) == (1, "Ice")
    assert admin.delete(f"/api/oaipmh/sets/{number}").status_code == 204
    assert admin.get(f"/api/oaipmh/sets/{number}").status_code == 404


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"spec": ""}, "spec"),
    ({"spec": "a b"}, "spec"),
    ({"spec": "a:"}, "spec"),
    ({"spec": "x" * 256}, "spec"),
    ({"name": " "}, "name"),
    ({"name": "x" * 256}, "name"),
    ({"name": 5}, "name"),
    ({"search_pattern": ""}, "search_pattern"),
    ({"search_pattern": "x" * 5001}, "search_pattern"),
    ({"description": "x" * 5001}, "description"),
    ({"description": ["x"]}, "description"),
]


def test_what_is_wrong_is_told_at_its_field(admin: Any) -> None:
    for changes, field in WRONG:
        answer = admin.post("/api/oaipmh/sets", json={**POLAR, **changes})
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json["errors"]] == [field]
    assert admin.get("/api/oaipmh/sets").json["hits"]["total"] == 0


def test_a_spec_is_given_once_and_stays(admin: Any) -> None:
    number = admin.post("/api/oaipmh/sets", json=POLAR).json["id"]
    assert admin.post("/api/oaipmh/sets", json=POLAR).json["errors"][0]["field"] == "spec"
    assert admin.put(f"/api/oaipmh/sets/{number}", json={**POLAR, "spec": "other"}).json["errors"][0]["field"] == "spec"


def test_lists_are_searched_sorted_and_paged(admin: Any) -> None:
    for spec, name in (("a", "Gamma"), ("b:c", "Alpha"), ("d", "Beta")):
        admin.post("/api/oaipmh/sets", json={**POLAR, "spec": spec, "name": name})

    def specs(**query: Any) -> list[str]:
        return [hit["spec"] for hit in admin.get("/api/oaipmh/sets", query_string=query).json["hits"]["hits"]]

    assert specs() == ["a", "b", "b:c", "d"]
    assert specs(managed="false") == ["a", "b:c", "d"]
    assert specs(managed="true") == ["b"]
    assert specs(sort="name", managed="0") == ["b:c", "d", "a"]
    assert specs(sort="created", sort_direction="desc", managed="0") == ["d", "b:c", "a"]
    assert specs(q="alpha") == ["b:c"]
    assert specs(size=2, page=2) == ["b:c", "d"]
    page = admin.get("/api/oaipmh/sets", query_string={"size": 1, "page": 2}).json
    assert set(page["links"]) == {"self", "prev", "next"}
    for wrong in ({"sort": "colour"}, {"page": "0"}, {"size": "x"}, {"managed": "perhaps"}, {"sort_direction": "up"}):
        assert admin.get("/api/oaipmh/sets", query_string=wrong).status_code == 400


def test_formats_are_listed(api: Any) -> None:
    hits = api.get("/api/oaipmh/formats").json["hits"]["hits"]
    assert hits[0] == {
        "id": "oai_dc",
        "schema": "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        "namespace": "http://www.openarchives.org/OAI/2.0/oai_dc/",
    }


def test_sets_are_for_administrators(api: Any, ada: Any) -> None:
    assert api.as_(ada).post("/api/oaipmh/sets", json=POLAR).status_code == 403
    assert api.get("/api/oaipmh/sets").status_code in (401, 403)
