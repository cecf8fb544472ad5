"""Writes XML elements; what XML cannot hold is left out of texts."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape, quoteattr

#: Characters that no XML 1.0 document may hold, not even escaped.
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(value: object) -> str:
    """A value as XML text."""
    return escape(_FORBIDDEN.sub("", str(value)))


def element(name: str, value: object, **attributes: object) -> str:
    """An element with a text; empty ones are left out, and so are empty attributes. ``xml_lang`` is ``xml:lang``."""
    found = text(value).strip()
    return f"<{name}{_attributes(attributes)}>{found}</{name}>" if found else ""


def around(name: str, *inner: str, **attributes: object) -> str:
    """An element around others; left out when there are none."""
    found = "".join(inner)
    return f"<{name}{_attributes(attributes)}>{found}</{name}>" if found else ""


def _attributes(values: dict[str, object]) -> str:
    given = ((key.replace("_", ":", 1), _FORBIDDEN.sub("", str(value))) for key, value in values.items() if value)
    return "".join(f" {key}={quoteattr(value)}" for key, value in given)
