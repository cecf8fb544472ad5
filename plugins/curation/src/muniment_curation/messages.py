"""What the services say about what people do on pages: listed so that translators find it."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext, lazy_gettext

MESSAGES: Final = (
    lazy_gettext("No community is chosen for this draft."),
    lazy_gettext("The draft is under review; withdraw the request first."),
    lazy_gettext("The record is published already; ask the community to include it."),
    lazy_gettext(
        "A public record cannot be in a restricted community. Restrict the record, or choose another community."
    ),
    lazy_gettext("Only members of this community can submit to it."),
    lazy_gettext("The draft is gone: it was discarded or published meanwhile."),
    lazy_gettext("The draft was changed since you opened this page. Look at it again, then decide."),
    lazy_gettext("The community was deleted meanwhile."),
    lazy_gettext("You are no curator of this community any more."),
    lazy_gettext("The draft cannot be published as it is; ask for what is missing, or complete it yourself."),
    lazy_gettext("The record is in this community already."),
    lazy_gettext("The record was deleted meanwhile."),
    lazy_gettext("This draft is for a community: submit it for review there, or choose none."),
    lazy_gettext("The review has changed meanwhile; load the page again."),
)


def worded(message: str) -> str:
    """A message in the reader's language, where it is one of ours."""
    return str(gettext(message))
