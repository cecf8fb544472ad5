""" "This is me": creators whose iD is proved, and what others read of it."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.plugins("orcid")
ID = "0000-0002-1825-0097"


def somebody(family: str, *orcids: str) -> dict[str, Any]:
    identifiers = [{"scheme": "orcid", "identifier": one} for one in orcids]
    return {
        "person_or_org": {
            "type": "personal",
            "family_name": family,
            "given_name": "A",
            "identifiers": identifiers,
        }
    }


@pytest.mark.hook("render_slot")
@pytest.mark.hook("register_record_parts")
def test_owners_say_who_they_are(adas: Any, client: Any, api: Any, make_record: Any, panel_of: Any, grace: Any) -> None:
    creators = [somebody("Lovelace"), somebody("Babbage", "0000-0001-5109-3700"), somebody("Menabrea")]
    record = make_record("Notes", metadata={"creators": creators}).data
    page, form = f"/records/{record['id']}", f"/orcid/this-is-me/{record['id']}"
    assert form in adas.get(page)
    assert form not in client.get(page).text
    assert panel_of(grace).get(form, 404)
    told = adas.get(form)
    assert "Lovelace, A" in told
    assert "Babbage" not in told, "somebody else is that one"
    assert adas.post(form, 422, creator="0:Menabrea, A"), "the list has changed meanwhile"
    assert adas.post(form, 422, creator="")
    assert adas.post(form, creator="0:Lovelace, A")
    found = api.get(f"/api{page}").json
    assert found["metadata"]["creators"][0]["person_or_org"]["identifiers"] == [{"scheme": "orcid", "identifier": ID}]
    assert found["ext"]["orcid"] == {"verified_identifiers": [{"scheme": "orcid", "identifier": ID}]}
    shown = client.get(page).text
    assert 'aria-label="ORCID iD of A Lovelace"' in shown
    assert 'aria-label="ORCID iD of A Babbage, not confirmed by them"' in shown
    assert adas.get(form, 404), "once is enough"


def test_an_id_that_stands_there_is_confirmed_without_a_new_edition(
    adas: Any, client: Any, api: Any, make_record: Any
) -> None:
    record = make_record().data
    page, form = f"/records/{record['id']}", f"/orcid/this-is-me/{record['id']}"
    assert "not confirmed by them" in client.get(page).text
    adas.get(form)
    adas.post(form, creator="0:Adeyemi, Ngozi")
    assert api.get(f"/api{page}").json["revision_id"] == record["revision_id"]
    assert "not confirmed by them" not in client.get(page).text


def test_changes_that_are_under_way_are_left_alone(adas: Any, repository: Any, ada: Any, make_record: Any) -> None:
    record = make_record("Notes", metadata={"creators": [somebody("Lovelace")]}).data
    form = f"/orcid/this-is-me/{record['id']}"
    repository.records.edit(ada.actor, record["id"])
    adas.get(form)
    assert "Changes to this record are under way" in adas.post(form, 422, creator="0:Lovelace, A")
    assert repository.records.read_draft(ada.actor, record["id"])


@pytest.mark.hook("oidc_providers")
def test_the_affiliation_stands_in_the_form_of_who_signs_up(sign_in: Any, client: Any, orcid: Any) -> None:
    def job(name: str, end: Any = None) -> dict[str, Any]:
        return {"employment-summary": {"organization": {"name": name}, "end-date": end}}

    orcid.employments = {
        "affiliation-group": [
            {"summaries": [job("Brown University")]},
            {"summaries": [job("Wesleyan University", {"year": {"value": "2001"}})]},
        ]
    }
    sign_in()
    page = client.get("/oidc/welcome").text
    assert 'value="Brown University"' in page
    orcid.employments = {"affiliation-group": [{"summaries": [{}]}]}
    assert sign_in().headers["Location"] == "/oidc/welcome", "what cannot be read is typed by the person"
