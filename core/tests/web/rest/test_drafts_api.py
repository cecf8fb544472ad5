"""`/api/records/{id}/draft`: the cycle of a draft as clients drive it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.testing.documents import document


@pytest.fixture
def draft(api: Any, ada: Any) -> dict[str, Any]:
    response = api.as_(ada).post("/api/records", json=document(title="Work in progress"))
    assert response.status_code == 201
    found: dict[str, Any] = response.json
    return found


def test_a_draft_is_saved_read_and_discarded(api: Any, ada: Any, draft: dict[str, Any]) -> None:
    client, path = api.as_(ada), f"/api/records/{draft['id']}/draft"
    saved = client.put(path, json=document(title="Further on"))
    assert saved.status_code == 200
    assert saved.json["revision_id"] > draft["revision_id"]
    assert client.get(path).json["metadata"]["title"] == "Further on"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404


def test_saving_never_fails_on_content(api: Any, ada: Any, draft: dict[str, Any]) -> None:
    body = {
        "metadata": {"title": 7, "creators": "Curie", "publication_date": "soon", "locations": {}, "dates": {}},
        "access": "public",
        "files": [],
        "unknown": {"key": 1},
    }
    response = api.as_(ada).put(f"/api/records/{draft['id']}/draft", json=body)
    assert response.status_code == 200
    fields = {
        error["field"].split(".")[1] for error in response.json["errors"] if error["field"].startswith("metadata.")
    }
    assert {"title", "creators", "publication_date"} <= fields
    assert "unknown" not in response.json


def test_two_people_cannot_save_over_each_other(api: Any, ada: Any, draft: dict[str, Any]) -> None:
    client, path = api.as_(ada), f"/api/records/{draft['id']}/draft"
    revision, tag = draft["revision_id"], client.get(path).headers["ETag"]
    assert client.put(path, json=document(title="First"), headers={"If-Match": tag}).status_code == 200
    late = client.put(path, json=document(title="Second"), headers={"If-Match": str(revision)})
    assert late.status_code == 412
    assert late.json["message"] == f"Revision id provided({revision}) doesn't match record's one({revision + 1})"
    assert client.delete(path, headers={"If-Match": str(revision)}).status_code == 412
    assert client.put(path, json=document(), headers={"If-Match": "latest"}).json["errors"][0]["field"] == "if_match"
    assert client.get(path).json["metadata"]["title"] == "First"


def test_a_draft_is_published_once_it_is_complete(api: Any, ada: Any, draft: dict[str, Any]) -> None:
    client, path = api.as_(ada), f"/api/records/{draft['id']}"
    client.put(f"{path}/draft", json={"files": {"enabled": False}, "metadata": {"title": "Incomplete"}})
    refused = client.post(f"{path}/draft/actions/publish")
    assert (refused.status_code, refused.json["message"]) == (400, "A validation error occurred.")
    fields = {error["field"] for error in refused.json["errors"]}
    assert {"metadata.resource_type", "metadata.creators", "metadata.publication_date"} <= fields
    client.put(f"{path}/draft", json=document(title="Complete"))
    published = client.post(f"{path}/draft/actions/publish", data=b"", content_type="application/octet-stream")
    assert published.status_code == 202
    assert published.json["is_published"] is True
    assert api.get(path).json["metadata"]["title"] == "Complete"
    assert client.get(f"{path}/draft").status_code == 404
    assert client.post(f"{path}/draft/actions/publish").status_code == 404


def test_a_publication_of_another_revision_is_refused(api: Any, ada: Any, draft: dict[str, Any]) -> None:
    path = f"/api/records/{draft['id']}/draft/actions/publish"
    assert api.as_(ada).post(path, headers={"If-Match": "99"}).status_code == 412
    assert api.as_(ada).post(path, headers={"If-Match": str(draft["revision_id"])}).status_code == 202


def test_a_published_record_is_edited_in_a_draft(api: Any, ada: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(title="Before")
    client, path = api.as_(ada), f"/api/records/{record.id}"
    first, again = client.post(f"{path}/draft"), client.post(f"{path}/draft")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["revision_id"] == again.json["revision_id"]
    assert first.json["is_published"] is True
    client.put(f"{path}/draft", json=document(title="After"))
    assert api.get(path).json["metadata"]["title"] == "Before"
    assert client.post(f"{path}/draft/actions/publish").status_code == 202
    assert api.get(path).json["metadata"]["title"] == "After"


def test_a_discarded_edit_leaves_the_record_as_it_was(api: Any, ada: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(title="Before")
    client, path = api.as_(ada), f"/api/records/{record.id}"
    client.post(f"{path}/draft")
    client.put(f"{path}/draft", json=document(title="After"))
    assert client.delete(f"{path}/draft").status_code == 204
    assert api.get(path).json["metadata"]["title"] == "Before"


@pytest.mark.parametrize("scheme", ["doi", "nonsense", "x" * 200])
def test_an_identifier_nobody_provides_is_refused(api: Any, ada: Any, draft: dict[str, Any], scheme: str) -> None:
    path = f"/api/records/{draft['id']}/draft/pids/{scheme}"
    assert api.as_(ada).post(path).status_code in (400, 404, 409)
    assert api.as_(ada).delete(path).status_code in (200, 400, 404, 409)


def test_cve_2021_43781_nobody_publishes_other_peoples_drafts(api: Any, grace: Any, draft: dict[str, Any]) -> None:
    path = f"/api/records/{draft['id']}"
    for client in (api, api.as_(grace)):
        assert client.post(f"{path}/draft/actions/publish").status_code == 403
        assert client.put(f"{path}/draft", json=document()).status_code == 403
        assert client.get(f"{path}/draft").status_code == 403
        assert client.delete(f"{path}/draft").status_code == 403
    assert api.get(path).status_code == 404


def test_a_json_patch_of_the_wrong_type_is_refused_before_anything_changes(
    api: Any, ada: Any, draft: dict[str, Any]
) -> None:
    path = f"/api/records/{draft['id']}/draft"
    for arguments in (
        {"json": ["x"]},
        {"data": b"{", "content_type": "application/json"},
        {"data": b"a=1", "content_type": "application/x-www-form-urlencoded"},
        {"json": document(), "headers": {"Accept": "image/png"}},
    ):
        assert api.as_(ada).put(path, **arguments).status_code in (400, 406, 415)
    assert api.as_(ada).get(path).json["revision_id"] == draft["revision_id"]


def test_the_list_of_own_uploads_has_drafts_and_records(
    api: Any, ada: Any, grace: Any, make_record: Callable[..., Any], draft: dict[str, Any]
) -> None:
    record = make_record()
    client = api.as_(ada)
    found = client.get("/api/user/records")
    assert {hit["id"] for hit in found.json["hits"]["hits"]} == {record.id, draft["id"]}
    assert found.headers["Cache-Control"] == "private, no-store"
    only_drafts = client.get("/api/user/records?is_published=false").json
    assert [hit["id"] for hit in only_drafts["hits"]["hits"]] == [draft["id"]]
    assert client.get("/api/user/records?is_published=perhaps").status_code == 400
    assert client.get("/api/user/records?q=progress").json["hits"]["total"] == 1
    assert api.as_(grace).get("/api/user/records").json["hits"]["total"] == 0
    assert api.get("/api/user/records").status_code == 403
