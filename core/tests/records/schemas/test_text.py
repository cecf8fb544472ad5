"""Plain and formatted text."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from muniment.records.schemas import limits
from muniment.records.schemas.html import HTMLText, clean_html
from muniment.records.schemas.text import Text, clean_text


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ("  padded \n", "padded"),
        ("Zu\u0308rich", "Zürich"),
        ("two\nlines\tand a tab\r\nmore", "two lines and a tab more"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("form\x0cfeed\x0bs", "form feed s"),
        ("深海生物の研究", "深海生物の研究"),
        ("𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍🔬", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍🔬"),
    ],
)
def test_texts_are_trimmed_and_normalised(value: str, clean: str) -> None:
    assert clean_text(value) == clean


def test_lines_stay_where_they_belong() -> None:
    assert clean_text("a\r\nb\rc\u2028d\u0085e", lines=True) == "a\nb\nc\nd\ne"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a\x00b", r"control character \(U\+0000\) at position 2"),
        ("bell\x07", r"control character \(U\+0007\) at position 5"),
        ("\x92", r"U\+0092"),
        ("\x7f", r"U\+007F"),
        ("x\ud83d", r"half of a character \(U\+D83D\) at position 2"),
        ("\uffff", r"U\+FFFF"),
    ],
)
def test_what_cannot_be_stored_is_named(value: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        clean_text(value)
    with pytest.raises(ValidationError, match=message):
        clean_html(value)


def test_long_texts_are_refused() -> None:
    assert Text(maximum=5).deserialize("abcde") == "abcde"
    with pytest.raises(ValidationError, match=r"Longer than maximum length 5\."):
        Text(maximum=5).deserialize("abcdef")
    with pytest.raises(ValidationError, match=rf"Longer than maximum length {limits.HTML}\."):
        HTMLText().deserialize("a" * (limits.HTML + 1))


def test_text_that_grows_by_cleaning_is_refused() -> None:
    with pytest.raises(ValidationError, match="Longer"):
        HTMLText(maximum=100).deserialize("&" * 90)


@pytest.mark.parametrize("value", [1, 1.5, True, [], {}, ["a"]])
def test_other_types_are_refused(value: object) -> None:
    for field in (Text(), HTMLText()):
        with pytest.raises(ValidationError, match=r"Not a valid string\."):
            field.deserialize(value)


def test_short_texts_are_refused() -> None:
    with pytest.raises(ValidationError, match=r"Shorter than minimum length 3\."):
        Text(minimum=3).deserialize(" ab ")
    with pytest.raises(ValidationError, match=r"Size cannot be a blank string\."):
        Text(minimum=1, blank="Size cannot be a blank string.").deserialize(" ")


@settings(deadline=None)
@given(st.text())
def test_cleaning_twice_changes_nothing(value: str) -> None:
    for lines in (True, False):
        try:
            once = clean_text(value, lines=lines)
        except ValidationError:
            continue
        assert clean_text(once, lines=lines) == once
        assert once == once.strip()
        assert unicodedata.is_normalized("NFC", once)
        assert lines or not {"\n", "\r", "\t"} & set(once)


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ("<h1>A</h1> <p>with <b>tags</b></p>", "<h1>A</h1> <p>with <b>tags</b></p>"),
        ("x<script>alert(1)</script>y", "xy"),
        ('<p style="color:red" onclick="x()" class="c" id="i">a</p>', "<p>a</p>"),
        ('<img src="x" onerror="alert(1)">a', "a"),
        ('<a href="javascript:alert(1)">a</a>', '<a rel="nofollow noopener noreferrer">a</a>'),
        (
            '<a href="https://e.org/" target="_blank" rel="opener" title="t">a</a>',
            '<a href="https://e.org/" title="t" rel="nofollow noopener noreferrer">a</a>',
        ),
        (
            '<table><tr><td colspan="2" style="width:1px">a</td></tr></table>',
            '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>',
        ),
        ('<span lang="de" dir="ltr">a</span>', '<span lang="de" dir="ltr">a</span>'),
        ("<svg><style>x</style></svg><math>1</math>a", "1a"),
        ("a<!-- hidden -->b", "ab"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("plain $x^2$ text", "plain $x^2$ text"),
        ("<p>two\r\nlines</p>", "<p>two\nlines</p>"),
    ],
)
def test_html_is_reduced_to_what_is_harmless(value: str, clean: str) -> None:
    assert clean_html(value) == clean
    assert clean_html(clean) == clean


_MARKUP = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<a href='x'>",
            "</a>",
            "<ul><li>",
            "</ul>",
            "<table><td>",
            "</table>",
            "&",
            "<",
            ">",
            "&lt;",
            "&nbsp;",
            "<!--",
            "-->",
            "<script>",
            "</script>",
            "<svg>",
            "</svg>",
            "<math>",
            "<style>",
            '"',
            "'",
            "é",
            "text ",
            "<p dir=",
            "<![CDATA[",
            "]]>",
            "<template>",
            "\u00a0",
            "\n",
        ]
    ),
    max_size=25,
).map("".join)


@settings(deadline=None)
@given(st.one_of(_MARKUP, st.text()))
def test_cleaning_html_twice_changes_nothing(value: str) -> None:
    try:
        once = clean_html(value)
    except ValidationError:
        return
    assert clean_html(once) == once
    lowered = once.lower()
    assert all(tag not in lowered for tag in ("<script", "<svg", "<math", "<style", "<template", "<!--"))


@pytest.mark.parametrize(
    "piece", ["<div>", "<b>", "<ul><li>", "<a><b>", "<table><tr><td>", "<p><b><i>", "<x>", "<div></b>", "<a href=x>"]
)
def test_deep_nesting_is_refused_at_once(piece: str) -> None:
    value = piece * (limits.HTML // len(piece))
    started = time.process_time()
    with pytest.raises(ValidationError, match=r"nested more than 200 levels"):
        clean_html(value)
    assert time.process_time() - started < 1


def test_long_flat_html_is_welcome() -> None:
    value = "<p>Text with <b>some</b> <i>markup</i><br>and breaks</p>" * 4000
    assert len(clean_html(value)) > 200_000
    rows = "<table>" + "<tr><td>1<td>2" * 5000 + "</table>"
    assert clean_html(rows).count("<td>") == 10_000
