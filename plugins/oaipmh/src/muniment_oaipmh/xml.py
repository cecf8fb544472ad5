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


def root_element(document: str | bytes) -> str:
    """The root element of a whole document, to stand inside of another one.

    Raises `ValueError` for what is not well-formed, and for a document type, which cannot stand there.
    """
    from xml.parsers import expat

    text = document.decode("utf-8") if isinstance(document, bytes) else document
    text = _DECLARATION.sub("", text)
    while (found := _WHAT_IS_NO_ELEMENT.match(text)) is not None:
        text = text[found.end() :]
    if text.startswith("<!"):
        raise ValueError("a document type cannot stand inside of another document")
    parser = expat.ParserCreate("utf-8")
    try:
        parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as error:
        raise ValueError(f"not well-formed: {error}") from error
    return text.strip()
