"""The beginnings of files as text or table."""

from __future__ import annotations

import pytest

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
