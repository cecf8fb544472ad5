"""`/api/funders` and `/api/awards` answer with InvenioRDM's fields."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from muniment.api import Repository

pytestmark = [pytest.mark.plugins("openaire"), pytest.mark.usefixtures("funded")]


def hits(client: FlaskClient, address: str) -> list[Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json["hits"]["hits"]
    return found


@pytest.mark.hook("register_blueprints")
def test_a_grant(client: FlaskClient) -> None:
    found = client.get("/api/awards/00k4n6c32::777483").json
    assert {key: found[key] for key in ("id", "number", "acronym", "program", "funder", "start_date", "end_date")} == {
        "id": "00k4n6c32::777483",
        "number": "777483",
        "acronym": "ICEDIG",
        "program": "H2020",
        "funder": {"id": "00k4n6c32"},
        "start_date": "2018-01-01",
        "end_date": "2020-03-31",
    }
    assert found["title"]["en"].startswith("Innovation and consolidation")
    assert {"scheme": "doi", "identifier": "10.3030/777483"} in found["identifiers"]
    assert found["links"]["self"].endswith("/api/awards/00k4n6c32%3A%3A777483")


def test_a_funder(client: FlaskClient) -> None:
    found = client.get("/api/funders/018mejw64").json
    assert (found["name"], found["country"]) == ("Deutsche Forschungsgemeinschaft", "DE")
    assert found["identifiers"] == [
        {"scheme": "ror", "identifier": "018mejw64"},
        {"scheme": "doi", "identifier": "10.13039/501100001659"},
    ]


def test_lists_are_searched_and_paged(client: FlaskClient) -> None:
    assert [hit["id"] for hit in hits(client, "/api/awards?suggest=freya")] == ["00k4n6c32::777523"]
    assert [hit["id"] for hit in hits(client, "/api/awards?q=DataONE%20earth")] == []
    assert [hit["id"] for hit in hits(client, "/api/awards?funders=021nxhr62")] == ["021nxhr62::0830944"]
    first = client.get("/api/funders?size=20&sort=name").json
    assert (len(first["hits"]["hits"]), first["hits"]["total"]) == (20, 23)
    second = client.get(first["links"]["next"].partition("//")[2].partition("/")[2].join(("/", ""))).json
    assert len(second["hits"]["hits"]) == 3
    assert "next" not in second["links"]
    assert "prev" in second["links"]


def test_the_form_is_told_of_the_funder_in_words(client: FlaskClient) -> None:
    (grant,) = hits(client, "/api/openaire/grants?suggest=icedig")
    assert grant == {
        "id": "00k4n6c32::777483",
        "title": "ICEDIG: Innovation and consolidation for large scale digitisation of natural heritage",
        "description": "European Commission · H2020 · 777483",
    }


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/awards/00k4n6c32::1", 404),
        ("/api/awards/%00", 400),
        ("/api/funders/nobody", 404),
        ("/api/funders?sort=weight", 400),
        ("/api/funders?size=0", 400),
        ("/api/awards?size=101", 400),
        ("/api/awards?page=x", 400),
        ("/api/awards?suggest=%00%27%22%25", 200),
        ("/api/awards?suggest=" + "a" * 3000, 200),
        ("/api/funders?q=" + "a+" * 200, 200),
    ],
)
def test_bad_input(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_the_vocabularies_have_them_too(client: FlaskClient, funded: Repository) -> None:
    assert client.get("/api/vocabularies/awards?suggest=icedig").json["hits"]["total"] == 1
    assert client.get("/api/vocabularies/funders/00k4n6c32").json["title"]["de"] == "Europäische Kommission"
    assert {info.vocabulary.name: info.count for info in funded.vocabularies.types()}["awards"] == 8
