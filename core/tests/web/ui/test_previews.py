"""The beginnings of files as text or table."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from lxml import html

from muniment.web.ui.previews import CELL, COLUMNS, ROWS, SHORT_ROWS, decode, preview_view


def test_a_table_is_read_with_the_separator_it_uses() -> None:
    for separator in (",", ";", "\t", "|"):
        view = preview_view("table", "a.csv", f"a{separator}b\n1{separator}2\n".encode(), True)
        assert view is not None
        assert (view.kind, view.head, view.rows, view.complete) == ("table", ("a", "b"), (("1", "2"),), True)


def test_a_cut_table_loses_its_last_row_and_says_so() -> None:
    view = preview_view("table", "a.csv", b"a,b\n1,2\n3,", False)
    assert view is not None
    assert (view.rows, view.complete) == ((("1", "2"),), False)


def test_large_tables_are_bounded() -> None:
    row = ",".join(["x" * (CELL + 1), *["y"] * COLUMNS])
    view = preview_view("table", "a.csv", "\n".join([row] * (ROWS + 2)).encode(), True)
    assert view is not None
    assert (len(view.head), len(view.rows), len(view.head[0]), view.complete) == (COLUMNS, ROWS, CELL, False)
    short = preview_view("table", "a.csv", b"a,b\n" * 200, True, short=True)
    assert short is not None
    assert len(short.rows) == SHORT_ROWS


def test_a_single_column_is_shown_as_text() -> None:
    view = preview_view("table", "a.csv", b"one\ntwo\n", True)
    assert view is not None
    assert (view.kind, view.text) == ("text", "one\ntwo")


def test_broken_quoting_is_no_error() -> None:
    assert preview_view("table", "a.csv", b'a,"b\n1,2\n"3', True) is not None
    assert preview_view("table", "a.csv", b'a,b\r\r\n"' + b"x" * 200_000, True) is not None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_texts_of_common_encodings_can_be_read(encoding: str) -> None:
    assert decode("Zürich".encode(encoding), True) == "Zürich"


def test_a_cut_through_a_character_does_not_spoil_the_text() -> None:
    content = "深海生物".encode()
    for end in range(4, len(content)):
        text = decode(content[:end], False)
        assert text is not None
        assert "深海生物".startswith(text)


def test_what_is_no_text_has_no_preview() -> None:
    assert preview_view("text", "a.txt", b"\x7fELF\x00\x01", True) is None


def test_json_is_indented_when_it_is_whole() -> None:
    view = preview_view("text", "a.JSON", b'{"a":{"b":1}}', True)
    assert view is not None
    assert view.text == '{\n  "a": {\n    "b": 1\n  }\n}'
    for content, whole in ((b'{"a":', True), (b'{"a":1}', False)):
        kept = preview_view("text", "a.json", content, whole)
        assert kept is not None
        assert kept.text == content.decode()


def test_what_is_in_a_zip_is_listed_and_each_file_can_be_had(client: Any, make_record: Any) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("tables/a.csv", "x,y\n1,2\n")
        archive.writestr("<b>bold</b>.txt", "text")
    record = make_record(files={"data.zip": packed.getvalue(), "broken.zip": b"no zip at all"})
    page = html.fromstring(client.get(f"/records/{record.id}/preview/data.zip").get_data(as_text=True))
    links = page.xpath("//table[@class='archive']//a")
    assert [link.text_content() for link in links] == ["tables/a.csv", "<b>bold</b>.txt"]
    assert client.get(links[0].get("href")).data == b"x,y\n1,2\n"
    broken = client.get(f"/records/{record.id}/preview/broken.zip")
    assert broken.status_code == 200
    assert "This file cannot be shown in a page" in broken.get_data(as_text=True)


def test_results_are_there_for_programs_with_the_same_filters(client: Any, make_record: Any) -> None:
    record = make_record()
    make_record("Software", metadata={"resource_type": {"id": "software"}})
    page = html.fromstring(client.get("/search?q=drift&resource_type=dataset&allversions=true").get_data(as_text=True))
    (link,) = page.xpath("//p[contains(@class, 'list-formats')]/a/@href")
    found = client.get(link)
    assert found.status_code == 200
    assert [hit["id"] for hit in found.get_json()["hits"]["hits"]] == [record.id]
