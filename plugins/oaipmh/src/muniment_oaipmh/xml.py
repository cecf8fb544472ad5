"""XML written as text: quick, and nothing that people wrote can break it."""

from __future__ import annotations

import re
from typing import Final

#: What XML 1.0 has no way to write, surrogates among them.
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION: Final = re.compile(r"\A\ufeff?\s*<\?xml[^>]*\?>\s*")
_WHAT_IS_NO_ELEMENT: Final = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->)\s*", re.DOTALL)


def escape(text: str) -> str:
    """Text between tags and in attributes; characters that XML does not have are left out."""
    text = _ILLEGAL.sub("", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text.replace("\r", "&#13;")


def attribute(text: str) -> str:
    """Text in an attribute, where a line break would become a space."""
    return escape(text).replace("\n", "&#10;").replace("\t", "&#9;")


def element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def root_element(document: bytes) -> str:
    """The root element of a well-formed document without a document type, to stand inside of another one."""
    text = _DECLARATION.sub("", document.decode("utf-8"))
    while (found := _WHAT_IS_NO_ELEMENT.match(text)) is not None:
        text = text[found.end() :]
    return text.strip()
