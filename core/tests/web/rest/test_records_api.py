"""`/api/records` as clients use it: search, deposit, read, delete, restore, revisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.access.actor import ANONYMOUS
from muniment.testing.documents import document

UI = "application/vnd.inveniordm.v1+json"
UNKNOWN = ("999999999", "0", "-1", "abc", "1e3", "x" * 300, "99999999999999999999999999", "%F0%9F%90%8D", "1%2F2", " 1")


def test_a_published_record_is_found_and_read(api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(title="Hourly drift of sea ice")
    found = api.get("/api/records?q=drift&sort=newest&size=5").json
    assert found["hits"]["total"] == 1
    assert found["hits"]["hits"][0]["id"] == record.id
    assert found["sortBy"] == "newest"
    assert found["links"]["self"] == "http://localhost:5000/api/records?page=1&q=drift&size=5&sort=newest"
    assert "resource_type" in found["aggregations"]
    assert api.get(f"/api/records/{record.id}").json == found["hits"]["hits"][0]


def test_pages_follow_each_other(api: Any, make_record: Callable[..., Any]) -> None:
    for number in range(3):
        make_record(title=f"Record number {number}")
    first = api.get("/api/records?size=2").json
    assert len(first["hits"]["hits"]) == 2
    assert "prev" not in first["links"]
    second = api.get(first["links"]["next"].removeprefix("http://localhost:5000")).json
    assert len(second["hits"]["hits"]) == 1
    assert "next" not in second["links"]
    ids = {hit["id"] for page in (first, second) for hit in page["hits"]["hits"]}
    assert len(ids) == 3


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("q=title:(", None),
        ("page=0", "A validation error occurred."),
        ("size=101", "A validation error occurred."),
        ("page=1000&size=11", "Invalid querystring parameters."),
        ("sort=drop", "A validation error occurred."),
        ("allversions=perhaps", "A validation error occurred."),
        ("q=a&suggest=b", None),
    ],
)
def test_a_bad_query_is_a_400(api: Any, query: str, message: str | None) -> None:
    response = api.get(f"/api/records?{query}")
    assert response.status_code == 400
    assert message is None or response.json["message"] == message


@pytest.mark.parametrize("number", UNKNOWN)
@pytest.mark.parametrize("tail", ["", "/versions", "/versions/latest", "/draft", "/files", "/revisions"])
def test_cve_2023_32321_an_id_that_is_none_of_ours_is_not_found(
    api: Any, administrator: Any, number: str, tail: str
) -> None:
    response = api.as_(administrator).get(f"/api/records/{number}{tail}")
    assert response.status_code == 404, response.data
    assert response.json["status"] == 404


def test_a_deposit_is_answered_as_a_draft(api: Any, ada: Any) -> None:
    response = api.as_(ada).post("/api/records", json=document(title="A first deposit"))
    assert response.status_code == 201
    draft = response.json
    assert draft["is_draft"] is True
    assert draft["is_published"] is False
    assert draft["metadata"]["title"] == "A first deposit"
    assert draft["parent"]["access"]["owned_by"] == {"user": str(ada.subject)}
    assert draft["links"]["self"] == f"http://localhost:5000/api/records/{draft['id']}/draft"
    assert response.headers["ETag"].startswith(f'"{draft["revision_id"]}')


def test_an_empty_deposit_is_a_draft(api: Any, ada: Any) -> None:
    bodies: list[dict[str, Any]] = [{}, {"json": {}}]
    for arguments in bodies:
        response = api.as_(ada).post("/api/records", **arguments)
        assert response.status_code == 201
        assert response.json["metadata"] == {}


@pytest.mark.parametrize("forged", [{"id": "1"}, {"parent": {"access": {"owned_by": {"user": "2"}}}}, {"state": "P"}])
def test_cve_2022_43685_nobody_chooses_id_or_owner(api: Any, ada: Any, grace: Any, forged: dict[str, Any]) -> None:
    draft = api.as_(ada).post("/api/records", json={**document(), **forged}).json
    assert draft["parent"]["access"]["owned_by"] == {"user": str(ada.subject)}
    assert api.as_(grace).get(f"/api/records/{draft['id']}/draft").status_code == 403


def test_a_deposit_in_a_representation_that_is_not_there_creates_nothing(api: Any, ada: Any) -> None:
    client = api.as_(ada)
    response = client.post("/api/records", json=document(), headers={"Accept": "text/html"})
    assert response.status_code == 406
    assert response.json["message"].startswith("Invalid 'Accept' header. Expected one of: application/json")
    assert client.get("/api/user/records").json["hits"]["total"] == 0


@pytest.mark.parametrize("accept", ["application/json", "*/*", None, "application/json; charset=utf-8"])
def test_the_plain_json_is_the_default(
    api: Any, repository: Any, make_record: Callable[..., Any], accept: str | None
) -> None:
    record = make_record()
    response = api.get(f"/api/records/{record.id}", headers={"Accept": accept} if accept else {})
    assert response.content_type == "application/json"
    assert response.data == repository.records.read(ANONYMOUS, record.id).body
    assert "Accept" in response.headers["Vary"]
    assert "ui" not in response.json


def test_the_ui_representation_adds_words(api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record()
    response = api.get(f"/api/records/{record.id}", headers={"Accept": UI, "Accept-Language": "de"})
    assert response.content_type == UI
    assert response.json["ui"]["resource_type"]["title_l10n"] == "Datensatz"
    plain = api.get(f"/api/records/{record.id}").json
    assert {key: value for key, value in response.json.items() if key != "ui"} == plain
    assert {"Accept", "Accept-Language"} <= {item.strip() for item in response.headers["Vary"].split(",")}
    listed = api.get("/api/records", headers={"Accept": UI})
    assert listed.content_type == UI
    assert listed.json["hits"]["hits"][0]["ui"]["publication_date_l10n_medium"]


def test_indented_json_is_the_same_json(api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record()
    response = api.get(f"/api/records/{record.id}?prettyprint=1")
    assert response.data.startswith(b'{\n  "id"')
    assert response.json == api.get(f"/api/records/{record.id}").json


def test_a_reader_who_has_it_gets_a_304(api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record()
    tags = set()
    for query, headers in (("", {}), ("?prettyprint=1", {}), ("?expand=1", {}), ("", {"Accept": UI})):
        first = api.get(f"/api/records/{record.id}{query}", headers=headers)
        tags.add(first.headers["ETag"])
        again = api.get(f"/api/records/{record.id}{query}", headers={**headers, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Cache-Control"] == "public, no-cache"
        assert "Accept" in again.headers["Vary"]
    assert len(tags) == 4


def test_an_edit_changes_the_tag(api: Any, make_record: Callable[..., Any], repository: Any, ada: Any) -> None:
    record = make_record()
    tag = api.get(f"/api/records/{record.id}").headers["ETag"]
    repository.records.edit(ada.actor, record.id)
    repository.records.update_draft(ada.actor, record.id, document(title="Another title"))
    repository.records.publish(ada.actor, record.id)
    response = api.get(f"/api/records/{record.id}", headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert response.json["metadata"]["title"] == "Another title"


def test_expanded_records_name_their_owner(api: Any, make_record: Callable[..., Any], ada: Any) -> None:
    record = make_record()
    for path in (f"/api/records/{record.id}?expand=1", "/api/records?expand=true"):
        body = api.as_(ada).get(path).json
        body = body["hits"]["hits"][0] if "hits" in body else body
        owner = body["expanded"]["parent"]["access"]["owned_by"]
        assert owner["id"] == str(ada.subject)
        assert owner["profile"]["full_name"] == "Ada Lovelace"


def test_a_head_has_the_headers_of_the_get(api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record()
    head, get = (api.request(method, f"/api/records/{record.id}") for method in ("HEAD", "GET"))
    assert head.data == b""
    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_the_id_of_all_versions_leads_to_the_newest(api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record()
    response = api.get(f"/api/records/{record.parent_id}?expand=1")
    assert response.status_code == 302
    assert response.headers["Location"] == f"http://localhost:5000/api/records/{record.id}?expand=1"
    assert response.content_type.startswith("text/html")


@pytest.mark.parametrize(
    ("method", "tail"), [("POST", "/draft"), ("POST", "/versions"), ("DELETE", ""), ("DELETE", "/delete")]
)
def test_nothing_is_changed_by_the_id_of_all_versions(
    api: Any, make_record: Callable[..., Any], ada: Any, method: str, tail: str
) -> None:
    record = make_record()
    response = api.as_(ada).request(method, f"/api/records/{record.parent_id}{tail}")
    assert response.status_code == 404
    assert api.get(f"/api/records/{record.id}").status_code == 200


def test_a_published_record_cannot_be_put(api: Any, make_record: Callable[..., Any], ada: Any) -> None:
    response = api.as_(ada).put(f"/api/records/{make_record().id}", json=document())
    assert response.status_code == 405


def test_a_draft_is_no_record_yet(api: Any, make_draft: Callable[..., Any], ada: Any) -> None:
    response = api.as_(ada).get(f"/api/records/{make_draft().id}")
    assert response.status_code == 404
    assert response.json["message"] == "The persistent identifier is not registered."


def test_restricted_records_are_for_those_who_may(
    api: Any, make_record: Callable[..., Any], ada: Any, grace: Any
) -> None:
    record = make_record(record_access="restricted")
    path = f"/api/records/{record.id}"
    assert api.get(path).status_code == 403
    assert api.as_(grace).get(path).json == {"status": 403, "message": "Permission denied."}
    own = api.as_(ada).get(path)
    assert own.status_code == 200
    assert own.headers["Cache-Control"] == "private, no-store"
    assert api.get("/api/records").json["hits"]["total"] == 0
    assert api.as_(ada).get("/api/records").json["hits"]["total"] == 1


def test_a_deletion_leaves_a_tombstone_and_can_be_undone(
    api: Any, make_record: Callable[..., Any], administrator: Any, ada: Any
) -> None:
    record = make_record()
    path = f"/api/records/{record.id}"
    client = api.as_(administrator)
    response = client.delete(f"{path}/delete", json={"removal_reason": {"id": "spam"}, "note": "Not research"})
    assert (response.status_code, response.data) == (204, b"")
    gone = api.get(path)
    assert (gone.status_code, gone.json["message"]) == (410, "Record deleted")
    assert gone.json["tombstone"]["note"] == "Not research"
    assert gone.json["tombstone"]["removal_reason"] == {"id": "spam"}
    assert api.get(f"{path}?include_deleted=1").status_code == 410
    assert client.get(f"{path}?include_deleted=1").json["deletion_status"]["is_deleted"] is True
    assert api.get("/api/records").json["hits"]["total"] == 0
    restored = client.post(f"{path}/restore")
    assert restored.status_code == 200
    assert api.get(path).status_code == 200
    assert client.post(f"{path}/restore").status_code == 400


def test_a_tombstone_can_be_hidden(api: Any, make_record: Callable[..., Any], administrator: Any) -> None:
    path = f"/api/records/{make_record().id}"
    body = {"removal_reason": {"id": "spam"}, "is_visible": False}
    assert api.as_(administrator).delete(f"{path}/delete", json=body).status_code == 204
    assert api.get(path).json == {"status": 404, "message": "Record not found"}


def test_a_plain_delete_leaves_a_tombstone_too(api: Any, make_record: Callable[..., Any], administrator: Any) -> None:
    path = f"/api/records/{make_record().id}"
    assert api.as_(administrator).delete(path).status_code == 204
    assert api.get(path).status_code == 410


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"removal_reason": "spam"}, "removal_reason.id"),
        ({"removal_reason": {"id": 7}}, "removal_reason.id"),
        ({"removal_reason": {"id": "no such reason"}}, "removal_reason.id"),
        ({"note": ["x"]}, "note"),
        ({"citation_text": {}}, "citation_text"),
        ({"is_visible": "yes"}, "is_visible"),
    ],
)
def test_what_is_said_at_a_deletion_is_checked(
    api: Any, make_record: Callable[..., Any], administrator: Any, body: dict[str, Any], field: str
) -> None:
    path = f"/api/records/{make_record().id}"
    response = api.as_(administrator).delete(f"{path}/delete", json=body)
    assert response.status_code == 400
    assert [error["field"] for error in response.json["errors"]] == [field]
    assert api.get(path).status_code == 200


def test_a_deletion_of_another_revision_is_refused(
    api: Any, make_record: Callable[..., Any], administrator: Any
) -> None:
    record = make_record()
    response = api.as_(administrator).delete(
        f"/api/records/{record.id}/delete", headers={"If-Match": str(record.revision + 5)}
    )
    assert response.status_code == 412
    assert api.get(f"/api/records/{record.id}").status_code == 200


def test_deleting_and_restoring_stand_among_the_revisions(
    api: Any, make_record: Callable[..., Any], administrator: Any
) -> None:
    record = make_record(title="First")
    client, path = api.as_(administrator), f"/api/records/{record.id}"
    assert client.delete(f"{path}/delete", json={"note": "Twice"}).status_code == 204
    hits = client.get(f"{path}/revisions").json["hits"]["hits"]
    first = record.revision
    assert [hit["revision_id"] for hit in hits] == [first + 1, first]
    assert [hit["deletion_status"]["is_deleted"] for hit in hits] == [True, False]
    assert ["tombstone" in hit for hit in hits] == [True, False]
    assert client.post(f"{path}/restore").status_code == 200
    hits = client.get(f"{path}/revisions").json["hits"]["hits"]
    assert [hit["revision_id"] for hit in hits] == [first + 2, first + 1, first]
    assert [hit["deletion_status"]["status"] for hit in hits] == ["P", "D", "P"]
    assert [hit.get("tombstone", {}).get("note") for hit in hits] == [None, "Twice", None]
    pair = client.get(f"{path}/revisions/{first + 1}?include_previous=1").json["hits"]
    assert [hit["revision_id"] for hit in pair["hits"]] == [first + 1, first]
    assert client.get(f"{path}/revisions/{first}?include_previous=1").json["hits"]["total"] == 1
    assert client.get(f"{path}/revisions/99?include_previous=1").status_code == 404


def test_revisions_are_for_administrators(
    api: Any, make_record: Callable[..., Any], repository: Any, ada: Any, administrator: Any
) -> None:
    record = make_record(title="First edition")
    repository.records.edit(ada.actor, record.id)
    repository.records.update_draft(ada.actor, record.id, document(title="Second edition"))
    repository.records.publish(ada.actor, record.id)
    path = f"/api/records/{record.id}/revisions"
    assert api.as_(ada).get(path).status_code == 403
    hits = api.as_(administrator).get(path).json["hits"]["hits"]
    assert [hit["metadata"]["title"] for hit in hits] == ["Second edition", "First edition"]
    one = api.as_(administrator).get(f"{path}/{hits[1]['revision_id']}")
    assert one.json["metadata"]["title"] == "First edition"
    assert api.as_(administrator).get(f"{path}/999").status_code == 404


def test_an_access_token_in_the_address_works_on_the_api_only(app: Any, api: Any, repository: Any, ada: Any) -> None:
    token = repository.tokens.create_for_subject(ada.subject, "test")
    assert api.get(f"/api/user/records?access_token={token}").status_code == 200
    page = api.get(f"/me/uploads?access_token={token}")
    assert page.status_code == 302
