"""Highlights mark what was found and nothing else, and are safe to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from muniment.search.highlight import EXCERPT, excerpt, highlight
from muniment.search.query import parse


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Forschung in Zürich", "zurich", "Forschung in <mark>Zürich</mark>"),
        ("Die Straße", "strasse", "Die <mark>Straße</mark>"),
        ("深海生物の研究", "深海", "<mark>深海</mark>生物の研究"),
        ("深海生物の研究", "海", "深<mark>海</mark>生物の研究"),
        ("深海生物の研究", "生物の研究", "深海<mark>生物</mark>の<mark>研究</mark>"),
        ("deep sea, sea deep", '"deep sea"', "<mark>deep</mark> <mark>sea</mark>, sea deep"),
        ("deep blue sea", '"deep sea"~2', "<mark>deep</mark> blue <mark>sea</mark>"),
        ("climates and climatology", "climat?s", "<mark>climates</mark> and climatology"),
        ("climates and climatology", "clim*", "<mark>climates</mark> and <mark>climatology</mark>"),
        ("form of foam", "from~1", "<mark>form</mark> of foam"),
        ("sea and ice", "sea -ice", "<mark>sea</mark> and ice"),
        ("sea and ice", "description:sea title:ice", "sea and <mark>ice</mark>"),
        ("<b>sea</b> & <script>", "sea", "&lt;b&gt;<mark>sea</mark>&lt;/b&gt; &amp; &lt;script&gt;"),
        ("สัตว์ทะเลลึก", "ทะเล", "สัตว์<mark>ทะเล</mark>ลึก"),
    ],
)
def test_what_was_found_is_marked(text: str, query: str, expected: str) -> None:
    marked = highlight(text, parse(query), "title")
    assert isinstance(marked, Markup)
    assert str(marked) == expected


def test_without_a_match_there_is_no_highlight() -> None:
    assert highlight("sea", parse("ice")) is None
    assert excerpt("sea", parse("")) is None
    assert highlight("", parse("ice")) is None


def test_an_excerpt_is_taken_where_most_was_found() -> None:
    text = "sea " + "filler " * 200 + "sea ice drift " + "filler " * 200
    found = excerpt(text, parse("sea ice drift"))
    assert found is not None
    assert "<mark>sea</mark> <mark>ice</mark> <mark>drift</mark>" in found
    assert len(found.striptags()) <= EXCERPT + 40
    assert not found.startswith("iller")


def test_a_pattern_with_many_wildcards_takes_no_time() -> None:
    query = parse("a" + "*a" * 45 + "*b")
    assert highlight("a" * 99 + " " + "a" * 90, query) is None


@given(st.text(max_size=60), st.sampled_from(["a*", "深", "word", '"a b"', "b?c", "word~2"]))
def test_a_highlight_holds_the_whole_text(text: str, query: str) -> None:
    marked = highlight(text, parse(query))
    if marked is not None:
        assert marked.replace("<mark>", "").replace("</mark>", "").unescape() == text
