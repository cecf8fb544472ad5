"""Markdown that operators write, as HTML: CommonMark with tables; HTML in it stays text, and the result is cleaned."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

import nh3
from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAGS: Final = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_INLINE: Final = {"a", "code", "em", "s", "strong"}
_ATTRIBUTES: Final = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
_SCHEMES: Final = {"http", "https", "mailto"}


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # with sixty modules, for which no start waits

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def block_markdown(text: str) -> Markup:
    """A page: paragraphs, lists, tables, links, pictures of this site. Its highest headings stand at the second level,
    below the title of the page."""
    parser = _parser()
    tokens = parser.parse(text)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + 2, 6)}"
    html = parser.renderer.render(tokens, parser.options, {})
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener",
        attribute_filter=_own_pictures,
    )
    return Markup(cleaned.strip())


def inline_markdown(text: str) -> Markup:
    """One line: emphasis, code and links."""
    html = _parser().renderInline(" ".join(text.split()))
    cleaned = nh3.clean(
        html, tags=_INLINE, attributes={"a": {"href", "title"}}, url_schemes=_SCHEMES, link_rel="noopener"
    )
    return Markup(cleaned.strip())


def _own_pictures(element: str, attribute: str, value: str) -> str | None:
    """Pictures come from this site only: pages load nothing from other hosts."""
    if element == "img" and attribute == "src" and not re.fullmatch(r"/(?!/)[^\\\s]*", value):
        return None
    return value
