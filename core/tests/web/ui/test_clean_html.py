"""Stored text on its way to the page."""

from __future__ import annotations

import pytest

from muniment.web.ui.clean_html import block_html, highlighted, inline_html


def test_paragraphs_of_plain_text_are_kept() -> None:
    assert block_html("One & two\n\nThree") == "<p>One &amp; two</p><p>Three</p>"


def test_headings_stand_below_those_of_the_page() -> None:
    assert block_html("<h1>Methods</h1><p>x</p>") == "<h3>Methods</h3><p>x</p>"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,<script>">x</a>',
        '<p style="position:fixed">x</p>',
        "<iframe src=//evil.example></iframe>",
        "<svg><script>1</script></svg>",
        '<p onclick="x">x</p>',
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<form action=/x><input name=q></form>",
    ],
)
def test_nothing_active_survives(attack: str) -> None:
    for cleaned in (block_html(attack), inline_html(attack), highlighted(attack)):
        for word in (
            "<script",
            "onerror",
            "onclick",
            "javascript:",
            "data:",
            "style",
            "<iframe",
            "<svg",
            "<form",
            "<img",
        ):
            assert word not in cleaned


def test_links_tell_search_engines_that_users_made_them() -> None:
    assert block_html('<p><a href="https://example.org">x</a></p>') == (
        '<p><a href="https://example.org" rel="noopener nofollow ugc">x</a></p>'
    )


def test_highlights_keep_their_marks_only() -> None:
    assert highlighted("a <em>b</em> <mark>c</mark> <b>d</b>") == "a <mark>b</mark> <mark>c</mark> d"
