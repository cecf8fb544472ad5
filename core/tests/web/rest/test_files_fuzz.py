"""Whatever is sent about files is answered, and never by a server error."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

BOUNDED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

names = st.text(max_size=40).filter(lambda text: not any("\ud800" <= character <= "\udfff" for character in text))
numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
items = st.fixed_dictionaries(
    {"key": names | values},
    optional={
        "size": numbers | values,
        "checksum": values,
        "metadata": values,
        "access": values,
        "storage_class": values,
        "transfer": values
        | st.fixed_dictionaries(
            {"type": st.sampled_from(["L", "M", "F", "R", "X"])},
            optional={"parts": numbers | values, "part_size": numbers | values},
        ),
    },
)
header_text = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)


@pytest.fixture
def mine(api: Any, ada: Any) -> Any:
    return api.as_(ada)


@pytest.fixture
def draft(repository: Any, ada: Any) -> str:
    draft = repository.records.create(ada.actor, {"metadata": {"title": "Bytes"}})
    repository.files.add(ada.actor, draft.id, "a.txt", b"abc")
    return str(draft.id)


@BOUNDED
@given(data=st.lists(items, max_size=3) | values)
def test_announcements(mine: Any, draft: str, data: Any) -> None:
    answer = mine.post(f"/api/records/{draft}/draft/files", json=data)
    assert answer.status_code < 500, answer.text
    assert mine.get(f"/api/records/{draft}/draft/files").status_code == 200
    if answer.status_code == 201:
        for entry in answer.json["entries"]:
            path = entry["links"]["self"].removeprefix("http://localhost:5000")
            assert mine.get(path).json["key"] == entry["key"]
            assert mine.delete(path).status_code == 204


@BOUNDED
@given(data=values, raw=st.binary(max_size=30))
def test_descriptions(mine: Any, draft: str, data: Any, raw: bytes) -> None:
    path = f"/api/records/{draft}/draft/files/a.txt"
    assert mine.put(path, json=data).status_code < 500
    assert mine.put(path, data=raw, content_type="application/json").status_code < 500


@BOUNDED
@given(key=names, tail=st.sampled_from(["", "/content", "/commit", "/content/1", "/content/x"]))
def test_names_in_addresses(mine: Any, draft: str, key: str, tail: str) -> None:
    path = f"/api/records/{draft}/draft/files/{quote(key, safe='/')}{tail}"
    for method in ("GET", "HEAD", "PUT", "POST", "DELETE"):
        assert mine.request(method, path, buffered=True).status_code < 500


@BOUNDED
@given(
    headers=st.fixed_dictionaries(
        {},
        optional={
            "Range": header_text | header_text.map(lambda text: f"bytes={text}"),
            "If-Range": header_text,
            "If-None-Match": header_text,
            "If-Modified-Since": header_text,
            "Accept": header_text,
        },
    )
)
def test_headers_of_downloads(mine: Any, draft: str, headers: dict[str, str]) -> None:
    answer = mine.get(f"/api/records/{draft}/draft/files/a.txt/content", headers=headers, buffered=True)
    assert answer.status_code in (200, 206, 304, 416)


@BOUNDED
@given(
    headers=st.fixed_dictionaries(
        {"Tus-Resumable": st.just("1.0.0")},
        optional={
            "Upload-Length": header_text | st.integers(0, 10**6).map(str),
            "Upload-Offset": header_text | st.integers(0, 10).map(str),
            "Upload-Metadata": header_text | st.just("key YS5iaW4="),
            "Upload-Checksum": header_text | st.just("md5 rL0Y20zC+Fzt72VPzMSk2A=="),
            "Content-Type": header_text | st.just("application/offset+octet-stream"),
            "X-HTTP-Method-Override": header_text | st.sampled_from(["PATCH", "DELETE"]),
        },
    ),
    body=st.binary(max_size=20),
)
def test_headers_of_uploads(mine: Any, draft: str, headers: dict[str, str], body: bytes) -> None:
    uploads = f"/api/records/{draft}/draft/uploads"
    answer = mine.post(uploads, headers=headers, data=body)
    assert answer.status_code < 500, answer.text
    path = answer.headers.get("Location", f"{uploads}/00000000-0000-0000-0000-000000000000")
    path = path.removeprefix("http://localhost:5000")
    for method in ("PATCH", "POST", "HEAD", "DELETE"):
        assert mine.request(method, path, headers=headers, data=body).status_code < 500
    mine.delete(f"/api/records/{draft}/draft/files/a.bin")
