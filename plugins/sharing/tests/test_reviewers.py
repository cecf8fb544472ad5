"""Links for reviewers: everything but who made it, wherever one looks."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.plugins("sharing")

#: What must not be learnt: people, places, money, and identifiers that lead to them.
SECRETS = ("Quillfeather", "Ada Lovelace", "Institute of Beetles", "Beetle Fund", "10.1234/other", "Kept by", "ada@")


@pytest.fixture
def reviewed(repository: Any, ada: Any, make_draft: Any) -> Any:
    """A restricted record that names people in every place that there is."""
    draft = make_draft("Zyzzyva survey", record_access="restricted", files_access="restricted", files={"b.csv": b"1"})
    person = {"type": "personal", "given_name": "Quentin", "family_name": "Quillfeather"}
    creator = {"person_or_org": person, "affiliations": [{"name": "Institute of Beetles"}]}
    metadata = {
        **draft.data["metadata"],
        "creators": [creator],
        "contributors": [{**creator, "role": {"id": "datamanager"}}],
        "funding": [{"funder": {"name": "Beetle Fund"}, "award": {"title": {"en": "Beetles"}, "number": "1"}}],
        "copyright": "Quentin Quillfeather",
        "related_identifiers": [
            {"identifier": "10.1234/other", "scheme": "doi", "relation_type": {"id": "issupplementto"}}
        ],
    }
    repository.files.describe(ada.actor, draft.id, "b.csv", {"metadata": {"note": "Kept by Quillfeather"}})
    saved = repository.records.update_draft(ada.actor, draft.id, {**draft.data, "metadata": metadata})
    assert saved.problems == ()
    return repository.records.publish(ada.actor, draft.id)


def found_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def test_the_api_and_every_export_hide_who_made_it(
    api: Any, ada: Any, repository: Any, reviewed: Any, link_to: Any
) -> None:
    link = link_to(reviewed, hide_authors=True)
    path = f"/api/records/{reviewed.id}"
    assert found_in(api.as_(ada).get(path).text)
    shown = api.get(f"{path}?token={link.token}")
    assert shown.json["metadata"]["title"] == "Zyzzyva survey"
    assert "creators" not in shown.json["metadata"]
    assert shown.json["parent"]["access"]["owned_by"] is None
    for below in ("", "/files", "/files/b.csv", "/versions", "/versions/latest"):
        answer = api.get(f"{path}{below}?token={link.token}&expand=1")
        assert answer.status_code in (200, 301), below
        assert found_in(answer.text) == [], below
    for format in repository.exports.formats:
        answer = api.get(f"/records/{reviewed.id}/export/{format.name}?token={link.token}")
        assert found_in(answer.text) == [], format.name
        for media_type in format.offers:
            answer = api.get(f"{path}?token={link.token}", headers={"Accept": media_type})
            assert found_in(answer.text) == [], media_type
    accept = "application/vnd.inveniordm.v1+json"
    assert found_in(api.get(f"{path}?token={link.token}", headers={"Accept": accept}).text) == []
    assert api.get(f"{path}/files/b.csv/content?token={link.token}").data == b"1"


def test_the_page_hides_who_made_it_and_says_so(client: Any, reviewed: Any, link_to: Any) -> None:
    link = link_to(reviewed, hide_authors=True)
    client.get(f"/records/{reviewed.id}?token={link.token}")
    for path in ("", "/export/json", "/preview/b.csv"):
        text = client.get(f"/records/{reviewed.id}{path}").get_data(as_text=True)
        assert found_in(text) == [], path
    assert "link for reviewers" in client.get(f"/records/{reviewed.id}").get_data(as_text=True)


def test_a_draft_is_hidden_alike(api: Any, client: Any, repository: Any, ada: Any, reviewed: Any, link_to: Any) -> None:
    repository.records.edit(ada.actor, reviewed.id)
    link = link_to(reviewed, "preview", hide_authors=True)
    for path in ("draft", "draft/files", "draft/files/b.csv"):
        answer = api.get(f"/api/records/{reviewed.id}/{path}?token={link.token}")
        assert answer.status_code == 200
        assert found_in(answer.text) == [], path
    client.get(f"/records/{reviewed.id}?token={link.token}")
    page = client.get(f"/records/{reviewed.id}?preview=1")
    assert page.status_code == 200
    assert found_in(page.get_data(as_text=True)) == []
    assert 'href="/uploads/' not in page.get_data(as_text=True)


def test_searching_for_a_name_tells_nothing(api: Any, client: Any, reviewed: Any, link_to: Any) -> None:
    link = link_to(reviewed, hide_authors=True)
    client.get(f"/records/{reviewed.id}?token={link.token}")
    for query in ("Quillfeather", "zyzzyva"):
        assert client.get(f"/api/records?q={query}").json["hits"]["total"] == 0


def test_who_sees_the_record_anyway_sees_all_of_it(api: Any, ada: Any, reviewed: Any, link_to: Any) -> None:
    link, plain = link_to(reviewed, hide_authors=True), link_to(reviewed)
    shown = api.as_(ada).get(f"/api/records/{reviewed.id}?token={link.token}")
    assert shown.json["metadata"]["creators"]
    assert api.get(f"/api/records/{reviewed.id}?token={plain.token}").json["metadata"]["creators"]


def test_a_tombstone_tells_reviewers_and_outsiders_nothing(
    api: Any, repository: Any, ada: Any, administrator: Any, reviewed: Any, link_to: Any
) -> None:
    link = link_to(reviewed, hide_authors=True)
    repository.records.delete(administrator.actor, reviewed.id, {"note": "Ada Lovelace asked for it"})
    for query in ("", f"?token={link.token}"):
        for path in ("/api/records", "/records"):
            gone = api.get(f"{path}/{reviewed.id}{query}")
            assert found_in(gone.text) == []
            assert "Zyzzyva" not in gone.text
