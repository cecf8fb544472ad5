"""What services say about forms, in the reader's language: services speak plain English, which is also the key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask_babel import gettext, lazy_gettext

from muniment.errors import Problem
from muniment.web.ui.validator_messages import validator_message

#: Every message that an account form can show; listed so that translators find them.
MESSAGES: Final = (
    lazy_gettext("Enter an e-mail address."),
    lazy_gettext("The e-mail address is longer than 254 characters."),
    lazy_gettext("Not a valid email address."),
    lazy_gettext("This is the address of your account already."),
    lazy_gettext("Enter a password."),
    lazy_gettext("The password needs at least 8 characters."),
    lazy_gettext("The password may have at most 128 characters."),
    lazy_gettext("The password may not contain control characters."),
    lazy_gettext("This password is among the most common ones; choose another."),
    lazy_gettext("The password is your own name or address, or the site's; choose another."),
    lazy_gettext("The password is wrong."),
    lazy_gettext("Sign out and in again first, so that we know that it is you."),
    lazy_gettext("This is not the e-mail address of your account."),
    lazy_gettext("This is the only administrator; give the role to somebody else first."),
    lazy_gettext("This is the only account with the role 'administrator'; give it to somebody else first."),
    lazy_gettext("There is no such export."),
    lazy_gettext("The file of this export is gone; ask for another one."),
    lazy_gettext("The e-mail address or the password is wrong."),
    lazy_gettext("Confirm your e-mail address first; the link was mailed to you again."),
    lazy_gettext("This account waits for the approval of the operators; a message will tell you when it is ready."),
    lazy_gettext("Not a domain name."),
    lazy_gettext("This domain is listed already."),
    lazy_gettext("Somebody else changed this domain meanwhile. Save it again to keep what you entered."),
    lazy_gettext("This site takes no accounts with addresses of this domain."),
    lazy_gettext("This account is blocked. Please contact the operators of this site."),
    lazy_gettext("This account is deactivated. Please contact the operators of this site."),
    lazy_gettext("Too many attempts. Please wait and try again."),
    lazy_gettext("Too many people sign in at this moment; please try again."),
    lazy_gettext("This link is not valid any more. Ask for a new one."),
    lazy_gettext("This link has been used already."),
    lazy_gettext("A user name starts with a letter and has 3 to 30 letters, digits, hyphens or underscores."),
    lazy_gettext("This user name is reserved."),
    lazy_gettext("This user name is taken."),
    lazy_gettext("The text contains control characters."),
    lazy_gettext("Not a time zone; use a name like Europe/Berlin."),
    lazy_gettext("Give the token a name by which you will know it again."),
    lazy_gettext("More than 100 tokens; revoke some first."),
    lazy_gettext("A token ends in the future, after a year at the latest."),
    lazy_gettext("The two passwords are not the same."),
    lazy_gettext("This site does not take registrations."),
    lazy_gettext("This identity signs in to another account; it must be unlinked there first."),
    lazy_gettext("This is the only way to sign in to this account. Set a password or link another identity first."),
    lazy_gettext("There is an account with this e-mail address already. Sign in to it, and link the identity there."),
)


def translated(message: str) -> str:
    """A service's message in the language of the page; what is in no catalogue may come from a validator."""
    here = str(gettext(message))
    return here if here != message else validator_message(message) or here


def form_problems(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """What is wrong with a form as pairs of control and text, for the summary and for each control."""
    return [(problem.field, translated(problem.message)) for problem in problems]
