"""What the service says about what people do on pages: listed so that translators find it."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext, lazy_gettext

MESSAGES: Final = (
    lazy_gettext("Deletion of %(record)s"),
    lazy_gettext("Choose one of the reasons."),
    lazy_gettext("Say in at least 25 characters why the record is to go."),
    lazy_gettext("The record was deleted meanwhile."),
)


def worded(message: str) -> str:
    """A message in the reader's language."""
    return str(gettext(message))
