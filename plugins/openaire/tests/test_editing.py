"""Administrators add, change and remove funders and grants by the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import Repository
from muniment_openaire.entries import FunderEntry
from muniment_openaire.storing import LoadReport, store_funders

pytestmark = [pytest.mark.plugins("openaire"), pytest.mark.usefixtures("funded")]

FUNDER = {
    "id": "00abcde12", "name": "Ice Fund", "title": {"de": "Eisfonds"}, "acronym": "ICF", "country": "ch",
    "identifiers": [{"scheme": "doi", "identifier": "10.13039/999"}],
}  # fmt: skip
AWARD = {
    "number": "ICE-7", "funder": {"id": "00abcde12"}, "title": {"en": "Drifting ice", "de": "Treibeis"},
    "acronym": "DRIFT", "program": "Cold", "identifiers": [{"scheme": "url", "identifier": "https://example.org/ice-7"}],
    "subjects": [{"subject": "Ice"}], "organizations": [{"organization": "Institute of Ice"}],
    "start_date": "2026-01-01", "end_date": "2027-12-31", "description": "Where ice goes.",
}  # fmt: skip
ADDRESS = "/api/awards/00abcde12::ICE-7"


@pytest.fixture
def admin(api: Any, administrator: Any) -> Any:
    return api.as_(administrator)


def test_a_funder_from_its_first_to_its_last_day(admin: Any) -> None:
    made = admin.post("/api/funders", json=FUNDER)
    assert made.status_code == 201, made.text
    assert {key: made.json[key] for key in ("id", "name", "title", "country", "revision_id")} == {
        "id": "00abcde12", "name": "Ice Fund", "title": {"en": "Ice Fund", "de": "Eisfonds"}, "country": "CH",
        "revision_id": 1,
    }  # fmt: skip
    assert admin.get("/api/funders?suggest=icf").json["hits"]["total"] == 1
    read = admin.get("/api/funders/00abcde12").json
    changed = admin.put("/api/funders/00abcde12", json={**read, "name": "Fund for Ice", "title": {}})
    assert (changed.status_code, changed.json["name"], changed.json["revision_id"]) == (200, "Fund for Ice", 2)
    assert changed.json["identifiers"] == read["identifiers"]
    assert admin.put("/api/funders/00abcde12", json=FUNDER, headers={"If-Match": "1"}).status_code == 412
    assert admin.delete("/api/funders/00abcde12", headers={"If-Match": "1"}).status_code == 412
    assert admin.delete("/api/funders/00abcde12").status_code == 204
    assert admin.get("/api/funders/00abcde12").status_code == 404
    assert admin.delete("/api/funders/00abcde12").status_code == 404


def test_a_grant_from_its_first_to_its_last_day(admin: Any) -> None:
    admin.post("/api/funders", json=FUNDER)
    made = admin.post("/api/awards", json=AWARD)
    assert made.status_code == 201, made.text
    assert made.json["id"] == "00abcde12::ICE-7"
    assert {key: made.json[key] for key in AWARD} == AWARD
    assert [hit["id"] for hit in admin.get("/api/awards?suggest=drift").json["hits"]["hits"]] == ["00abcde12::ICE-7"]
    changed = admin.put(ADDRESS, json={**made.json, "title": {"en": "Melting snow"}, "acronym": ""})
    assert (changed.status_code, changed.json["revision_id"]) == (200, 2), changed.text
    assert admin.get("/api/awards?q=drifting").json["hits"]["total"] == 0
    assert admin.get("/api/awards?q=melting").json["hits"]["total"] == 1
    refused = admin.delete("/api/funders/00abcde12")
    assert refused.status_code == 409
    assert "has 1 grants" in refused.json["message"]
    assert admin.delete(ADDRESS).status_code == 204
    assert admin.get("/api/awards?q=melting").json["hits"]["total"] == 0
    assert admin.get(ADDRESS).status_code == 404


def test_records_show_what_the_vocabulary_says_now(admin: Any, make_record: Callable[..., Any]) -> None:
    admin.post("/api/funders", json=FUNDER)
    record = make_record(metadata={"funding": [{"funder": {"id": "00abcde12"}}]})
    admin.put("/api/funders/00abcde12", json={**FUNDER, "name": "Snow Fund"})
    funding = admin.get(f"/api/records/{record.id}").json["metadata"]["funding"]
    assert funding[0]["funder"]["name"] == "Snow Fund"


def test_a_dump_leaves_what_was_made_here(admin: Any, funded: Repository) -> None:
    admin.post("/api/funders", json=FUNDER)
    report = LoadReport()
    store_funders(funded, [FunderEntry(id="00abcde12", name="Ice Fund of the dump")], report)
    assert str(report) == "0 new, 0 changed, 1 unchanged"
    assert admin.get("/api/funders/00abcde12").json["name"] == "Ice Fund"


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("funders", {"id": "00k4n6c32"}, "id"),
        ("funders", {"id": "a::b"}, "id"),
        ("funders", {"id": 5}, "id"),
        ("funders", {"name": "  "}, "name"),
        ("funders", {"name": None}, "name"),
        ("funders", {"name": "x" * 501}, "name"),
        ("funders", {"country": "CHE"}, "country"),
        ("funders", {"title": {"english": "x"}}, "title.english.key"),
        ("funders", {"identifiers": [{"scheme": "doi", "identifier": "10.13039/501100000780"}]}, "identifiers"),
        ("funders", {"identifiers": "x"}, "identifiers"),
        ("awards", {"number": ""}, "number"),
        ("awards", {"number": "x" * 151}, "number"),
        ("awards", {"funder": {"id": "nobody"}}, "funder.id"),
        ("awards", {"funder": {"id": "\x00"}}, "funder.id"),
        ("awards", {"id": "00abcde12::other"}, "id"),
        ("awards", {"start_date": "soon"}, "start_date"),
        ("awards", {"subjects": [{}]}, "subjects.0"),
        ("awards", {"organizations": [{"id": "x"}]}, "organizations.0.organization"),
    ],
)
def test_what_is_wrong_is_named(admin: Any, kind: str, changes: dict[str, Any], field: str) -> None:
    if kind == "awards":
        admin.post("/api/funders", json=FUNDER)
    answer = admin.post(f"/api/{kind}", json={**(FUNDER if kind == "funders" else AWARD), **changes})
    assert answer.status_code == 400, answer.text
    assert field in {error["field"] for error in answer.json["errors"]}, answer.text


@pytest.mark.parametrize("body", ["[]", "x", "{}", "null"])
def test_bodies_that_are_no_entries(admin: Any, body: str) -> None:
    for kind in ("funders", "awards"):
        answer = admin.post(f"/api/{kind}", data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400, answer.text


def test_a_grant_keeps_its_funder_and_number(admin: Any) -> None:
    admin.post("/api/funders", json=FUNDER)
    admin.post("/api/awards", json=AWARD)
    assert admin.put(ADDRESS, json={**AWARD, "number": "ICE-8"}).status_code == 400
    assert admin.put("/api/awards/00abcde12::ICE-9", json={**AWARD, "number": "ICE-9"}).status_code == 404


def test_only_administrators_may(api: Any, ada: Any) -> None:
    for client in (api, api.as_(ada)):
        for kind, sent in (("funders", FUNDER), ("awards", AWARD)):
            assert client.post(f"/api/{kind}", json=sent).status_code == 403
            assert client.put(f"/api/{kind}/00k4n6c32", json=sent).status_code == 403
            assert client.delete(f"/api/{kind}/00k4n6c32").status_code == 403
    assert api.get("/api/funders/00k4n6c32").json["name"] == "European Commission"
