"""Records in export formats over HTTP: by address, by Accept on the API and on the page, with typed links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from muniment.access.actor import SYSTEM
from muniment.records.export_formats import ExportFormat
from muniment.testing.fakes import FakePlugins
from muniment.web.app import create_app
from muniment.web.negotiation import best_match
from muniment.web.typed_links import TypedLink, link_header

PROFILE = 'application/ld+json;profile="https://example.org/Package"'


def links(number: str, record: Any, place: str) -> list[TypedLink]:
    return [TypedLink("describes" if place == "api" else "item", f"https://example.org/{number}", "text/html")]


@pytest.fixture
def asking(
    fake_plugin: FakePlugins, repository: Any, open_repository: Callable[..., Any], built_assets: object
) -> FlaskClient:
    formats = [
        ExportFormat("lines", "Lines", "text/x-lines", ".txt", write=_title, aliases=("ln",), join=b"\n".join),
        ExportFormat("package", "Package", "application/ld+json", ".json", write=_package, accepts=(PROFILE,)),
        ExportFormat("other", "Other", "application/ld+json", ".jsonld", write=_title),
    ]
    plugin = fake_plugin("liner", register_export_formats=lambda: formats, record_links=links)
    repository.plugins.enable(plugin.name, SYSTEM)
    return create_app(open_repository()).test_client(use_cookies=False)


def _title(record: Any) -> bytes:
    return str(record["metadata"]["title"]).encode()


def _package(record: Any) -> bytes:
    return b"{}"


def test_a_format_is_a_file_to_save(asking: FlaskClient, make_record: Any) -> None:
    record = make_record(title="Öl & Eis")
    answer = asking.get(f"/records/{record.id}/export/lines")
    assert (answer.status_code, answer.text) == (200, "Öl & Eis")
    assert answer.content_type == "text/x-lines; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{record.id}.txt"'
    again = asking.get(f"/records/{record.id}/export/lines", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    older = asking.get(f"/records/{record.id}/export/ln")
    assert (older.status_code, older.headers["Location"]) == (301, f"/records/{record.id}/export/lines")
    newest = asking.get(f"/records/{record.data['parent']['id']}/export/lines")
    assert (newest.status_code, newest.headers["Location"]) == (302, f"/records/{record.id}/export/lines")


def test_an_unknown_format_is_answered_with_the_list(asking: FlaskClient, make_record: Any) -> None:
    record = make_record()
    answer = asking.get(f"/records/{record.id}/export/parchment")
    assert answer.status_code == 406
    assert "json, lines" in answer.text
    for path in (f"/records/{record.id}", f"/api/records/{record.id}"):
        answer = asking.get(path, headers={"Accept": "application/x-parchment"})
        assert answer.status_code == 406
        assert "text/x-lines" in answer.text


def test_the_page_and_the_api_answer_by_media_type(asking: FlaskClient, make_record: Any) -> None:
    record = make_record(title="Ice")
    for path in (f"/records/{record.id}", f"/api/records/{record.id}"):
        for accept, expected in (("text/x-lines", b"Ice"), ("application/ld+json", b"Ice"), (PROFILE, b"{}")):
            answer = asking.get(path, headers={"Accept": accept})
            assert (answer.status_code, answer.data) == (200, expected), (path, accept)
            assert "Accept" in answer.headers["Vary"]
    for accept in ("", "*/*", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/*"):
        page = asking.get(f"/records/{record.id}", headers={"Accept": accept})
        assert page.content_type == "text/html; charset=utf-8"
        assert f'href="/records/{record.id}/export/lines"' in page.text
    assert asking.get(f"/records/{record.id}", headers={"Accept": "application/json"}).json["id"] == record.id


def test_searches_are_answered_in_formats_that_can_be_joined(asking: FlaskClient, make_record: Any) -> None:
    make_record(title="One")
    make_record(title="Two")
    answer = asking.get("/api/records?sort=oldest", headers={"Accept": "text/x-lines"})
    assert sorted(answer.text.split("\n")) == ["One", "Two"]
    assert asking.get("/api/records", headers={"Accept": "application/ld+json"}).status_code == 406


@pytest.mark.parametrize("kind", ["deleted", "restricted"])
def test_what_is_closed_or_gone_is_in_no_format(
    asking: FlaskClient, repository: Any, make_record: Any, kind: str
) -> None:
    if kind == "deleted":
        record = make_record(title="Secret title")
        asking.get(f"/records/{record.id}/export/lines")
        repository.records.delete(SYSTEM, record.id, {})
    else:
        record = make_record(title="Secret title", record_access="restricted", files_access="restricted")
    paths = [f"/records/{record.id}/export/{name}" for name in ("json", "lines", "package")]
    answers = [asking.get(path) for path in paths]
    answers += [
        asking.get(path, headers={"Accept": accept})
        for path in (f"/records/{record.id}", f"/api/records/{record.id}")
        for accept in ("text/x-lines", PROFILE, "application/json")
    ]
    for answer in answers:
        assert answer.status_code == (410 if kind == "deleted" else 403)
        assert "Link" not in answer.headers
        if kind == "restricted":
            assert "Secret title" not in answer.text


@pytest.mark.hook("record_links")
def test_answers_about_a_record_have_typed_links(asking: FlaskClient, make_record: Any) -> None:
    record = make_record(files={"a.txt": b"A"})
    link = f'<https://example.org/{record.id}>; rel="{{}}"; type="text/html"'
    for _ in range(2):
        assert asking.get(f"/records/{record.id}").headers["Link"] == link.format("item")
    plain = asking.get(f"/api/records/{record.id}")
    assert plain.headers["Link"] == link.format("describes")
    unchanged = asking.get(f"/api/records/{record.id}", headers={"If-None-Match": plain.headers["ETag"]})
    assert (unchanged.status_code, unchanged.headers["Link"]) == (304, link.format("describes"))
    assert asking.get(f"/records/{record.id}/export/lines").headers["Link"] == link.format("describes")
    assert "Link" not in asking.get("/api/records").headers
    for path in (f"/records/{record.id}/files/a.txt", f"/api/records/{record.id}/files/a.txt/content"):
        assert asking.get(path).headers["Link"] == link.format("item")


def test_a_link_cannot_break_the_header() -> None:
    hostile = TypedLink('a"b\r\n', "https://example.org/ä b>\r\nSet-Cookie: x", "text/ht\nml", profile="\u202ep\\")
    written = link_header([hostile, TypedLink("item", "https://example.org/%20?a=1&b=2")])
    assert written == (
        '<https://example.org/%C3%A4%20b%3E%0D%0ASet-Cookie:%20x>; rel="a\\"b"; type="text/html"; profile="p\\\\", '
        '<https://example.org/%20?a=1&b=2>; rel="item"'
    )


def test_a_profile_is_for_those_who_ask_for_it() -> None:
    offers = ["application/json", PROFILE, "application/ld+json"]
    assert best_match("application/ld+json", offers) == "application/ld+json"
    assert best_match(PROFILE, offers) == PROFILE
    assert best_match("application/ld+json; Profile=https://example.org/Package; q=0.5", offers) == PROFILE
    assert best_match('application/ld+json;profile="https://example.org/Another"', offers) == "application/ld+json"
    assert best_match("application/*", offers) == "application/json"
