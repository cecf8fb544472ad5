"""What the service says about what people do on pages: listed so that translators find it."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext, lazy_gettext

MESSAGES: Final = (
    lazy_gettext("More storage for %(record)s"),
    lazy_gettext("Write a size like 50 GB, or 0."),
    lazy_gettext("Say what the storage is needed for."),
    lazy_gettext("More storage cannot be asked for on this site."),
    lazy_gettext("The draft or record is gone."),
    lazy_gettext("The account is gone."),
    lazy_gettext("There is no such account."),
    lazy_gettext("There is no such record or draft."),
    lazy_gettext("You have asked for this already, and it is not decided yet."),
)


def worded(message: str) -> str:
    """A message in the reader's language."""
    return str(gettext(message))
