"""What the service says about what people do on pages: listed so that translators find it."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext, lazy_gettext

MESSAGES: Final = (
    lazy_gettext("A comment says something."),
    lazy_gettext("Somebody else has decided this request meanwhile; load it again."),
    lazy_gettext("What this request is about is switched off; it waits until that is on again."),
    lazy_gettext("You have asked for this already, and it is not decided yet."),
    lazy_gettext("Not a valid string."),
    lazy_gettext("Longer than maximum length 25000."),
)


def worded(message: str) -> str:
    """A message in the reader's language, where it is one of ours; others say it in the words of whoever refused."""
    return str(gettext(message))
