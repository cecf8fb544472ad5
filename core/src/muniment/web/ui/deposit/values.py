"""Lists that people paste: words and names, one a line or separated by semicolons."""

from __future__ import annotations

import re

_LINES = re.compile(r"[\n;\t]+")
_BULLET = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,4}[.)])\s+")


def split_list(text: str) -> list[str]:
    """The entries of a pasted list, each once. Commas separate only where nothing else does."""
    parts = _LINES.split(text)
    if len([part for part in parts if part.strip()]) == 1 and "," in text:
        parts = text.split(",")
    cleaned = (_BULLET.sub("", part).strip() for part in parts)
    return list(dict.fromkeys(part for part in cleaned if part))
