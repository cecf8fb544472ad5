"""What services say about what people do on pages: listed so that translators find it."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext, lazy_gettext

MESSAGES: Final = (
    lazy_gettext("Use letters, digits, hyphens and underscores only."),
    lazy_gettext("This is the beginning of another address; choose something else."),
    lazy_gettext("A community with this identifier already exists."),
    lazy_gettext("Missing data for required field."),
    lazy_gettext("Longer than maximum length 250."),
    lazy_gettext("Longer than maximum length 50000."),
    lazy_gettext("Not a valid URL."),
    lazy_gettext("A community must have at least one owner."),
    lazy_gettext("There is no such member."),
    lazy_gettext("The community was deleted meanwhile."),
    lazy_gettext("Records that everybody may see are in this community: take them out, or restrict them first."),
    lazy_gettext("Write the colour as # and six digits, such as #0b5c6b."),
    lazy_gettext("On light pages this colour has less than 4.5:1 contrast and is hard to read: choose a darker one."),
    lazy_gettext("On dark pages this colour has less than 4.5:1 contrast and is hard to read: choose a lighter one."),
    lazy_gettext("Request to join %(community)s"),
    lazy_gettext("Invitation to join %(community)s"),
    lazy_gettext("%(child)s as a part of %(parent)s"),
    lazy_gettext("The record is in a restricted community: restrict it, or take it out of the community."),
)


def worded(message: str) -> str:
    """A message in the reader's language, where it is one of ours; others say it in the words of whoever refused."""
    return str(gettext(message))
