"""What the service says to people: listed so that translators find it."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext, lazy_gettext

MESSAGES: Final = (
    lazy_gettext("Write something."),
    lazy_gettext("A record has at most 100 notes. Remove some first."),
)


def worded(message: str) -> str:
    """A message in the reader's language."""
    return str(gettext(message))
