"""What the service says about what people do on pages: listed so that translators find it."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext, lazy_gettext

MESSAGES: Final = (
    lazy_gettext("Access to %(record)s"),
    lazy_gettext("Say who you are and what you need it for."),
    lazy_gettext("Access is given to those only who accept these conditions."),
    lazy_gettext("Nobody can ask for access to this record."),
    lazy_gettext("You have access to this record already."),
    lazy_gettext("This record is open to everybody: nothing has to be asked for."),
    lazy_gettext("Nobody looks after this record at present, so nobody could decide."),
    lazy_gettext("Enter your name."),
    lazy_gettext("Enter an e-mail address."),
    lazy_gettext("Not a valid email address."),
    lazy_gettext("The owner can decide only when your name and address may be shown to them."),
    lazy_gettext("Use an e-mail address of at most 240 characters."),
    lazy_gettext("This address is wrong, or has ended. Ask anew on the page of the record."),
    lazy_gettext("Nobody has to ask for access to this record any more, or nobody can."),
    lazy_gettext("A whole number of days from 0 (no end) to 365."),
    lazy_gettext("On this site only people with an account ask for access."),
    lazy_gettext("The record was deleted meanwhile."),
    lazy_gettext("Everybody can see this record by now: decline the request, or leave it to its asker to withdraw it."),
    lazy_gettext("Whoever asked has no account any more."),
    lazy_gettext("The record is not yours to share any more."),
    lazy_gettext("You have asked for this already, and it is not decided yet."),
)


def worded(message: str) -> str:
    """A message in the reader's language."""
    return str(gettext(message))
