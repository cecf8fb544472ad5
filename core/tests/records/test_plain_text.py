"""Plain text from formatted text."""

from __future__ import annotations

import html
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.records.plain_text import excerpt, record_title, strip_html


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", ""),
        ("Plain  text\n here", "Plain text here"),
        ("<p>One</p><p>Two <b>bold</b> H<sub>2</sub>O</p>", "One Two bold H2O"),
        ("<ul><li>a</li><li>b</li></ul>c<br/>d", "a b c d"),
        ("one<br>two", "one two"),
        ('<a href="https://x.org">link</a>ed', "linked"),
        ("&lt;tag&gt; &amp; more &eacute;", "<tag> & more é"),
        ("p<0.05 and a<b and c>d", "p<0.05 and a<b and c>d"),
        ('<a href="https://e.org/?a>b">link</a>', "link"),
        ("before<script>alert(1)</script>after<style>p{}</style>", "before after"),
        ("<!-- hidden -->shown<!-- never closed", "shown"),
        ("<jats:p>From Crossref</jats:p>", "From Crossref"),
        ("caf\u00e9&nbsp;au&#160;lait", "café au lait"),
    ],
)
def test_markup_goes_and_words_stay(text: str, plain: str) -> None:
    assert strip_html(text) == plain


@settings(deadline=None)
@given(st.text())
def test_escaped_text_comes_back(text: str) -> None:
    assert strip_html(f"<p>{html.escape(text)}</p>") == " ".join(html.unescape(html.escape(text)).split())


@pytest.mark.parametrize("text", ["<" * 50_000, "<a " * 50_000, "<a b=" * 50_000, "<!--" * 50_000, "<script>" * 50_000])
def test_hostile_markup_takes_no_time(text: str) -> None:
    started = time.process_time()
    strip_html(text)
    assert time.process_time() - started < 2


def test_excerpts_end_between_words() -> None:
    text = "<p>" + "word " * 100 + "</p>"
    assert excerpt(text, 22) == "word word word word…"
    assert len(excerpt("<p>" + "深海生物" * 100 + "</p>", 50)) == 50
    assert excerpt("<b>short</b>", 50) == "short"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("On <i>Escherichia coli</i> and CO<sub>2</sub>", "On Escherichia coli and CO2"),
        ("List<String> in Java &amp; C", "List<String> in Java & C"),
        ("If a<b and c>d", "If a<b and c>d"),
        ("CO<sub>2</sub> for p < 0.05 and q > 1", "CO2 for p < 0.05 and q > 1"),
        ("A\n title", "A title"),
        (None, "Untitled"),
        (5, "Untitled"),
    ],
)
def test_titles_lose_their_markup(title: object, shown: str) -> None:
    assert record_title({"metadata": {"title": title}}, "Untitled") == shown


def test_a_draft_without_metadata_has_the_default_title() -> None:
    assert record_title({}, "Untitled") == "Untitled"
    assert record_title({"metadata": None}) == ""
