"""Looking into zip files through the API, also into hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from muniment.files import containers


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


MEMBERS = {"readme.txt": b"hello", "data/a b.csv": b"1,2\n" * 500, "data/sub/é.html": b"<script>", "empty/": b""}


@pytest.fixture
def published(make_record: Callable[..., Any]) -> Callable[[bytes], str]:
    """Publishes a zip and returns the address of its container."""

    def make(content: bytes, name: str = "all/data.zip") -> str:
        record = make_record(files={name: content})
        return f"/api/records/{record.id}/files/{name}/container"

    return make


def fetched(api: Any, address: str, **headers: str) -> Any:
    return api.get(address, buffered=True, headers=headers)


def test_the_listing(api: Any, published: Callable[[bytes], str]) -> None:
    address = published(zipped(MEMBERS))
    body = api.get(address).json
    base = f"http://localhost:5000{address}"
    assert [entry["key"] for entry in body["entries"]] == ["readme.txt", "data/a b.csv", "data/sub/é.html"]
    entry = body["entries"][1]
    assert (entry["size"], entry["mimetype"]) == (2000, "text/csv")
    assert 0 < entry["compressed_size"] < 100
    assert isinstance(entry["crc"], int)
    assert entry["links"] == {"content": f"{base}/data/a%20b.csv"}
    assert [(folder["key"], folder["entries"]) for folder in body["directories"]] == [
        ("data", ["data/a b.csv"]),
        ("data/sub", ["data/sub/é.html"]),
        ("empty", []),
    ]
    assert (body["total"], body["truncated"]) == (3, False)


def test_the_link_is_on_zip_files_only(api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"a.zip": zipped(MEMBERS), "b.txt": b"abc"}).id
    listed = {entry["key"]: entry for entry in api.get(f"/api/records/{record}/files").json["entries"]}
    entries = api.get(f"/api/records/{record}").json["files"]["entries"]
    for found in (listed, entries):
        assert found["a.zip"]["links"]["container"].endswith("/files/a.zip/container")
        assert "container" not in found["b.txt"]["links"]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member(api: Any, published: Callable[[bytes], str], compression: int) -> None:
    address = published(zipped(MEMBERS, compression))
    answer = fetched(api, f"{address}/data/a%20b.csv")
    assert (answer.status_code, answer.data) == (200, MEMBERS["data/a b.csv"])
    assert answer.headers["Content-Length"] == "2000"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a b.csv"'
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert fetched(api, f"{address}/data/sub/é.html").headers["Content-Type"] == "text/plain; charset=utf-8"
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert fetched(api, f"{address}/data/a%20b.csv", **tag).status_code == 304


def test_a_folder_is_a_zip(api: Any, published: Callable[[bytes], str]) -> None:
    answer = fetched(api, f"{published(zipped(MEMBERS))}/data")
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Length"] == str(len(answer.data))
    with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
        assert {name: found.read(name) for name in found.namelist()} == {
            "a b.csv": MEMBERS["data/a b.csv"],
            "sub/é.html": MEMBERS["data/sub/é.html"],
        }


def test_what_is_not_there(api: Any, published: Callable[[bytes], str]) -> None:
    address = published(zipped(MEMBERS))
    answer = fetched(api, f"{address}/none.txt")
    assert answer.status_code == 404
    assert answer.json["message"] == "There is no 'none.txt' in 'all/data.zip'."
    assert fetched(api, f"{address}/empty").status_code == 404
    assert api.get(address.replace("data.zip", "other.zip")).status_code == 404


@pytest.mark.parametrize(
    "content",
    [b"no zip at all", b"PK\x05\x06" + b"\xff" * 18, zipped(MEMBERS)[:-30], b"PK\x05\x06"],
)
def test_what_is_no_zip(api: Any, published: Callable[[bytes], str], content: bytes) -> None:
    address = published(content)
    for path in (address, f"{address}/readme.txt"):
        assert fetched(api, path).status_code in (400, 404)


def test_a_zip_without_its_beginning(api: Any, published: Callable[[bytes], str]) -> None:
    answer = fetched(api, f"{published(zipped(MEMBERS)[60:])}/readme.txt")
    assert answer.status_code == 400
    assert "Invalid file content" in answer.json["message"]


def test_other_files_cannot_be_looked_into(api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"a.txt": b"abc"}).id
    answer = api.get(f"/api/records/{record}/files/a.txt/container")
    assert answer.status_code == 400
    assert answer.json["message"] == "No extractor found for the file 'a.txt'."


def test_names_that_lead_elsewhere_are_left_out(api: Any, published: Callable[[bytes], str]) -> None:
    address = published(zipped({"../evil.txt": b"x", "/etc/passwd": b"x", "a\\b": b"x", "ok.txt": b"fine"}))
    assert [entry["key"] for entry in api.get(address).json["entries"]] == ["ok.txt"]
    for path in ("../evil.txt", "%2e%2e/evil.txt", "/etc/passwd"):
        assert fetched(api, f"{address}/{path}").status_code == 404


def test_a_bomb_does_not_open(api: Any, published: Callable[[bytes], str]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros.bin", "w") as member:
        for _ in range(101):
            member.write(bytes(1 << 20))
    address = published(buffer.getvalue())
    assert api.get(address).json["entries"][0]["size"] == 101 << 20
    answer = fetched(api, f"{address}/zeros.bin")
    assert answer.status_code == 400
    assert "unpacks to far more" in answer.json["message"]


def test_a_folder_of_bombs_does_not_open(api: Any, published: Callable[[bytes], str]) -> None:
    """Each is small enough by itself; a zip may even let all its members share the same packed bytes."""
    address = published(zipped({f"all/{number}.bin": bytes(40 << 20) for number in range(3)}))
    answer = fetched(api, f"{address}/all")
    assert answer.status_code == 400
    assert answer.json["message"] == "'all' unpacks to far more than it is; download the whole zip file."
    assert fetched(api, f"{address}/all/1.bin").status_code == 200


def test_a_directory_that_claims_to_be_huge(api: Any, published: Callable[[bytes], str]) -> None:
    content = bytearray(zipped(MEMBERS))
    end = content.rfind(b"PK\x05\x06")
    struct.pack_into("<L", content, end + 12, 2**31)
    assert api.get(published(bytes(content))).status_code == 400


def test_a_directory_with_more_members_than_it_says(
    api: Any, published: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "MAX_MEMBERS", 3)
    content = bytearray(zipped({f"f{number}.txt": b"x" for number in range(4)}))
    struct.pack_into("<HH", content, content.rfind(b"PK\x05\x06") + 8, 1, 1)
    address = published(bytes(content))
    for path in (address, f"{address}/f1.txt"):
        answer = fetched(api, path)
        assert answer.status_code == 400
        assert "too many files" in answer.json["message"]


def test_a_large_directory_beside_the_place_where_it_is_looked_for(
    api: Any, published: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python reads the 64-bit record before its locator, not the one that the locator names."""
    monkeypatch.setattr(containers, "MAX_DIRECTORY_BYTES", 4096)
    plain = zipped({f"{number}-{'x' * 200}": b"x" for number in range(30)})
    end = plain.rfind(b"PK\x05\x06")
    start, size = struct.unpack_from("<L", plain, end + 16)[0], struct.unpack_from("<L", plain, end + 12)[0]
    harmless = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 46, start)
    real = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 30, 30, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    answer = api.get(published(harmless + plain[:end] + real + locator + plain[end:]))
    assert answer.status_code == 400
    assert "too many files" in answer.json["message"]


def test_a_folder_opens_its_zip_once(
    api: Any, published: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = published(zipped({f"many/{number}.txt": b"x" for number in range(20)}))
    opened: list[Any] = []
    original = zipfile.ZipFile.__init__

    def counted(archive: zipfile.ZipFile, *arguments: Any, **options: Any) -> None:
        opened.append(archive)
        original(archive, *arguments, **options)

    monkeypatch.setattr(zipfile.ZipFile, "__init__", counted)
    assert fetched(api, f"{address}/many").status_code == 200
    assert len(opened) == 2  # once to find the members, once to send them


def test_an_encrypted_member(api: Any, published: Callable[[bytes], str]) -> None:
    content = bytearray(zipped({"secret.txt": b"x"}))
    content[6] |= 1
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    answer = fetched(api, f"{published(bytes(content))}/secret.txt")
    assert answer.status_code == 400
    assert "encrypted" in answer.json["message"]


def test_a_damaged_member_breaks_off(api: Any, published: Callable[[bytes], str]) -> None:
    content = bytearray(zipped({"a.txt": bytes(range(256)) * 4000, "b.txt": b"b"}, zipfile.ZIP_STORED))
    content[-500] ^= 1
    content[content.rfind(b"b.txtb") + 5] ^= 1
    address = published(bytes(content))
    assert fetched(api, f"{address}/b.txt").status_code == 400
    with pytest.raises(OSError, match="damaged"):
        fetched(api, f"{address}/a.txt")


def test_long_listings_are_cut(api: Any, published: Callable[[bytes], str]) -> None:
    body = api.get(published(zipped({f"f{number}.txt": b"x" for number in range(1200)}))).json
    assert (body["total"], body["truncated"]) == (1000, True)


def test_restricted_zips_stay_closed(api: Any, ada: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"a.zip": zipped(MEMBERS)}, files_access="restricted").id
    for tail in ("container", "container/readme.txt"):
        assert api.get(f"/api/records/{record}/files/a.zip/{tail}").status_code == 403
    answer = fetched(api.as_(ada), f"/api/records/{record}/files/a.zip/container/readme.txt")
    assert (answer.data, answer.headers["Cache-Control"]) == (b"hello", "private, no-store")


def test_zips_of_drafts(repository: Any, api: Any, ada: Any) -> None:
    draft = repository.records.create(ada.actor, {"metadata": {"title": "x"}})
    repository.files.add(ada.actor, draft.id, "a.zip", zipped(MEMBERS))
    address = f"/api/records/{draft.id}/draft/files/a.zip/container"
    assert api.get(address).status_code == 403
    assert api.as_(ada).get(address).json["total"] == 3
    assert fetched(api.as_(ada), f"{address}/readme.txt").data == b"hello"


def test_a_folder_of_the_record_may_be_named_container(api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"x/container/y.txt": b"why", "z/container": b"zed"}).id
    files = f"/api/records/{record}/files"
    assert api.get(f"{files}/x/container/y.txt").json["key"] == "x/container/y.txt"
    assert fetched(api, f"{files}/x/container/y.txt/content").data == b"why"
    assert api.get(f"{files}/z/container").json["key"] == "z/container"
    assert fetched(api, f"{files}/z/container/content").data == b"zed"
