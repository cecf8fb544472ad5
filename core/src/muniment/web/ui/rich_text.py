"""Formatted texts as forms send them: HTML from the editor, or what people type where there is no editor."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import escape

from muniment.web.ui.clean_html import block_html

#: A tag, bare or with attributes that have values in quotes; so `a<b and c>d` is none. The editor has the same rule.
_ELEMENT: Final = re.compile(r"<(?:!--|/?[a-z][a-z0-9]*(?:\s+[a-z:-]+\s*=\s*[\"'][^<>]*)?\s*/?>)", re.IGNORECASE)
_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n\s*")


def html_of(text: str) -> str:
    """The HTML to store: what has elements already stays, plain text becomes paragraphs.

    Blank lines part paragraphs, single line ends become breaks. Cleaning is for the schema of the record.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text or _ELEMENT.search(text):
        return text
    paragraphs = [part.strip() for part in _BLANK_LINES.split(text)]
    return "".join(f"<p>{str(escape(part)).replace(chr(10), '<br>')}</p>" for part in paragraphs)


def stored_html(text: str) -> str:
    """The HTML of a text that people typed or a program sent, cleaned: what a plugin stores and shows as it is."""
    return str(block_html(html_of(text)))
