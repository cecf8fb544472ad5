"""Why somebody was not signed in: one class, a reason for programs and the audit trail, and words for people."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from muniment.api import AuthenticationFailed

#: What people read, by reason. Nothing of what the provider, or whoever pretends to be it, sent is repeated.
MESSAGES: Final = {
    "denied": _("You did not allow %(provider)s to tell us who you are, so you are not signed in."),
    "unreachable": _("%(provider)s cannot be reached at the moment. Try again later, or sign in another way."),
    "misbehaves": _("%(provider)s gave an answer that cannot be right, so nobody was signed in. Try again later."),
    "not_proved": _("What %(provider)s sent does not prove who you are, so nobody was signed in. Start again."),
    "expired": _("This sign-in took too long, was finished already or began in another browser. Start again."),
    "elsewhere": _("This identity of %(provider)s signs in to another account; it must be unlinked there first."),
    "no_account": _("This identity of %(provider)s has no account here, and this site takes no registrations."),
    "unconfirmed": _("Confirm your e-mail address first; the link was mailed to you again."),
    "waiting": _("This account waits for the approval of the operators; a message will tell you when it is ready."),
    "blocked": _("This account is blocked. Please contact the operators of this site."),
    "inactive": _("This account is deactivated. Please contact the operators of this site."),
}
#: Answers for the browser; what is not here is 400.
STATUSES: Final = {
    "blocked": 403,
    "denied": 403,
    "elsewhere": 409,
    "inactive": 403,
    "misbehaves": 502,
    "no_account": 403,
    "unconfirmed": 403,
    "unreachable": 503,
    "waiting": 403,
}


class Refused(AuthenticationFailed):
    """Nobody is signed in. `reason` is a key of `MESSAGES`; `detail` is for the audit trail and the log only."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason, reason=reason)
        self.detail = detail[:200]
