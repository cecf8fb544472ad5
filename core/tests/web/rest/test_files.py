"""The files API as clients of InvenioRDM use it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from muniment.testing.documents import document

MD5 = "md5:900150983cd24fb0d6963f7d28e17f72"


@pytest.fixture
def draft(repository: Any, ada: Any) -> str:
    return str(repository.records.create(ada.actor, {"metadata": {"title": "Bytes"}}).id)


@pytest.fixture
def mine(api: Any, ada: Any) -> Any:
    return api.as_(ada)


def put(mine: Any, draft: str, key: str, data: Any, **more: Any) -> Any:
    return mine.put(f"/api/records/{draft}/draft/files/{key}/content", data=data, **more)


# Three steps --------------------------------------------------------------------------------------------------


def test_the_three_steps(mine: Any, draft: str) -> None:
    base = f"http://localhost:5000/api/records/{draft}/draft/files"
    answer = mine.post(f"/api/records/{draft}/draft/files", json=[{"key": "data/a b.csv"}])
    assert answer.status_code == 201
    body = answer.json
    assert body["enabled"] is True
    assert body["links"] == {"self": base, "archive": f"{base}-archive"}
    assert (body["default_preview"], body["order"]) == (None, [])
    (entry,) = body["entries"]
    assert entry["status"] == "pending"
    assert "checksum" not in entry
    assert "size" not in entry
    assert entry["links"] == {
        "self": f"{base}/data/a%20b.csv",
        "content": f"{base}/data/a%20b.csv/content",
        "commit": f"{base}/data/a%20b.csv/commit",
    }

    answer = put(mine, draft, "data/a%20b.csv", b"abc", content_type="application/octet-stream")
    assert answer.status_code == 200
    assert answer.json["status"] == "pending"

    answer = mine.post(f"/api/records/{draft}/draft/files/data/a%20b.csv/commit")
    assert answer.status_code == 200
    found = answer.json
    assert {name: found[name] for name in ("key", "status", "size", "checksum", "mimetype", "metadata")} == {
        "key": "data/a b.csv",
        "status": "completed",
        "size": 3,
        "checksum": MD5,
        "mimetype": "text/csv",
        "metadata": {},
    }
    assert (found["transfer"], found["storage_class"], found["access"]) == ({"type": "L"}, "L", {"hidden": False})
    assert {"created", "updated", "version_id", "file_id", "bucket_id"} <= set(found)
    assert found["created"].endswith("+00:00")


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json",
        "text/csv",
        "not a media type",
    ],
)
def test_any_content_type_is_taken_and_no_body_is_parsed(mine: Any, draft: str, content_type: str | None) -> None:
    mine.post(f"/api/records/{draft}/draft/files", json=[{"key": "a.bin"}])
    content = b"a=1&b=%zz\r\n--x\r\n{"
    headers = {} if content_type is None else {"Content-Type": content_type}
    assert put(mine, draft, "a.bin", content, headers=headers).status_code == 200
    mine.post(f"/api/records/{draft}/draft/files/a.bin/commit", headers={"Content-Type": "application/octet-stream"})
    assert mine.get(f"/api/records/{draft}/draft/files/a.bin/content").data == content


def put_chunks(mine: Any, draft: str, content: bytes, **announced: Any) -> Any:
    mine.post(f"/api/records/{draft}/draft/files", json=[{"key": "a.bin", **announced}])
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    return put(mine, draft, "a.bin", None, input_stream=io.BytesIO(content), environ_overrides=chunked)


@pytest.mark.parametrize("announced", [{"size": 3}, {"checksum": MD5}])
def test_a_body_in_chunks_is_compared_with_what_was_announced(mine: Any, draft: str, announced: Any) -> None:
    assert put_chunks(mine, draft, b"ab", **announced).status_code == 400
    answer = put_chunks(mine, draft, b"abc", **announced)
    assert answer.status_code == 200
    assert answer.json["size"] == 3


def test_a_body_in_chunks_of_which_nothing_is_known_is_refused_since_it_could_have_been_cut(
    mine: Any, draft: str
) -> None:
    answer = put_chunks(mine, draft, b"abc")
    assert answer.status_code == 411
    assert "Content-Length" in answer.json["message"]
    assert "'a.bin'" in answer.json["message"]
    assert put(mine, draft, "a.bin", b"abc").status_code == 200


def test_a_body_that_ends_early(mine: Any, draft: str) -> None:
    mine.post(f"/api/records/{draft}/draft/files", json=[{"key": "a.bin"}])
    answer = put(
        mine, draft, "a.bin", None, input_stream=io.BytesIO(b"abc"), environ_overrides={"CONTENT_LENGTH": "10"}
    )
    assert answer.status_code == 400
    assert "3 of 10 bytes of 'a.bin'" in answer.json["message"]
    assert put(mine, draft, "a.bin", b"abc").status_code == 200


def test_declared_and_pending_files_say_what_is_known(mine: Any, draft: str) -> None:
    announced = {"key": "a.txt", "size": 3, "checksum": MD5, "metadata": {"description": "x"}}
    mine.post(f"/api/records/{draft}/draft/files", json=[announced])
    found = mine.get(f"/api/records/{draft}/draft/files/a.txt").json
    assert (found["size"], found["checksum"], found["metadata"]) == (3, MD5, {"description": "x"})
    assert found["status"] == "pending"


def test_get_with_a_content_type_of_bytes(mine: Any, draft: str) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    assert mine.get(f"/api/records/{draft}/draft/files", headers=headers).status_code == 200


def test_only_json_is_offered(mine: Any, draft: str) -> None:
    assert mine.get(f"/api/records/{draft}/draft/files", headers={"Accept": "text/turtle"}).status_code == 406
    assert mine.get(f"/api/records/{draft}/draft/files", headers={"Accept": "*/*"}).status_code == 200


# Bad input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "status", "text"),
    [
        ("{", 400, "Unable to decode JSON"),
        ("[]", 400, "No files to upload."),
        ("{}", 400, "Send a list of files"),
        ('[{"key": "../x"}]', 400, "0.key"),
        ('[{"key": "a\\u0007"}]', 400, "U+0007"),
        ('[{"key": "a\\\\b"}]', 400, "backslash"),
        ('[{"key": "a", "size": -1}]', 400, "0.size"),
        ('[{"key": "a", "size": 99999999999999999999999}]', 400, "0.size"),
        ('[{"key": "a", "size": 60000000000}]', 413, "'a' is too large"),
        ('[{"key": "a", "transfer": {"type": "F", "url": "http://127.0.0.1"}}]', 403, "use 'L' or 'M'"),
        ('[{"key": "a", "transfer": {"type": "M", "parts": 2}}]', 400, "requires file size"),
        ('[{"key": "\\ud800"}]', 400, ""),
        ("[" * 500 + "]" * 500, 400, ""),
    ],
)
def test_bad_announcements(mine: Any, draft: str, data: str, status: int, text: str) -> None:
    answer = mine.post(f"/api/records/{draft}/draft/files", data=data, content_type="application/json")
    assert answer.status_code == status
    assert answer.json["status"] == status
    assert text in answer.text


def test_bad_requests_about_a_file(mine: Any, draft: str) -> None:
    files = f"/api/records/{draft}/draft/files"
    mine.post(files, json=[{"key": "a.txt", "checksum": MD5}])
    assert "has not been uploaded yet" in mine.post(f"{files}/a.txt/commit").json["message"]
    answer = put(mine, draft, "a.txt", b"other")
    assert answer.status_code == 400
    assert MD5 in answer.json["message"]
    assert mine.put(f"{files}/a.txt", json={"key": "b"}).json["errors"] == [
        {"field": "key", "messages": ["Unknown field."]}
    ]
    assert mine.get(f"{files}/a.txt/content").status_code == 404
    put(mine, draft, "a.txt", b"abc")
    mine.post(f"{files}/a.txt/commit")
    assert put(mine, draft, "a.txt", b"abc").json["message"] == 'File with key "a.txt" is already committed.'
    assert mine.post(files, json=[{"key": "a.txt"}]).json["message"] == "File with key a.txt already exists."


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_unknown_files(mine: Any, draft: str, method: str) -> None:
    more: dict[str, Any] = {"json": {}} if method == "put" else {}
    answer = getattr(mine, method)(f"/api/records/{draft}/draft/files/no/such.txt", **more)
    assert answer.status_code == 404
    assert answer.json["message"] == f"Record '{draft}' has no file 'no/such.txt'."


def test_unknown_records(api: Any) -> None:
    answer = api.get("/api/records/999999999/files", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert api.get("/api/records/nonsense/files/a/content").status_code == 404


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "%2e%2e/x", "a%00b", "%ff", "a%5cb", "%E2%80%AE"])
def test_names_in_addresses_do_no_harm(mine: Any, draft: str, name: str) -> None:
    for suffix in ("", "/content", "/commit"):
        method = mine.post if suffix == "/commit" else mine.get
        assert method(f"/api/records/{draft}/draft/files/{name}{suffix}").status_code in (400, 404, 405)
    assert put(mine, draft, name, b"x").status_code in (400, 404, 405)


# Who may ------------------------------------------------------------------------------------------------------


def test_guests_and_strangers(api: Any, mine: Any, grace: Any, draft: str) -> None:
    mine.post(f"/api/records/{draft}/draft/files", json=[{"key": "a.txt"}])
    for who in (api, api.as_(grace)):
        assert who.get(f"/api/records/{draft}/draft/files").status_code == 403
        assert who.post(f"/api/records/{draft}/draft/files", json=[{"key": "b.txt"}]).status_code == 403
        assert put(who, draft, "a.txt", b"x").status_code == 403
        assert who.delete(f"/api/records/{draft}/draft/files/a.txt").status_code == 403
        assert who.delete(f"/api/records/{draft}/draft/files").status_code == 403
        assert who.post(f"/api/records/{draft}/draft/actions/files-import").status_code == 403


def test_files_of_a_published_record_are_locked(
    repository: Any, mine: Any, ada: Any, make_record: Callable[..., Any]
) -> None:
    record = make_record(files={"a.txt": b"abc"}).id
    repository.records.edit(ada.actor, record)
    answer = mine.delete(f"/api/records/{record}/draft/files/a.txt")
    assert answer.status_code == 403
    assert "Make a new version" in answer.json["message"]
    assert mine.put(f"/api/records/{record}/files/a.txt", json={}).status_code == 405
    assert mine.delete(f"/api/records/{record}/files/a.txt").status_code == 405
    assert mine.put(f"/api/records/{record}/files/a.txt/content", data=b"x").status_code == 405


def test_restricted_files(repository: Any, api: Any, ada: Any, grace: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"a.txt": b"abc"}, files_access="restricted").id
    for who in (api, api.as_(grace)):
        for tail in ("files", "files/a.txt", "files/a.txt/content", "files-archive"):
            answer = who.get(f"/api/records/{record}/{tail}")
            assert (tail, answer.status_code) == (tail, 403)
            assert b"abc" not in answer.data
        assert "entries" not in who.get(f"/api/records/{record}").json["files"]
    answer = api.as_(ada).get(f"/api/records/{record}/files/a.txt/content")
    assert answer.data == b"abc"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_deleted_record_gives_no_files(
    repository: Any, api: Any, administrator: Any, make_record: Callable[..., Any]
) -> None:
    record = make_record(files={"a.txt": b"abc"}).id
    repository.records.delete(administrator.actor, record, {"removal_reason": {"id": "spam"}})
    for tail in ("files", "files/a.txt", "files/a.txt/content", "files-archive"):
        assert api.get(f"/api/records/{record}/{tail}").status_code == 410
    assert api.get(f"/records/{record}/files/a.txt").status_code == 410


# Reading ------------------------------------------------------------------------------------------------------


def test_a_published_record(api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"data/a.txt": b"abc", "b.txt": b"b"}).id
    base = f"http://localhost:5000/api/records/{record}/files"
    body = api.get(f"/api/records/{record}/files").json
    assert body["links"] == {"self": base, "archive": f"{base}-archive"}
    assert [entry["key"] for entry in body["entries"]] == ["data/a.txt", "b.txt"]
    assert body["entries"][0]["links"] == {
        "self": f"{base}/data/a.txt",
        "content": f"{base}/data/a.txt/content",
    }
    assert api.get(f"/api/records/{record}/files/data/a.txt").json == body["entries"][0]
    assert api.get(f"/api/records/{record}/files/data/a.txt/content").data == b"abc"


def test_media_files_are_off_as_a_rule(api: Any, mine: Any, draft: str, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"a.txt": b"abc"}).id
    base = f"http://localhost:5000/api/records/{record}/media-files"
    assert api.get(f"/api/records/{record}/media-files").json == {
        "enabled": False,
        "links": {"self": base, "archive": f"{base}-archive"},
    }
    assert api.get(f"/api/records/{record}/media-files/a.txt").status_code == 404
    answer = mine.post(f"/api/records/{draft}/draft/media-files", json=[{"key": "a.txt"}])
    assert answer.status_code == 403
    assert answer.json["message"] == (
        "Media files are not enabled. Save the draft with media_files.enabled set to true first."
    )


def test_media_files_stand_beside_the_files_of_a_record(mine: Any, api: Any) -> None:
    body = {**document("With subtitles", files_enabled=True), "media_files": {"enabled": True}}
    made = mine.post("/api/records", json=body).json
    draft, number = f"/api/records/{made['id']}/draft", made["id"]
    assert made["media_files"] == {"enabled": True, "order": [], "count": 0, "total_bytes": 0, "entries": {}}
    for kind, content in (("files", b"film"), ("media-files", b"words")):
        mine.post(f"{draft}/{kind}", json=[{"key": "a.txt"}])
        mine.put(f"{draft}/{kind}/a.txt/content", data=content)
        if kind == "media-files":
            refused = mine.post(f"{draft}/actions/publish")
            assert refused.status_code == 400
            assert {error["field"] for error in refused.json["errors"]} == {"media_files", "media_files.entries.a.txt"}
        assert mine.post(f"{draft}/{kind}/a.txt/commit").status_code == 200
    off = mine.put(draft, json=document("With subtitles", files_enabled=True))
    assert off.json["media_files"]["enabled"] is False
    refused = mine.post(f"{draft}/actions/publish")
    assert [error["field"] for error in refused.json["errors"]] == ["media_files.enabled"]
    mine.put(draft, json=body)
    record = mine.post(f"{draft}/actions/publish").json
    assert (record["files"]["count"], record["files"]["total_bytes"]) == (1, 4)
    assert (record["media_files"]["count"], record["media_files"]["total_bytes"]) == (1, 5)
    entry = record["media_files"]["entries"]["a.txt"]
    assert entry["links"]["self"] == f"http://localhost:5000/api/records/{number}/media-files/a.txt"
    assert record["links"]["media_files"] == f"http://localhost:5000/api/records/{number}/media-files"
    listed = api.get(f"/api/records/{number}/media-files").json
    assert [file["key"] for file in listed["entries"]] == ["a.txt"]
    assert api.get(f"/api/records/{number}/media-files/a.txt/content").data == b"words"
    assert api.get(f"/api/records/{number}/files/a.txt/content").data == b"film"
    assert api.get(record["links"]["archive_media"].removeprefix("http://localhost:5000")).status_code == 200
    assert api.get(f"/api/records/{number}").json["media_files"] == record["media_files"]
    following = mine.post(f"/api/records/{number}/versions").json
    assert following["media_files"]["enabled"] is True
    mine.post(f"/api/records/{following['id']}/draft/actions/files-import")
    assert mine.get(f"/api/records/{following['id']}/draft").json["media_files"]["count"] == 0


def test_metadata_only(mine: Any, api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record().id
    body = api.get(f"/api/records/{record}/files").json
    assert body["enabled"] is False
    assert "entries" not in body
    assert api.get(f"/api/records/{record}/files/a.txt").status_code == 404


def test_describing_and_deleting(mine: Any, draft: str) -> None:
    files = f"/api/records/{draft}/draft/files"
    mine.post(files, json=[{"key": "a.txt"}, {"key": "b.txt"}])
    body = mine.put(f"{files}/a.txt", json={"metadata": {"x": [1]}, "access": {"hidden": True}}).json
    assert (body["metadata"], body["access"]) == ({"x": [1]}, {"hidden": True})
    assert mine.delete(f"{files}/a.txt").status_code == 204
    assert mine.delete(f"{files}/a.txt").status_code == 404
    assert [entry["key"] for entry in mine.get(files).json["entries"]] == ["b.txt"]
    assert mine.delete(files).status_code == 204
    assert mine.get(files).json["entries"] == []


def test_files_named_like_routes(mine: Any, draft: str) -> None:
    files = f"/api/records/{draft}/draft/files"
    keys = ["data/content", "data/commit", "more/content/7", "content", "commit"]
    mine.post(files, json=[{"key": key} for key in keys])
    for key in keys:
        assert put(mine, draft, key, key.encode()).status_code == 200, key
        assert mine.post(f"{files}/{key}/commit").json["status"] == "completed"
        assert mine.get(f"{files}/{key}").json["key"] == key
        assert mine.get(f"{files}/{key}/content").data == key.encode()
        assert mine.put(f"{files}/{key}", json={"metadata": {"k": key}}).json["metadata"] == {"k": key}
        assert mine.delete(f"{files}/{key}").status_code == 204


def test_the_archive(api: Any, make_record: Callable[..., Any]) -> None:
    contents = {"data/2024/é.txt": b"abc" * 1000, "深海.csv": b"", "b.bin": bytes(range(256))}
    contents = {key: data or b"x" for key, data in contents.items()}
    record = make_record(files=contents).id
    answer = api.get(f"/api/records/{record}/files-archive")
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{record}.zip"'
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
        assert found.testzip() is None
        assert {name: found.read(name) for name in found.namelist()} == contents
    head = api.request("HEAD", f"/api/records/{record}/files-archive")
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]
    tag = answer.headers["ETag"]
    again = api.get(f"/api/records/{record}/files-archive", headers={"If-None-Match": tag})
    assert again.status_code == 304


@pytest.mark.configuration("files", archive_max_bytes=5)
def test_an_archive_that_is_too_large(api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"a.txt": b"abcdef"}).id
    answer = api.get(f"/api/records/{record}/files-archive")
    assert answer.status_code == 400
    assert "up to 5 bytes" in answer.json["message"]


def test_the_archive_of_a_draft_has_complete_files_only(mine: Any, draft: str) -> None:
    files = f"/api/records/{draft}/draft/files"
    mine.post(files, json=[{"key": "a.txt"}, {"key": "b.txt"}])
    put(mine, draft, "a.txt", b"abc")
    mine.post(f"{files}/a.txt/commit")
    put(mine, draft, "b.txt", b"not committed")
    answer = mine.get(f"{files}-archive")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
        assert found.namelist() == ["a.txt"]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_every_route_is_documented(api: Any) -> None:
    paths = api.get("/api/openapi.json").json["paths"]
    operations = paths["/api/records/{id}/draft/files/{key}/content"]
    assert set(operations) == {"get", "put"}
    names = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len(names) == len(set(names))


# Multipart ----------------------------------------------------------------------------------------------------


def test_multipart(mine: Any, draft: str) -> None:
    data = bytes(range(256)) * 9
    transfer = {"type": "M", "parts": 3, "part_size": 1000}
    answer = mine.post(
        f"/api/records/{draft}/draft/files", json=[{"key": "a/big.bin", "size": len(data), "transfer": transfer}]
    )
    assert answer.status_code == 201
    (entry,) = answer.json["entries"]
    assert entry["transfer"] == transfer
    assert "content" not in entry["links"]
    for part in reversed(entry["links"]["parts"]):
        path = part["url"].removeprefix("http://localhost:5000")
        number = part["part"]
        answer = mine.put(path, data=data[(number - 1) * 1000 : number * 1000])
        assert answer.status_code == 200
        assert answer.json["status"] == "pending"
    answer = mine.post(entry["links"]["commit"].removeprefix("http://localhost:5000"))
    assert answer.status_code == 200
    assert answer.json["checksum"] == "md5:" + hashlib.md5(data).hexdigest()
    assert answer.json["transfer"] == {"type": "L"}
    assert "parts" not in answer.json["links"]
    assert mine.get(f"/api/records/{draft}/draft/files/a/big.bin/content").data == data


def test_bad_parts(mine: Any, draft: str) -> None:
    transfer = {"type": "M", "parts": 2, "part_size": 10}
    mine.post(f"/api/records/{draft}/draft/files", json=[{"key": "m", "size": 15, "transfer": transfer}])
    base = f"/api/records/{draft}/draft/files/m"
    assert "higher than total parts" in mine.put(f"{base}/content/3", data=b"x").json["message"]
    assert "counted from 1" in mine.put(f"{base}/content/0", data=b"x").json["message"]
    assert "must be equal to part_size" in mine.put(f"{base}/content/1", data=b"x").json["message"]
    assert mine.put(f"{base}/content/1", data=b"x" * 10**6).status_code == 400
    assert "missing: 1, 2" in mine.post(f"{base}/commit").json["message"]
    assert mine.put(f"{base}/content/99999999999999999999", data=b"x").status_code in (400, 404)
    assert "use the parts instead" in mine.put(f"{base}/content", data=b"x" * 15).json["message"]
