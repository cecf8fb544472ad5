"""Formatted text: HTML reduced to InvenioRDM's list of harmless elements, without styles."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import nh3
from marshmallow import ValidationError

from muniment.records.schemas import limits
from muniment.records.schemas.text import NOT_A_TEXT, ValueField, clean_text, too_long

TAGS = frozenset(
    [
        *("a", "abbr", "acronym", "b", "blockquote", "br", "code", "col", "colgroup", "div", "em"),
        *("h1", "h2", "h3", "h4", "h5", "i", "li", "ol", "p", "pre", "s", "span", "strike", "strong"),
        *("sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
    ]
)
_LANGUAGE = {"dir", "lang"}
_CELL = {"colspan", "rowspan"}
ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "abbr": {"title", *_LANGUAGE},
    "acronym": {"title", *_LANGUAGE},
    "col": {"span"},
    "colgroup": {"span"},
    "div": _LANGUAGE,
    "p": _LANGUAGE,
    "span": _LANGUAGE,
    "td": _CELL,
    "th": _CELL,
}
PROTOCOLS = frozenset({"http", "https", "mailto", "ftp"})
#: Links are other people's: no credit in search engines, no access to the page that opened them.
LINK_RELATION = "nofollow noopener noreferrer"

_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes=ATTRIBUTES,
    url_schemes=set(PROTOCOLS),
    link_rel=LINK_RELATION,
    strip_comments=True,
)
_MARKUP = re.compile("[<>&\u00a0]")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
#: Elements that never nest in themselves: the parser closes them when the next one begins.
_SELF_CLOSING = frozenset(
    [
        *("br", "hr", "img", "input", "col", "wbr", "p", "li", "dt", "dd", "tr", "td", "th"),
        *("thead", "tbody", "tfoot", "colgroup", "option"),
    ]
)


def clean_html(value: str, *, maximum: int = limits.HTML) -> str:
    """`value` with everything removed that is not in `TAGS` and `ATTRIBUTES`; the text inside stays.

    Raises `ValidationError` for text that is too long, is nested too deeply or holds control characters. Cleaning
    twice changes nothing.
    """
    text = clean_text(value, maximum=maximum, lines=True)
    if _MARKUP.search(text) is None:
        return text
    _refuse_deep_nesting(text)
    cleaned = _CLEANER.clean(text).strip()
    if len(cleaned) > maximum:
        raise ValidationError(too_long(maximum))
    return cleaned


def _refuse_deep_nesting(text: str) -> None:
    """Parsing takes time with the square of the depth; real descriptions stay below ten levels."""
    open_elements: Counter[str] = Counter()
    depth = 0
    for match in _TAG.finditer(text):
        name = match[2].lower()
        if name in _SELF_CLOSING:
            continue
        if not match[1]:
            open_elements[name] += 1
            depth += 1
        elif open_elements[name]:
            open_elements[name] -= 1
            depth -= 1
        if depth > limits.HTML_DEPTH:
            raise ValidationError(
                f"The HTML is nested more than {limits.HTML_DEPTH} levels deep. Please close elements that are open."
            )


class HTMLText(ValueField):
    """A formatted text field: cleaned HTML of at least `minimum` characters."""

    def __init__(self, *, minimum: int = 0, maximum: int = limits.HTML, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum = minimum
        self.maximum = maximum

    def load_value(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(NOT_A_TEXT)
        text = clean_html(value, maximum=self.maximum)
        if len(text) < self.minimum:
            raise ValidationError(f"Shorter than minimum length {self.minimum}.")
        return text
