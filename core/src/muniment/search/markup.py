"""Turns the HTML of descriptions into plain text for indexing and for excerpts."""

from __future__ import annotations

import html
import re
from typing import Final

_INLINE: Final = re.compile(r"</?(?:a|abbr|b|bdi|bdo|code|em|i|mark|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>", re.I)
_BLOCK: Final = re.compile(r"<[^<>]*>")
_SPACES: Final = re.compile(r"\s+")


def plain_text(markup: str) -> str:
    """The text of sanitised HTML on one line; inline elements join what they stand in (``H<sub>2</sub>O``)."""
    if "<" in markup:
        markup = _BLOCK.sub(" ", _INLINE.sub("", markup))
    if "&" in markup:
        markup = html.unescape(markup)
    return _SPACES.sub(" ", markup).strip()


def plain_title(title: str) -> str:
    """A title without the inline elements that some depositors type; other angle brackets are text."""
    return _INLINE.sub("", title) if "<" in title else title
