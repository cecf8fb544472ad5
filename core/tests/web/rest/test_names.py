"""`/api/names`: names that are suggested, for those who are signed in."""

from __future__ import annotations

from typing import Any


def test_names_in_the_shape_that_clients_know(api: Any, ada: Any, make_record: Any) -> None:
    make_record()
    found = api.as_(ada).get("/api/names?suggest=adey").json
    assert found == {
        "hits": {
            "hits": [
                {
                    "name": "Adeyemi, Ngozi",
                    "type": "personal",
                    "given_name": "Ngozi",
                    "family_name": "Adeyemi",
                    "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
                    "affiliations": [{"name": "Institute of Polar Studies"}],
                }
            ],
            "total": 1,
        }
    }
    places = api.as_(ada).get("/api/names?suggest=polar&type=organizational").json["hits"]["hits"]
    assert [place["name"] for place in places] == ["Institute of Polar Studies"]


def test_who_may_not_and_what_makes_no_sense_is_refused(api: Any, ada: Any) -> None:
    assert api.get("/api/names?suggest=adey").status_code in (401, 403)
    refused = api.as_(ada).get("/api/names?suggest=adey&type=people")
    assert refused.status_code == 400
    assert refused.json["errors"][0]["field"] == "type"
    assert api.as_(ada).get("/api/names").json == {"hits": {"hits": [], "total": 0}}
