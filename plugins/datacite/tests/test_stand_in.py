"""The stand-in keeps DataCite's documented behaviour: states, errors, credentials, limits."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.plugins("datacite")

DOI = "10.5072/abc"
COMPLETE = {
    "url": "https://repository.example.org/records/1",
    "creators": [{"name": "Kimura, Taro", "nameType": "Personal"}],
    "titles": [{"title": "Deep-sea life"}],
    "publisher": {"name": "Institute of the Sea"},
    "publicationYear": "2019",
    "types": {"resourceTypeGeneral": "Dataset"},
    "schemaVersion": "http://datacite.org/schema/kernel-4",
}


@pytest.fixture
def stand_in(repository):
    from muniment_datacite.stand_in import RequestWindow, StandIn

    return StandIn(repository, ("10.5072",), window=RequestWindow())


def body(**attributes):
    return {"data": {"type": "dois", "attributes": attributes}}


def titles(answer) -> list[str]:
    return [" ".join(filter(None, (error.get("source"), error["title"]))) for error in answer.body["errors"]]


def test_a_life(stand_in) -> None:
    """Draft, findable, registered, findable; deleting is for drafts."""
    assert stand_in.send("PUT", f"/dois/{DOI}", body(url="https://example.org")).status == 201
    assert stand_in.send("GET", f"/dois/{DOI}").resource["state"] == "draft"
    assert stand_in.send("PUT", f"/dois/{DOI}", body(**COMPLETE, event="publish")).resource["state"] == "findable"
    assert stand_in.send("PUT", f"/dois/{DOI}", body(event="register")).resource["state"] == "findable"
    assert stand_in.send("PUT", f"/dois/{DOI}", body(event="hide")).resource["state"] == "registered"
    assert stand_in.send("PUT", f"/dois/{DOI}", body(event="publish")).resource["state"] == "findable"
    assert stand_in.send("DELETE", f"/dois/{DOI}").status == 405


def test_it_checks_before_it_writes_and_again_what_changed_meanwhile(repository, stand_in, monkeypatch) -> None:
    from muniment_datacite import stand_in as module

    assert stand_in.send("PUT", f"/dois/{DOI}", body(**COMPLETE, event="publish")).status == 201
    check, checked = module._errors, []

    def and_meanwhile(doi, merged, *, draft):
        assert repository.database.current is None, "the check takes long, and others wait for their transactions"
        checked.append(merged)
        if len(checked) == 1:
            stand_in.send("PUT", f"/dois/{DOI}", body(language="fr"))
        return check(doi, merged, draft=draft)

    monkeypatch.setattr(module, "_errors", and_meanwhile)
    resource = stand_in.send("PUT", f"/dois/{DOI}", body(version="2")).resource
    assert (resource["version"], resource["language"]) == ("2", "fr")
    assert len(checked) == 3


def test_drafts_go_and_may_lack_everything(stand_in) -> None:
    assert stand_in.send("POST", "/dois", body(doi=DOI)).status == 201
    again = stand_in.send("POST", "/dois", body(doi=DOI.upper()))
    assert (again.status, titles(again)) == (422, ["doi This DOI has already been taken"])
    assert stand_in.send("DELETE", f"/dois/{DOI}").status == 204
    assert stand_in.send("DELETE", f"/dois/{DOI}").status == 404
    assert stand_in.send("GET", f"/dois/{DOI}").status == 404


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"url": ""}, "url Can't be blank"),
        ({"creators": []}, "creators Can't be blank"),
        ({"url": "javascript:alert(1)"}, "url URL is not valid"),
        ({"types": {"resourceTypeGeneral": "Opinion"}}, "types 'Opinion' is not one of"),
        ({"publicationYear": "19"}, "publicationYear '19'"),
        ({"subjects": "one"}, "subjects 'one' is not of type 'array'"),
    ],
)
def test_what_it_refuses(stand_in, change, told: str) -> None:
    answer = stand_in.send("PUT", f"/dois/{DOI}", body(**{**COMPLETE, **change}, event="publish"))
    assert answer.status == 422
    assert told in "; ".join(titles(answer))
    assert stand_in.send("GET", f"/dois/{DOI}").status == 404


def test_what_an_update_does_not_name_stays_and_what_it_clears_goes(stand_in) -> None:
    stand_in.send("PUT", f"/dois/{DOI}", body(**COMPLETE, version="1", language="en", event="publish"))
    kept = stand_in.send("PUT", f"/dois/{DOI}", body(version=None, titles=[{"title": "Another"}])).resource
    assert "version" not in kept
    assert (kept["language"], kept["titles"]) == ("en", [{"title": "Another"}])


def test_credentials_and_prefixes(repository, stand_in) -> None:
    from muniment_datacite.stand_in import StandIn

    wrong = StandIn(repository, ("10.5072",), authentication=("TEST.MUNIMENT", "wrong"))
    assert wrong.send("GET", f"/dois/{DOI}").words == "401 Bad credentials."
    nobody = StandIn(repository, ("10.5072",), authentication=None)
    assert nobody.send("PUT", f"/dois/{DOI}", body(**COMPLETE)).status == 403
    stand_in.send("PUT", f"/dois/{DOI}", body(**COMPLETE))
    assert nobody.send("GET", f"/dois/{DOI}").status == 404
    stand_in.send("PUT", f"/dois/{DOI}", body(event="publish"))
    assert nobody.send("GET", f"/dois/{DOI}").status == 200
    assert stand_in.send("PUT", "/dois/10.9999/x", body(**COMPLETE)).words.startswith("403 You are not authorized")


@pytest.mark.parametrize("sent", [None, {}, {"data": {}}, {"data": {"type": "clients", "attributes": {}}}, {"data": 1}])
def test_what_is_no_jsonapi(stand_in, sent) -> None:
    assert stand_in.send("PUT", f"/dois/{DOI}", sent).status == 400


def test_other_addresses(stand_in) -> None:
    assert stand_in.send("GET", "/heartbeat").status == 200
    assert stand_in.send("GET", "/nothing").status == 404
    assert stand_in.send("PATCH", f"/dois/{DOI}").status == 405


def test_the_limit(repository) -> None:
    from muniment_datacite.stand_in import RequestWindow, StandIn

    now = [0.0]
    stand_in = StandIn(repository, ("10.5072",), window=RequestWindow(limit=2, clock=lambda: now[0]))
    assert [stand_in.send("GET", "/heartbeat").status for _ in range(3)] == [200, 200, 429]
    assert stand_in.send("GET", "/heartbeat").headers["Retry-After"] == "301"
    now[0] = 300.0
    assert stand_in.send("GET", "/heartbeat").status == 200
