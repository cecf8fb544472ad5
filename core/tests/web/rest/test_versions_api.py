"""`/api/records/{id}/versions`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from muniment.testing.documents import document


def test_a_new_version_follows_the_old_one(api: Any, ada: Any, make_record: Callable[..., Any]) -> None:
    first = make_record(title="The first version", metadata={"version": "1.0"})
    client, path = api.as_(ada), f"/api/records/{first.id}"
    started = client.post(f"{path}/versions")
    assert started.status_code == 201
    draft = started.json
    assert draft["id"] != first.id
    assert draft["parent"]["id"] == first.parent_id
    assert draft["metadata"]["title"] == "The first version"
    assert "version" not in draft["metadata"]
    assert client.post(f"{path}/versions").json["id"] == draft["id"]
    client.put(f"/api/records/{draft['id']}/draft", json=document(title="The second version"))
    assert client.post(f"/api/records/{draft['id']}/draft/actions/publish").status_code == 202

    listed = api.get(f"{path}/versions")
    assert [hit["id"] for hit in listed.json["hits"]["hits"]] == [draft["id"], first.id]
    assert "aggregations" not in listed.json
    one = api.get(f"{path}/versions?size=1&page=2").json
    assert [hit["id"] for hit in one["hits"]["hits"]] == [first.id]
    assert one["links"]["prev"].startswith(f"http://localhost:5000{path}/versions?")

    for number in (first.id, draft["id"], first.parent_id):
        latest = api.get(f"/api/records/{number}/versions/latest")
        assert latest.status_code == 301
        assert latest.json["message"] == "Redirecting..."
        assert latest.headers["Location"] == f"http://localhost:5000/api/records/{draft['id']}"
        assert latest.headers["Cache-Control"] == "public, no-cache"


def test_only_those_who_may_edit_start_a_version(
    api: Any, ada: Any, grace: Any, make_record: Callable[..., Any]
) -> None:
    path = f"/api/records/{make_record().id}/versions"
    assert api.post(path).status_code == 403
    assert api.as_(grace).post(path).status_code == 403
    assert api.as_(ada).post(path).status_code == 201


def test_a_list_says_nothing_of_what_is_not_to_be_seen(
    api: Any, ada: Any, grace: Any, make_record: Callable[..., Any], make_draft: Callable[..., Any]
) -> None:
    """An empty list told everybody that a restricted record or a draft has this id."""
    restricted, draft = make_record(record_access="restricted"), make_draft()
    for reader in (api, api.as_(grace)):
        assert reader.get(f"/api/records/{restricted.id}/versions").status_code == 403
        assert reader.get(f"/api/records/{restricted.parent_id}/versions").status_code == 403
        assert reader.get(f"/api/records/{draft.id}/versions").status_code == 404
        assert reader.get("/api/records/999999/versions").status_code == 404
    assert api.as_(ada).get(f"/api/records/{restricted.id}/versions").json["hits"]["total"] == 1
    assert api.as_(ada).get(f"/api/records/{draft.id}/versions").json["hits"]["total"] == 0
