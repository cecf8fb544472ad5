"""Downloads: ranges, conditions, names and headers that keep files harmless."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from muniment.testing.api_client import ApiClient
from muniment.web.current import state_of
from muniment.web.downloads import content_disposition

DATA = bytes(range(256)) * 100


@pytest.fixture(autouse=True)
def _read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read every answer to its end and close it, as servers do, whether or not a test looks at the body."""
    request = ApiClient.request

    def read(self: ApiClient, method: str, path: str, **arguments: Any) -> Any:
        return request(self, method, path, **{"buffered": True, **arguments})

    monkeypatch.setattr(ApiClient, "request", read)


@pytest.fixture
def record(make_record: Callable[..., Any]) -> str:
    return str(make_record(files={"a.bin": DATA, "page.html": b"<script>alert(1)</script>", "p.png": b"\x89PNG"}).id)


@pytest.fixture
def address(record: str) -> str:
    return f"/api/records/{record}/files/a.bin/content"


def test_the_whole_file(api: Any, address: str) -> None:
    answer = api.get(address)
    md5 = hashlib.md5(DATA).hexdigest()
    assert answer.status_code == 200
    assert answer.data == DATA
    assert answer.headers["Content-Length"] == str(len(DATA))
    assert answer.headers["ETag"] == f'"md5:{md5}"'
    assert answer.headers["Content-MD5"] == md5
    assert answer.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(hashlib.sha256(DATA).digest()).decode()}:"
    assert answer.headers["Last-Modified"].endswith(" GMT")
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a.bin"'


def test_public_files_may_be_cached_and_set_no_cookie(api: Any, address: str) -> None:
    answer = api.get(address)
    assert answer.headers["Cache-Control"] == "public, max-age=600"
    assert "Set-Cookie" not in answer.headers


def test_head(api: Any, address: str) -> None:
    answer = api.request("HEAD", address)
    assert answer.status_code == 200
    assert answer.data == b""
    assert answer.headers["Content-Length"] == str(len(DATA))
    assert answer.headers["ETag"] == api.get(address).headers["ETag"]


def test_every_header_that_makes_files_harmless(api: Any, address: str) -> None:
    headers = api.get(address).headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Download-Options"] == "noopen"
    assert headers["X-Permitted-Cross-Domain-Policies"] == "none"
    assert headers["X-Frame-Options"] == "deny"
    assert headers["X-XSS-Protection"] == "1; mode=block"


# Ranges -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-99", 10, 99),
        ("bytes=25000-", 25000, 25599),
        ("bytes=-100", 25500, 25599),
        ("bytes=25000-99999999", 25000, 25599),
        ("bytes=-99999999", 0, 25599),
        ("BYTES = 5 - 6 ", 5, 6),
    ],
)
def test_one_range(api: Any, address: str, value: str, first: int, last: int) -> None:
    answer = api.get(address, headers={"Range": value})
    assert answer.data == DATA[first : last + 1]
    assert answer.headers["Content-Length"] == str(last - first + 1)
    if (first, last) == (0, len(DATA) - 1):
        assert answer.status_code == 200
    else:
        assert answer.status_code == 206
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(DATA)}"
        assert "Content-MD5" not in answer.headers


@pytest.mark.parametrize(
    "value",
    ["bytes=0-1,5-6", "bytes=abc", "bytes=5-2", "bytes=-", "lines=1-2", "bytes", "", "bytes=1-2-3", "bytes=+1-2"],
)
def test_what_is_no_single_range_is_answered_with_the_whole(api: Any, address: str, value: str) -> None:
    answer = api.get(address, headers={"Range": value})
    assert answer.status_code == 200
    assert answer.data == DATA


@pytest.mark.parametrize("value", ["bytes=25600-", "bytes=99999-100000", "bytes=-0"])
def test_a_range_beyond_the_end(api: Any, address: str, value: str) -> None:
    answer = api.get(address, headers={"Range": value})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(DATA)}"
    assert answer.data == b""


def test_head_of_a_range(api: Any, address: str) -> None:
    answer = api.request("HEAD", address, headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.headers["Content-Length"], answer.data) == (206, "10", b"")


def test_a_range_of_a_file_that_may_have_changed(api: Any, address: str) -> None:
    whole = api.get(address).headers
    for condition in (whole["ETag"], whole["Last-Modified"]):
        assert api.get(address, headers={"Range": "bytes=0-9", "If-Range": condition}).status_code == 206
    for condition in ('"md5:other"', f"W/{whole['ETag']}", "Thu, 01 Jan 1970 00:00:00 GMT", "nonsense"):
        answer = api.get(address, headers={"Range": "bytes=0-9", "If-Range": condition})
        assert (answer.status_code, answer.data) == (200, DATA)


def test_a_download_in_pieces(api: Any, address: str) -> None:
    pieces = [
        api.get(address, headers={"Range": f"bytes={start}-{start + 999}"}).data for start in range(0, len(DATA), 1000)
    ]
    assert b"".join(pieces) == DATA


# Conditions ---------------------------------------------------------------------------------------------------


def test_a_place_in_the_lane_is_given_back(app: Any, api: Any, address: str) -> None:
    for _ in range(20):
        assert api.get(address).status_code == 200
        assert api.get(address.replace("/files/a.bin/content", "/files-archive")).status_code == 200
    assert state_of(app).transfers.running == 0


def test_not_modified(api: Any, address: str) -> None:
    whole = api.get(address).headers
    for headers in (
        {"If-None-Match": whole["ETag"]},
        {"If-None-Match": f'"x", W/{whole["ETag"]}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": whole["Last-Modified"]},
        {"If-None-Match": whole["ETag"], "Range": "bytes=0-5"},
    ):
        answer = api.get(address, headers=headers)
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == whole["ETag"]
        assert "Content-Length" not in answer.headers


def test_modified(api: Any, address: str) -> None:
    for headers in (
        {"If-None-Match": '"other"'},
        {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If-Modified-Since": "nonsense"},
        {"If-None-Match": '"other"', "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    ):
        assert api.get(address, headers=headers).status_code == 200


# Types and names ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.html", "text/plain; charset=utf-8"),
        ("a.HTM", "text/plain; charset=utf-8"),
        ("a.xhtml", "text/plain; charset=utf-8"),
        ("a.svg", "text/plain; charset=utf-8"),
        ("a.svgz", "application/octet-stream"),
        ("a.xml", "text/plain; charset=utf-8"),
        ("a.xsl", "text/plain; charset=utf-8"),
        ("a.js", "text/plain; charset=utf-8"),
        ("a.mjs", "text/plain; charset=utf-8"),
        ("a.css", "text/plain; charset=utf-8"),
        ("a.csv", "text/plain; charset=utf-8"),
        ("a.md", "text/plain; charset=utf-8"),
        ("a.json", "text/plain; charset=utf-8"),
        ("a.ipynb", "text/plain; charset=utf-8"),
        ("a.mht", "application/octet-stream"),
        ("a.mhtml", "application/octet-stream"),
        ("a.swf", "application/octet-stream"),
        ("a.hta", "application/octet-stream"),
        ("a.html.gz", "application/octet-stream"),
        ("a", "application/octet-stream"),
        ("README", "text/plain; charset=utf-8"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.png", "image/png"),
        ("a.html.png", "image/png"),
        ("a.pdf", "application/pdf"),
        ("a.mp4", "video/mp4"),
    ],
)
def test_types_are_harmless(repository: Any, ada: Any, api: Any, name: str, content_type: str) -> None:
    """Deposited HTML and XML run nothing on the site (CVE-2024-38364)."""
    draft = repository.records.create(ada.actor, {"metadata": {"title": "x"}})
    repository.files.add(ada.actor, draft.id, name, b"<script>")
    answer = api.as_(ada).get(f"/api/records/{draft.id}/draft/files/{name}/content")
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_shown_only_when_asked_and_harmless(api: Any, record: str) -> None:
    def disposition(path: str) -> str:
        return str(api.get(path).headers["Content-Disposition"]).split(";")[0]

    files = f"/api/records/{record}/files"
    assert disposition(f"{files}/p.png/content") == "attachment"
    assert disposition(f"{files}/p.png/content?download=0") == "inline"
    assert disposition(f"{files}/a.bin/content?download=0") == "attachment"
    page = f"/records/{record}/files"
    assert disposition(f"{page}/p.png") == "inline"
    assert disposition(f"{page}/p.png?download=1") == "attachment"
    assert disposition(f"{page}/page.html") == "inline"
    assert disposition(f"{page}/a.bin") == "attachment"
    assert api.get(f"{page}/page.html").headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("a.txt", 'attachment; filename="a.txt"'),
        ("folder/a b.txt", 'attachment; filename="a b.txt"'),
        ("é.txt", "attachment; filename=\"e.txt\"; filename*=UTF-8''%C3%A9.txt"),
        ("深海.txt", "attachment; filename=\"file.txt\"; filename*=UTF-8''%E6%B7%B1%E6%B5%B7.txt"),
        ("深海", "attachment; filename=\"file\"; filename*=UTF-8''%E6%B7%B1%E6%B5%B7"),
        ('a"b;c%41.txt', "attachment; filename=\"a_b_c_41.txt\"; filename*=UTF-8''a%22b%3Bc%2541.txt"),
        ("a\r\nb", "attachment; filename=\"a__b\"; filename*=UTF-8''a%0D%0Ab"),
    ],
)
def test_names_in_the_header(key: str, expected: str) -> None:
    assert content_disposition(key, inline=False) == expected


# Pages --------------------------------------------------------------------------------------------------------


def test_the_page_addresses(client: Any, record: str) -> None:
    answer = client.get(f"/records/{record}/files/a.bin?download=1", headers={"Range": "bytes=1-2"})
    assert (answer.status_code, answer.data) == (206, DATA[1:3])
    assert client.get(f"/records/{record}/files-archive").mimetype == "application/zip"
    assert client.get(f"/records/{record}/files/none.txt").status_code == 404


def test_a_draft_is_downloaded_in_its_preview(api: Any, ada: Any, repository: Any) -> None:
    draft = repository.records.create(ada.actor, {"metadata": {"title": "x"}})
    repository.files.add(ada.actor, draft.id, "a.txt", b"abc")
    assert api.get(f"/records/{draft.id}/files/a.txt?preview=1").status_code in (302, 403)
    assert api.get(f"/records/{draft.id}/files/a.txt").status_code == 404


@pytest.mark.configuration("files", origin="https://files.example.org")
def test_public_files_come_from_the_files_origin(
    client: Any, api: Any, ada: Any, make_record: Callable[..., Any]
) -> None:
    record = make_record(files={"p.png": b"x"}).id
    answer = client.get(f"/records/{record}/files/p.png?download=1")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"https://files.example.org/records/{record}/files/p.png?download=1"
    assert api.get(f"/api/records/{record}/files/p.png/content").status_code == 200


# Storage ------------------------------------------------------------------------------------------------------


@pytest.mark.configuration("server", accel="/_files")
def test_the_front_end_sends_the_bytes(api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"p.png": b"x"}).id
    answer = api.get(f"/api/records/{record}/files/p.png/content")
    assert answer.status_code == 200
    assert answer.data == b""
    assert answer.headers["X-Accel-Redirect"].startswith("/_files/")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="p.png"'
    tag = answer.headers["ETag"]
    again = api.get(f"/api/records/{record}/files/p.png/content", headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_lost_bytes_are_said_and_not_a_server_error(api: Any, repository: Any, record: str, address: str) -> None:
    for path in list((repository.instance.var / "files").rglob("*")):
        if path.is_file():
            path.unlink()
    answer = api.get(address)
    assert answer.status_code == 503
    assert "cannot give 'a.bin' at present" in answer.json["message"]


def test_an_open_file_is_closed_when_the_answer_is(api: Any, address: str) -> None:
    def opened() -> int:
        links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
        return sum("/var/files/" in str(link.readlink()) for link in links)

    answer = api.get(address, buffered=False)
    assert next(answer.iter_encoded())
    answer.close()
    assert opened() == 0


def test_a_stored_file_cut_short_breaks_the_connection(api: Any, repository: Any, address: str) -> None:
    for path in (repository.instance.var / "files").rglob("*"):
        if path.is_file() and path.stat().st_size == len(DATA):
            path.chmod(0o600)
            path.write_bytes(DATA[:1000])
    with pytest.raises(OSError, match="ended before its length"):
        api.get(address)
