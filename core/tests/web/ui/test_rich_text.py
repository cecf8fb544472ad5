"""Formatted texts that forms send, with and without an editor."""

from __future__ import annotations

import pytest

from muniment.web.ui.rich_text import html_of


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""),
        ("  \r\n ", ""),
        ("One line", "<p>One line</p>"),
        ("First\r\nline\r\n\r\n \r\nSecond", "<p>First<br>line</p><p>Second</p>"),
        ("a < b, b > c & $E=mc^2$", "<p>a &lt; b, b &gt; c &amp; $E=mc^2$</p>"),
        ("if a<b then c>d", "<p>if a&lt;b then c&gt;d</p>"),
        ("<p>Formatted</p>\n\n<ul><li>x</li></ul>", "<p>Formatted</p>\n\n<ul><li>x</li></ul>"),
        ("With <em>emphasis</em>", "With <em>emphasis</em>"),
        ("2 <= 3 and x<=y", "<p>2 &lt;= 3 and x&lt;=y</p>"),
    ],
)
def test_plain_text_becomes_paragraphs_and_html_stays(typed: str, stored: str) -> None:
    assert html_of(typed) == stored
