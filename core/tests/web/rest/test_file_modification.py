"""`POST /api/records/{id}/file-modification`, as clients of InvenioRDM use it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

allowed = pytest.mark.configuration("records", file_modification_days=30)


@allowed
def test_a_client_follows_the_link_and_replaces_a_file(api: Any, ada: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"data/a.txt": b"old"})
    client, path = api.as_(ada), f"/api/records/{record.id}"
    seen = api.get(path)
    link = seen.json["links"]["file_modification"]
    assert link == f"http://localhost:5000{path}/file-modification"
    old = api.get(f"{path}/files/data/a.txt/content")
    answer = client.post(f"{path}/file-modification")
    assert (answer.status_code, answer.json["is_draft"], answer.json["is_published"]) == (200, True, True)
    assert answer.json["links"]["file_modification"] == link
    files = f"{path}/draft/files"
    assert client.delete(f"{files}/data/a.txt").status_code == 204
    assert client.post(files, json=[{"key": "data/a.txt"}]).status_code == 201
    assert client.put(f"{files}/data/a.txt/content", data=b"newer").status_code == 200
    assert client.post(f"{files}/data/a.txt/commit").status_code == 200
    assert api.get(f"{path}/files/data/a.txt/content").data == b"old"
    assert client.post(f"{path}/draft/actions/publish").status_code == 202
    now = api.get(f"{path}/files/data/a.txt/content")
    assert (now.data, now.headers["ETag"] != old.headers["ETag"]) == (b"newer", True)
    stale = api.get(f"{path}/files/data/a.txt/content", headers={"If-None-Match": old.headers["ETag"]})
    assert (stale.status_code, stale.data) == (200, b"newer")
    assert api.get(path, headers={"If-None-Match": seen.headers["ETag"]}).json["files"]["total_bytes"] == 5


@allowed
def test_repeating_it_answers_the_same_draft(api: Any, ada: Any, make_record: Callable[..., Any]) -> None:
    path = f"/api/records/{make_record(files={'a.txt': b'old'}).id}/file-modification"
    first, again = api.as_(ada).post(path), api.as_(ada).post(path, data=b"", content_type="text/plain")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == again.json


@allowed
def test_who_may_not_is_refused(api: Any, ada: Any, grace: Any, make_record: Callable[..., Any]) -> None:
    public = make_record(files={"a.txt": b"old"}).id
    restricted = make_record(files={"a.txt": b"old"}, record_access="restricted").id
    for number in (public, restricted):
        for client in (api, api.as_(grace)):
            assert client.post(f"/api/records/{number}/file-modification").status_code == 403
    for number in ("999999999", "nonsense", "0"):
        assert api.as_(ada).post(f"/api/records/{number}/file-modification").status_code == 404
    assert api.as_(ada).get(f"/api/records/{public}/draft").status_code == 404


def test_by_default_owners_are_told_what_to_do_instead(
    api: Any, ada: Any, administrator: Any, make_record: Callable[..., Any]
) -> None:
    path = f"/api/records/{make_record(files={'a.txt': b'old'}).id}"
    refused = api.as_(ada).post(f"{path}/file-modification")
    assert (refused.status_code, "new version" in refused.json["message"]) == (403, True)
    assert "file_modification" in api.get(path).json["links"]  # it is there for those who may
    assert api.as_(administrator).post(f"{path}/file-modification").status_code == 200


@allowed
def test_deleted_records_are_gone(
    api: Any, ada: Any, administrator: Any, repository: Any, make_record: Callable[..., Any]
) -> None:
    record = make_record(files={"a.txt": b"old"})
    repository.records.delete(ada.actor, record.id)
    for client in (api, api.as_(ada), api.as_(administrator)):
        answer = client.post(f"/api/records/{record.id}/file-modification")
        assert answer.status_code in ((401, 403) if client is api else (410,))


@allowed
def test_what_is_late_names_the_files(api: Any, ada: Any, repository: Any, make_record: Callable[..., Any]) -> None:
    path = f"/api/records/{make_record(files={'a.txt': b'old'}).id}"
    client = api.as_(ada)
    client.post(f"{path}/file-modification")
    assert client.delete(f"{path}/draft/files/a.txt").status_code == 204
    client.post(f"{path}/draft/files", json=[{"key": "b.txt"}])
    client.put(f"{path}/draft/files/b.txt/content", data=b"b")
    client.post(f"{path}/draft/files/b.txt/commit")
    real = repository.database.now
    repository.database.now = lambda: real() + timedelta(days=45, seconds=1)
    refused = client.post(f"{path}/draft/actions/publish")
    assert (refused.status_code, [error["field"] for error in refused.json["errors"]]) == (400, ["files"])
    assert client.post(f"{path}/draft/files", json=[{"key": "c.txt"}]).status_code == 403
    assert client.delete(f"{path}/draft").status_code == 204
    assert list(api.get(path).json["files"]["entries"]) == ["a.txt"]


@allowed
def test_drafts_of_something_new_have_no_such_link(api: Any, ada: Any, make_draft: Callable[..., Any]) -> None:
    draft = make_draft(files={"a.txt": b"a"})
    assert "file_modification" not in draft.data["links"]
    assert api.as_(ada).post(f"/api/records/{draft.id}/file-modification").status_code == 404
