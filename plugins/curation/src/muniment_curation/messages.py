"""What the services say about what people do on pages: listed so that translators find it."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext, lazy_gettext

MESSAGES: Final = (
    # What checks find; `Finding` looks it up.
    lazy_gettext("Describe it: the community asks for a description."),
    lazy_gettext("Choose a licence: the community asks for one."),
    lazy_gettext("Name keywords: the community asks for them."),
    lazy_gettext("Name its language: the community asks for it."),
    lazy_gettext("Say which version it is: the community asks for it."),
    lazy_gettext("Name the publisher: the community asks for it."),
    lazy_gettext("Name who contributed: the community asks for it."),
    lazy_gettext("Say who paid for it: the community asks for it."),
    lazy_gettext("Add a date: the community asks for more than that of publication."),
    lazy_gettext("Name related works: the community asks for them."),
    lazy_gettext("List what it cites: the community asks for it."),
    lazy_gettext("Add its other identifiers: the community asks for them."),
    lazy_gettext("Say where it was made: the community asks for it."),
    lazy_gettext("Choose a licence that this community takes: %(licences)s."),
    lazy_gettext("The licence %(name)s is none that this community takes: %(licences)s."),
    lazy_gettext("The file %(name)s has no format that this community takes: %(formats)s."),
    lazy_gettext("And %(count)s more files."),
    lazy_gettext("%(name)s has no ORCID iD here."),
    lazy_gettext("%(name)s has no ROR here."),
    lazy_gettext("Is %(name)s the organization with ROR %(ror)s? Choose it from the suggestions."),
    lazy_gettext("%(address)s answers with an error (%(status)s)."),
    lazy_gettext("%(address)s is not a web address that can be asked."),
    lazy_gettext("%(address)s leads into a private network, where nobody else gets."),
    lazy_gettext("%(address)s names a server that there is not."),
    lazy_gettext("%(address)s cannot be reached."),
    lazy_gettext("%(address)s does not answer in time."),
    lazy_gettext("The certificate of %(address)s is not valid."),
    lazy_gettext("%(address)s sends on to other addresses without end."),
    lazy_gettext("%(address)s does not answer as a page does."),
    lazy_gettext("Name at least one, or switch the check off."),
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
