"""What the service says to people: listed so that translators find it."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext

MESSAGES: Final = (
    lazy_gettext("Choose what it is about."),
    lazy_gettext("Nobody has been named yet who reads messages."),
    lazy_gettext("Say in a few words what it is about."),
    lazy_gettext("Say who you are."),
    lazy_gettext("Write your message."),
)
