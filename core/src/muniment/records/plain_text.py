"""Plain text from formatted text: for search, titles of pages, citations and descriptions of links."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

_DROPPED = re.compile(
    r"<(script|style|template)\b[^>]*>.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)
#: Elements that stand apart from the words around them.
_BLOCK = re.compile(
    r"</?(?:address|article|blockquote|br|caption|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|ol|p|pre"
    r"|section|table|tbody|td|tfoot|th|thead|tr|ul)\b[^>]*>",
    re.IGNORECASE,
)
_ATTRIBUTES = r"""(?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))*\s*/?>"""
#: A tag begins with a letter, its attributes have values: "p<0.05" and "a<b and c>d" hold none.
_TAG = re.compile(r"</?[a-zA-Z][\w:.-]*" + _ATTRIBUTES)
#: What titles are marked up with. Other words in angle brackets belong to the title: "List<String>".
_TITLE_TAG = re.compile(
    r"</?(?:a|abbr|b|br|em|font|i|p|s|small|span|strong|sub|sup|u|(?:mml:)?m(?:ath|i|n|o|row|sub|sup|subsup|text))"
    + _ATTRIBUTES,
    re.IGNORECASE,
)


def strip_html(text: str) -> str:
    """The words of an HTML text on one line, entities resolved; a text without markup comes back as it is.

    The result is text, not HTML: escape it where it is put into a page.
    """
    if "<" in text:
        text = _TAG.sub("", _BLOCK.sub(" ", _DROPPED.sub(" ", text)))
    return _one_line(text)


def _one_line(text: str) -> str:
    return " ".join((html.unescape(text) if "&" in text else text).split())


def excerpt(text: str, length: int = 200) -> str:
    """The beginning of an HTML text as plain text, cut between words, with an ellipsis when something is left out.

    `length` is the greatest number of characters of the answer.
    """
    plain = strip_html(text)
    if len(plain) <= length:
        return plain
    cut = plain[: length - 1]
    head, space, _ = cut.rpartition(" ")
    # Chinese and Japanese have no spaces; a cut far back would lose most of the text.
    kept = head if space and len(head) > length // 2 else cut
    return kept.rstrip(" ,;:.-–—") + "…"


def title_text(title: object) -> str:
    """A title on one line without what titles are marked up with; empty for what is no text.

    Titles are plain text by themselves, so that other angle brackets belong to them.
    """
    return _one_line(_TITLE_TAG.sub("", title) if "<" in title else title) if isinstance(title, str) else ""


def record_title(data: Mapping[str, Any], default: str = "") -> str:
    """The title of a record or draft without markup, or `default` when it has none yet."""
    metadata = data.get("metadata")
    return title_text(metadata.get("title") if isinstance(metadata, Mapping) else None) or default
