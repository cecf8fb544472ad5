"""The only place where stored text becomes markup: cleaned again on its way to the page, whatever stored it."""

from __future__ import annotations

import re

import nh3
from markupsafe import Markup

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span",
    "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
}  # fmt: skip
_INLINE = {
    "a", "abbr", "b", "cite", "code", "em", "i", "q", "s", "small", "span", "strong", "sub", "sup", "u", "var",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
#: A record's headings stand below the page's own.
_HEADING = re.compile(r"<(/?)h[1-6]>")


def block_html(text: object) -> Markup:
    """Paragraphs, lists, tables: an abstract. Plain text keeps its paragraphs."""
    source = str(text or "")
    if "<" not in source and "\n" in source:
        paragraphs = [part.strip() for part in re.split(r"\n\s*\n", source) if part.strip()]
        return Markup("").join(Markup("<p>{}</p>").format(part) for part in paragraphs)
    cleaned = nh3.clean(
        source,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow ugc",
    )
    cleaned = _HEADING.sub(r"<\1h3>", cleaned).strip()
    if not cleaned.startswith(("<p", "<div", "<ul", "<ol", "<h3", "<table", "<blockquote", "<pre", "<dl")):
        cleaned = f"<p>{cleaned}</p>" if cleaned else ""
    return Markup(cleaned)


def inline_html(text: object) -> Markup:
    """Emphasis and links within a line: a reference, a copyright note."""
    cleaned = nh3.clean(
        str(text or ""),
        tags=_INLINE,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="noopener nofollow ugc",
    )
    return Markup(cleaned)


def highlighted(text: str) -> Markup:
    """A search highlight: only its `<mark>` or `<em>` marks survive, as `<mark>`."""
    cleaned = nh3.clean(text, tags={"mark", "em"}, attributes={})
    return Markup(cleaned.replace("<em>", "<mark>").replace("</em>", "</mark>"))
