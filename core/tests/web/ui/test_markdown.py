"""Markdown of operators becomes clean HTML."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from muniment.web.ui.markdown import block_markdown, inline_markdown


def test_a_page() -> None:
    html = block_markdown(
        "# One\n\nText *soft* **strong**.\n\n## Two\n\n- a\n- b\n\n| K | V |\n| --- | --- |\n| 1 | 2 |\n"
    )
    assert "<h2>One</h2>" in html
    assert "<h3>Two</h3>" in html
    assert "<em>soft</em> <strong>strong</strong>" in html
    assert "<li>a</li>" in html
    assert "<td>1</td>" in html


def test_the_highest_heading_follows_the_title_whatever_its_level() -> None:
    assert "<h2>Section</h2>" in block_markdown("### Section\n\n#### Part")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        '[x](https://e.org "a\\" onclick=alert(1)")',
        "![x](javascript:alert(1))",
        "<a href='javascript:alert(1)'>x</a>",
        "```<b onmouseover=alert(1)>\n</b>\n```",
    ],
)
def test_nothing_runs(text: str) -> None:
    for html in (block_markdown(text), inline_markdown(text)):
        elements = Elements(html)
        assert elements.names <= {"p", "a", "code", "pre", "img"}
        assert elements.attributes <= {"href", "title", "rel", "src", "alt"}
        assert not [address for address in elements.addresses if not address.startswith(("https://", "/"))]


class Elements(HTMLParser):
    """What a browser would find in the markup."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]


def test_pictures_come_from_this_site() -> None:
    assert '<img src="/static/map.png" alt="Map">' in block_markdown("![Map](/static/map.png)")
    for elsewhere in ("https://e.org/x.png", "//e.org/x.png", "data:image/png;base64,AA"):
        assert "src" not in block_markdown(f"![x]({elsewhere})")


def test_a_line_has_no_blocks() -> None:
    assert inline_markdown("See [the\npage](/pages/about), **now**. # no heading") == (
        'See <a href="/pages/about" rel="noopener">the page</a>, <strong>now</strong>. # no heading'
    )
