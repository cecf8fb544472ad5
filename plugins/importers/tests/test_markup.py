"""Descriptions become HTML and titles plain text, whatever their writers used."""

from __future__ import annotations

import pytest

from muniment_importers import markup


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("p < 0.05 & more", "<p>p &lt; 0.05 &amp; more</p>"),
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("<p>kept <em>as</em> it is</p>", "<p>kept <em>as</em> it is</p>"),
        ("&lt;p&gt;escaped twice&lt;/p&gt;", "<p>escaped twice</p>"),
        ("R&amp;D in H&#252;tten", "<p>R&amp;D in Hütten</p>"),
        ("<jats:p>The <jats:italic>E. coli</jats:italic> genome</jats:p>", "<p>The <em>E. coli</em> genome</p>"),
        ("<i>Homo</i>\n\nsapiens", "<p><i>Homo</i></p><p>sapiens</p>"),
        ("Energy $E < mc^2$", "<p>Energy $E &lt; mc^2$</p>"),
        ("", ""),
        ("   \n ", ""),
    ],
)
def test_descriptions(source: str, expected: str) -> None:
    assert markup.to_html(source) == expected


def test_short_lines_were_broken_by_a_person() -> None:
    assert markup.to_html("Contents:\n1 Data\n2 Code") == "<p>Contents:<br>1 Data<br>2 Code</p>"


def test_long_lines_were_wrapped_by_a_program() -> None:
    line = "a line that is as long as programs make them when they wrap text for mail"
    assert markup.to_html(f"{line}\n{line}") == f"<p>{line} {line}</p>"


@pytest.mark.parametrize(
    ("source", "expected", "changed"),
    [
        ("On <i>E. coli</i>", "On E. coli", True),
        ("H&lt;sub&gt;2&lt;/sub&gt;O", "H2O", True),
        ("Black &amp; white", "Black & white", False),
        ("a < b and b > c", "a < b and b > c", False),
        ("two\n   lines", "two lines", False),
    ],
)
def test_titles(source: str, expected: str, changed: bool) -> None:
    assert markup.to_line(source) == (expected, changed)
