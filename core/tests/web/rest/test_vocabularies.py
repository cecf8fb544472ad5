"""`/api/vocabularies` as clients of InvenioRDM use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.access.actor import SYSTEM
from muniment.repository import Repository
from muniment.testing.api_client import ApiClient
from muniment.testing.people import Person

UI = "application/vnd.inveniordm.v1+json"
PINK = {"id": "pink", "title": {"en": "Pink title"}, "tags": ["warm"]}


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [hit["id"] for hit in answer.json["hits"]["hits"]]


@pytest.mark.parametrize("path", ["/api/vocabularies", "/api/vocabularies/"])
def test_the_list_names_every_vocabulary_with_its_count(api: ApiClient, path: str) -> None:
    body = api.get(path).json
    hits = {hit["id"]: hit for hit in body["hits"]["hits"]}
    assert body["hits"]["total"] == len(hits)
    assert hits["resourcetypes"]["count"] == 47
    assert hits["resourcetypes"]["title"] == {"en": "Resource types", "de": "Ressourcentypen"}
    assert hits["resourcetypes"]["links"]["self"].endswith("/api/vocabularies/resourcetypes")
    assert list(hits) == sorted(hits)


def test_a_term_has_invenios_json(api: ApiClient) -> None:
    answer = api.get("/api/vocabularies/licenses/cc-by-4.0")
    body = answer.json
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"1"'
    assert (body["id"], body["type"], body["icon"], body["revision_id"]) == ("cc-by-4.0", "licenses", "cc-by-icon", 1)
    assert body["title"]["en"] == "Creative Commons Attribution 4.0 International"
    assert body["props"]["scheme"] == "spdx"
    assert body["tags"] == ["recommended", "all", "data"]
    assert body["links"]["self"].endswith("/api/vocabularies/licenses/cc-by-4.0")
    assert body["created"].endswith("+00:00")


@pytest.mark.parametrize("id", ["c%2B%2B", "c++", "c%23"])
def test_ids_with_signs_are_found_at_their_addresses(api: ApiClient, id: str) -> None:
    answer = api.get(f"/api/vocabularies/code:programmingLanguages/{id}")
    assert answer.json["title"]["en"] in ("C++", "C#")
    own = answer.json["links"]["self"]
    assert api.get(own[own.index("/api/") :]).json == answer.json


@pytest.mark.parametrize("path", ["/api/vocabularies/languages/xxx", "/api/vocabularies/nope"])
def test_what_does_not_exist_is_a_404(api: ApiClient, path: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 404
    assert answer.json["status"] == 404


def test_suggestions_tags_and_queries_find_terms(api: ApiClient) -> None:
    assert ids(api.get("/api/vocabularies/languages?suggest=anglais&size=1")) == ["eng"]
    assert ids(api.get("/api/vocabularies/languages?q=id:deu")) == ["deu"]
    assert ids(api.get("/api/vocabularies/licenses?tags=recommended&tags=software&sort=title")) == [
        "apache-2.0", "cc0-1.0", "gpl-3.0-or-later", "mit",
    ]  # fmt: skip


def test_pages_link_to_each_other(api: ApiClient) -> None:
    body = api.get("/api/vocabularies/relationtypes?size=10&page=2&sort=title").json
    assert body["hits"]["total"] == 39
    assert body["sortBy"] == "title"
    assert "page=1" in body["links"]["prev"]
    assert "page=3" in body["links"]["next"]
    last = api.get("/api/vocabularies/relationtypes?size=10&page=4&sort=title").json
    assert "next" not in last["links"]
    assert len(last["hits"]["hits"]) == 9


def test_all_licences_come_in_one_page_as_clients_ask_for_them(api: ApiClient) -> None:
    body = api.get("/api/vocabularies/licenses?size=10000").json
    assert len(body["hits"]["hits"]) == body["hits"]["total"] > 700


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "size=0",
        "size=x",
        "size=10001",
        "page=101&size=100",
        "sort=random",
        "q=(",
        "q=nofield:x",
        "q=title:/a/",
    ],
)
def test_a_bad_query_is_a_400(api: ApiClient, query: str) -> None:
    answer = api.get(f"/api/vocabularies/languages?{query}")
    assert answer.status_code == 400
    assert answer.json["message"]


def test_an_answer_that_has_not_changed_is_a_304(api: ApiClient) -> None:
    for path in ("/api/vocabularies/licenses/mit", "/api/vocabularies/licenses?suggest=mit"):
        tag = api.get(path).headers["ETag"]
        answer = api.get(path, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.data) == (304, b"")


def test_answers_are_public_and_set_no_cookie(api: ApiClient) -> None:
    answer = api.get("/api/vocabularies/languages?suggest=deu")
    assert "public" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert {"Accept", "Accept-Language"} <= answer.vary.as_set(preserve_casing=True)


def test_pages_get_their_texts_in_one_language(api: ApiClient) -> None:
    headers = {"Accept": UI, "Accept-Language": "de"}
    term = api.get("/api/vocabularies/licenses/cc-by-4.0", headers=headers)
    assert term.headers["Content-Type"] == UI
    assert term.json["title_l10n"] == "Creative Commons Namensnennung 4.0 International"
    assert "Urheber" in term.json["description_l10n"]
    assert "title" not in term.json
    assert term.headers["ETag"] != '"1"'
    [hit] = api.get("/api/vocabularies/languages?suggest=englisch&size=1", headers=headers).json["hits"]["hits"]
    assert hit["title_l10n"] == "Englisch"


def test_a_form_that_is_not_offered_is_a_406(api: ApiClient) -> None:
    answer = api.get("/api/vocabularies/licenses/mit", headers={"Accept": "text/csv"})
    assert answer.status_code == 406
    assert UI in answer.json["message"]


def test_an_administrator_adds_changes_and_deletes_a_term(api: ApiClient, administrator: Person) -> None:
    admin = api.as_(administrator)
    created = admin.post("/api/vocabularies/titletypes", json=PINK)
    assert created.status_code == 201
    assert created.json["revision_id"] == 1
    path = "/api/vocabularies/titletypes/pink"
    changed = admin.put(path, json={**created.json, "title": {"en": "Rose title"}}, headers={"If-Match": "1"})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert api.get(path).json["title"] == {"en": "Rose title"}
    assert admin.put(path, json=PINK, headers={"If-Match": "1"}).status_code == 412
    assert admin.delete(path, headers={"If-Match": "1"}).status_code == 412
    assert admin.delete(path).status_code == 204
    assert api.get(path).status_code == 404


def test_what_is_wrong_with_a_term_is_said_by_field(api: ApiClient, administrator: Person) -> None:
    admin = api.as_(administrator)
    answer = admin.post("/api/vocabularies/titletypes", json={"id": "a b", "title": {"english": "x"}, "tags": 1})
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json["errors"]} == {"id", "title.english", "tags"}
    assert admin.post("/api/vocabularies/titletypes", json=[]).status_code == 400
    assert admin.post("/api/vocabularies/titletypes", data=b"{").status_code == 400
    assert admin.post("/api/vocabularies/nope", json=PINK).status_code == 404
    assert admin.put("/api/vocabularies/titletypes/nope", json=PINK).status_code == 404


def test_a_term_of_the_file_cannot_be_deleted(api: ApiClient, administrator: Person) -> None:
    answer = api.as_(administrator).delete("/api/vocabularies/titletypes/subtitle")
    assert answer.status_code == 409
    assert "comes with the vocabulary" in answer.json["message"]


def test_others_may_only_read(api: ApiClient, ada: Person, repository: Repository) -> None:
    repository.vocabularies.create(SYSTEM, "titletypes", PINK)
    for reader in (api, api.as_(ada)):
        assert reader.get("/api/vocabularies/titletypes/pink").status_code == 200
        assert reader.post("/api/vocabularies/titletypes", json={**PINK, "id": "red"}).status_code == 403
        assert reader.put("/api/vocabularies/titletypes/pink", json=PINK).status_code == 403
        assert reader.delete("/api/vocabularies/titletypes/pink").status_code == 403
    assert repository.vocabularies.get("titletypes", "pink").revision == 1


def test_a_worker_loads_what_is_asked_for(
    api: Any, repository: Any, ada: Any, administrator: Any, run_jobs: Callable[[], int]
) -> None:
    path, body = "/api/vocabularies/tasks", {"vocabularies": ["titletypes", "titletypes"], "force": True}
    for client in (api, api.as_(ada)):
        assert client.post(path, json=body).status_code == 403
    client = api.as_(administrator)
    answer = client.post(path, json=body)
    assert (answer.status_code, answer.json) == (202, {"vocabularies": ["titletypes"], "force": True})
    assert repository.audit.entries("vocabulary:titletypes")[0].action == "vocabulary.load_requested"
    run_jobs()
    assert client.get("/api/vocabularies/titletypes").json["hits"]["total"] > 0
    assert "languages" in client.post(path, json={}).json["vocabularies"]


@pytest.mark.parametrize(
    "body", [{"vocabularies": ["nope"]}, {"vocabularies": "languages"}, {"force": 1}, {"readers": [{"type": "json"}]}]
)
def test_what_cannot_be_loaded_is_refused(api: Any, administrator: Any, body: dict[str, Any]) -> None:
    assert api.as_(administrator).post("/api/vocabularies/tasks", json=body).status_code == 400
