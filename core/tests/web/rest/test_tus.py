"""The tus protocol on the wire: headers, statuses, extensions."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

DATA = bytes(range(256)) * 8
BYTES = "application/offset+octet-stream"


def encoded(**values: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


class Tus:
    """Sends tus requests about one draft."""

    def __init__(self, api: Any, draft: str) -> None:
        self.api = api
        self.uploads = f"/api/records/{draft}/draft/uploads"

    def send(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
        return self.api.request(method, path, headers={"Tus-Resumable": "1.0.0", **(headers or {})}, **more)

    def create(self, length: int = len(DATA), metadata: str | None = None, **headers: str) -> Any:
        described = encoded(filename="a.bin") if metadata is None else metadata
        sent = {"Upload-Length": str(length), "Upload-Metadata": described}
        return self.send("POST", self.uploads, {**sent, **{k.replace("_", "-"): v for k, v in headers.items()}})

    def begin(self, **arguments: Any) -> str:
        answer = self.create(**arguments)
        assert answer.status_code == 201, answer.text
        return str(answer.headers["Location"]).removeprefix("http://localhost:5000")

    def patch(self, path: str, offset: int, data: bytes, headers: dict[str, str] | None = None, **more: Any) -> Any:
        sent = {"Upload-Offset": str(offset), "Content-Type": BYTES, **(headers or {})}
        return self.send("PATCH", path, sent, data=data, **more)


@pytest.fixture
def draft(repository: Any, ada: Any) -> str:
    return str(repository.records.create(ada.actor, {"metadata": {"title": "Bytes"}}).id)


@pytest.fixture
def tus(api: Any, ada: Any, draft: str) -> Tus:
    return Tus(api.as_(ada), draft)


def test_options_tell_what_is_supported(tus: Tus) -> None:
    for path in (tus.uploads, f"{tus.uploads}/00000000-0000-0000-0000-000000000000"):
        answer = tus.api.request("OPTIONS", path)
        assert answer.status_code == 204
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Resumable"] == "1.0.0"
        extensions = set(answer.headers["Tus-Extension"].split(","))
        assert extensions == {"creation", "creation-with-upload", "termination", "checksum", "expiration"}
        assert answer.headers["Tus-Checksum-Algorithm"] == "sha256,sha1,md5"
        assert answer.headers["Tus-Max-Size"] == "50000000000"


def test_an_upload_from_beginning_to_end(tus: Tus, draft: str) -> None:
    answer = tus.create(metadata=encoded(filename="é.bin", filetype="application/x"))
    assert answer.status_code == 201
    assert answer.data == b""
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers["Upload-Offset"] == "0"
    assert answer.headers["Upload-Expires"].endswith(" GMT")
    location = answer.headers["Location"]
    assert location.startswith(f"http://localhost:5000/api/records/{draft}/draft/uploads/")
    path = location.removeprefix("http://localhost:5000")

    head = tus.send("HEAD", path)
    assert head.status_code == 200
    assert head.headers["Cache-Control"] == "no-store" or "no-store" in head.headers["Cache-Control"]
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("0", str(len(DATA)))
    assert head.headers["Upload-Metadata"] == encoded(filename="é.bin", filetype="application/x")

    entry = tus.api.get(f"/api/records/{draft}/draft/files").json["entries"][0]
    assert (entry["key"], entry["status"], entry["size"]) == ("é.bin", "pending", len(DATA))
    assert entry["links"]["upload"] == location

    answer = tus.patch(path, 0, DATA[:500])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "500")
    answer = tus.patch(path, 500, DATA[500:])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(DATA)))
    assert tus.send("HEAD", path).headers["Upload-Offset"] == str(len(DATA))

    entry = tus.api.get(f"/api/records/{draft}/draft/files/é.bin").json
    assert entry["status"] == "completed"
    assert entry["checksum"] == "md5:" + hashlib.md5(DATA).hexdigest()
    assert tus.api.get(f"/api/records/{draft}/draft/files/é.bin/content").data == DATA


def test_bytes_with_the_creation(tus: Tus) -> None:
    headers = {"Upload-Length": str(len(DATA)), "Upload-Metadata": encoded(key="a.bin"), "Content-Type": BYTES}
    answer = tus.send("POST", tus.uploads, headers, data=DATA[:300])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "300")
    path = answer.headers["Location"].removeprefix("http://localhost:5000")
    assert tus.patch(path, 300, DATA[300:]).status_code == 204
    headers["Upload-Metadata"] = encoded(key="b.bin")
    answer = tus.send("POST", tus.uploads, headers, data=DATA)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(DATA)))


@pytest.mark.parametrize("version", [None, "0.2.2", "2.0.0"])
def test_other_versions_are_refused(tus: Tus, version: str | None) -> None:
    path = tus.begin()
    headers = {} if version is None else {"Tus-Resumable": version}
    for method, where in (("POST", tus.uploads), ("HEAD", path), ("PATCH", path), ("DELETE", path)):
        answer = tus.api.request(method, where, headers=headers)
        assert answer.status_code == 412
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Resumable"] == "1.0.0"


@pytest.mark.parametrize(
    ("metadata", "key"),
    [
        (encoded(key="x/y.txt", filename="other"), "x/y.txt"),
        (encoded(relativePath="folder/y.txt", filename="y.txt"), "folder/y.txt"),
        (encoded(relativePath="null", filename="y.txt"), "y.txt"),
        (encoded(name="y.txt", type="text/plain"), "y.txt"),
        (encoded(filename="y.txt") + ", flag", "y.txt"),
    ],
)
def test_the_name_comes_in_the_metadata(tus: Tus, draft: str, metadata: str, key: str) -> None:
    tus.begin(metadata=metadata)
    assert [entry["key"] for entry in tus.api.get(f"/api/records/{draft}/draft/files").json["entries"]] == [key]


@pytest.mark.parametrize(
    ("headers", "status", "text"),
    [
        ({"Upload-Length": "many"}, 400, "Upload-Length"),
        ({"Upload-Length": "-1"}, 400, "Upload-Length"),
        ({"Upload-Length": "99999999999999999999"}, 400, "Upload-Length"),
        ({"Upload-Length": "60000000000"}, 413, "too large"),
        ({"Upload-Length": "0"}, 400, "Empty files are not accepted"),
        ({"Upload-Length": "5", "Upload-Defer-Length": "1"}, 400, "Upload-Defer-Length"),
        ({"Upload-Metadata": ""}, 400, "the file's name"),
        ({"Upload-Metadata": "filename !!!"}, 400, "not base64"),
        ({"Upload-Metadata": encoded(filename="../x")}, 400, "contains '..'"),
        ({"Upload-Metadata": encoded(filename="x", checksum="crc:1")}, 400, "md5:"),
        ({"Upload-Metadata": "filename " + "A" * 20_000}, 400, "may have"),
    ],
)
def test_bad_creations(tus: Tus, headers: dict[str, str], status: int, text: str) -> None:
    sent = {"Upload-Length": "10", "Upload-Metadata": encoded(filename="x"), **headers}
    answer = tus.send("POST", tus.uploads, sent)
    assert answer.status_code == status
    assert text in answer.text
    assert answer.headers["Tus-Resumable"] == "1.0.0"


def test_bad_pieces(tus: Tus) -> None:
    path = tus.begin()
    answer = tus.patch(path, 10, DATA)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "0")
    assert tus.patch(path, 0, DATA, {"Content-Type": "application/octet-stream"}).status_code == 415
    assert tus.patch(path, 0, DATA, {"Upload-Offset": "x"}).status_code == 400
    assert tus.patch(path, 0, DATA + b"more").status_code == 413
    assert tus.patch(path, 0, DATA, {"Upload-Checksum": "crc32 AAAA"}).status_code == 400
    assert tus.patch(path, 0, DATA, {"Upload-Checksum": "md5 !!"}).status_code == 400
    assert tus.send("HEAD", path).headers["Upload-Offset"] == "0"


def test_checksums_of_pieces(tus: Tus) -> None:
    path = tus.begin()
    for algorithm in ("sha1", "sha256", "md5"):
        wrong = base64.b64encode(hashlib.new(algorithm, b"x").digest()).decode()
        answer = tus.patch(path, 0, DATA[:9], {"Upload-Checksum": f"{algorithm} {wrong}"})
        assert answer.status_code == 460
        assert tus.send("HEAD", path).headers["Upload-Offset"] == "0"
    right = base64.b64encode(hashlib.sha1(DATA).digest()).decode()
    assert tus.patch(path, 0, DATA, {"Upload-Checksum": f"sha1 {right}"}).status_code == 204


def test_a_cut_piece_counts_as_far_as_it_came(tus: Tus) -> None:
    path = tus.begin()
    answer = tus.patch(path, 0, DATA[:77], environ_overrides={"CONTENT_LENGTH": str(len(DATA))})
    assert answer.status_code == 400
    assert tus.send("HEAD", path).headers["Upload-Offset"] == "77"


def test_termination(tus: Tus, draft: str) -> None:
    path = tus.begin()
    assert tus.send("DELETE", path).status_code == 204
    for method in ("HEAD", "DELETE"):
        assert tus.send(method, path).status_code == 410
    assert tus.patch(path, 0, DATA).status_code == 410
    assert tus.api.get(f"/api/records/{draft}/draft/files").json["entries"] == []


def test_unknown_uploads(tus: Tus) -> None:
    path = f"{tus.uploads}/00000000-0000-0000-0000-000000000000"
    assert tus.send("HEAD", path).status_code == 404
    assert tus.patch(path, 0, DATA).status_code == 404
    assert tus.send("HEAD", f"{tus.uploads}/nonsense").status_code == 404


def test_where_only_post_passes(tus: Tus) -> None:
    path = tus.begin()
    headers = {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0", "Content-Type": BYTES}
    answer = tus.send("POST", path, headers, data=DATA[:10])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "10")
    assert tus.send("POST", path, {"X-HTTP-Method-Override": "DELETE"}).status_code == 204
    assert tus.send("HEAD", path).status_code == 410
    assert tus.send("POST", path, {"X-HTTP-Method-Override": "GET"}).status_code == 400


def test_one_upload_for_each_name(tus: Tus) -> None:
    path = tus.begin()
    answer = tus.create()
    assert answer.status_code == 409
    assert "is under way" in answer.json["message"]
    tus.patch(path, 0, DATA)
    assert "already exists" in tus.create().json["message"]


def test_guests_and_strangers(tus: Tus, api: Any, grace: Any, draft: str) -> None:
    path = tus.begin()
    for who in (api, api.as_(grace)):
        other = Tus(who, draft)
        assert other.create(metadata=encoded(filename="b")).status_code == 403
        assert other.send("HEAD", path).status_code == 403
        assert other.patch(path, 0, DATA).status_code == 403
        assert other.send("DELETE", path).status_code == 403


def test_a_published_record_takes_no_uploads(
    repository: Any, api: Any, ada: Any, make_record: Callable[..., Any]
) -> None:
    record = make_record(files={"a.txt": b"abc"})
    repository.records.edit(ada.actor, record.id)
    answer = Tus(api.as_(ada), record.id).create()
    assert answer.status_code == 403
    assert "Make a new version" in answer.json["message"]


def test_a_token_in_the_address(api: Any, repository: Any, ada: Any, draft: str) -> None:
    token = repository.tokens.create_for_subject(ada.subject, "tus")
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "3", "Upload-Metadata": encoded(filename="a")}
    answer = api.post(f"/api/records/{draft}/draft/uploads?access_token={token}", headers=headers)
    assert answer.status_code == 201
    assert token not in answer.headers["Location"]
