"""Why a request to the outside had no answer."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _

#: What people read, by reason.
MESSAGES: Final = {
    "address": _("This is not a web address that can be asked: it begins with https:// or http:// and names a host."),
    "forbidden": _("This address leads into the own network of this site, where nothing is asked."),
    "unknown_host": _("There is no server of this name."),
    "unreachable": _("The server cannot be reached."),
    "timeout": _("The server does not answer in time."),
    "certificate": _("The certificate of the server is not valid."),
    "redirects": _("The server sends on to other addresses, too often or to one that is not asked."),
    "too_large": _("The answer is too large."),
    "broken": _("The answer of the server cannot be read."),
}


class OutgoingFailed(Exception):
    """There is no answer. `reason` is a key of `MESSAGES`; `detail` is for logs, and repeats nothing of an answer."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail[:200]
        super().__init__(f"{reason}: {self.detail}" if detail else reason)

    @property
    def message(self) -> Any:
        """The reason in words, in the language of whoever reads it."""
        return MESSAGES[self.reason]

    @property
    def is_passing(self) -> bool:
        """Whether it may be otherwise later, so that trying again is worth it."""
        return self.reason in ("unknown_host", "unreachable", "timeout", "broken")
