"""The privacy notice in words, from what the parts of the software declare.

Declarations use short codes for purposes, sources and the ends of retention, as the table behind Zenodo's notice does;
a code that has no words here, as one of a plugin, is shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext, lazy_gettext

from muniment.privacy.registry import Category, Files, Index, Table
from muniment.web.ui.wording import _, _n

_RULE: Final = re.compile(r"(?P<event>[a-z_]+\.[a-z_]+)(?: \+ P(?P<count>\d+)(?P<unit>[DWMY]))?(?: for (?P<what>.+))?")

_PURPOSES: Final = {
    "identify": lazy_gettext("to tell who somebody is"),
    "provide_service": lazy_gettext("to provide the service"),
    "support": lazy_gettext("to help with problems"),
    "display_public": lazy_gettext("to show the profile to others, if its owner wants that"),
    "anti_spam": lazy_gettext("to prevent abuse"),
    "findable": lazy_gettext("to be found by others, if its owner wants that"),
    "communicate": lazy_gettext("to send messages about the account"),
    "adapt_ui": lazy_gettext("to show pages as somebody likes them"),
    "control_findability": lazy_gettext("to respect who may find somebody"),
    "control_display": lazy_gettext("to respect who may see what"),
    "rank_search": lazy_gettext("to order search results"),
    "grant_protected_features": lazy_gettext("to allow what not everybody may do"),
    "account_security": lazy_gettext("to protect the account"),
    "debugging": lazy_gettext("to find errors"),
    "remote_logout": lazy_gettext("to sign out other devices"),
    "rate_limit": lazy_gettext("to limit guessing of passwords"),
    "sign_up_sign_in": lazy_gettext("to sign in by another service"),
    "authenticate_api": lazy_gettext("to let programs act for somebody"),
    "manage_own_records": lazy_gettext("to manage one's own uploads"),
    "policy_compliance": lazy_gettext("to keep to the rules of the repository"),
    "make_findable_and_citable": lazy_gettext("to make research findable and citable"),
    "attribute_contributions": lazy_gettext("to give credit to those who contributed"),
    "security_audit": lazy_gettext("to find out what happened after an incident"),
    "answer_requests": lazy_gettext("to answer requests for one's data"),
}

_SOURCES: Final = {
    "user_input": lazy_gettext("entered by people"),
    "automatic": lazy_gettext("written down automatically"),
    "automatic_at_login": lazy_gettext("written down when somebody signs in"),
    "automatic_from_browser": lazy_gettext("sent by the browser"),
    "service": lazy_gettext("set by those who run the site"),
    "identity_provider": lazy_gettext("sent by the service that somebody signs in with"),
    "generated_on_request": lazy_gettext("made when somebody asks for it"),
    "import": lazy_gettext("imported from other repositories"),
}

_BASES: Final = {
    "legitimate_interest": lazy_gettext("legitimate interest"),
    "consent": lazy_gettext("consent"),
}

_READERS: Final = {
    "service_operators": lazy_gettext("those who run the site"),
}

#: Events that end the retention at once.
_UNTIL: Final = {
    "account.deleted": lazy_gettext("until the account is deleted"),
    "link.disconnected": lazy_gettext("until the other service is disconnected"),
    "token.deleted_by_user": lazy_gettext("until its owner revokes the token"),
}

#: Events after which time runs.
_AFTER: Final = {
    "link.expired": lazy_gettext("%(duration)s after the end of the link"),
    "session.last_activity": lazy_gettext("%(duration)s after the last activity"),
    "token.created": lazy_gettext("%(duration)s after the token was made"),
    "attempt.at": lazy_gettext("%(duration)s after the attempt"),
    "act.at": lazy_gettext("%(duration)s after the act"),
    "message.written": lazy_gettext("%(duration)s after the message was written"),
    "invitation.ended": lazy_gettext("%(duration)s after the end of the invitation"),
    "offer.ended": lazy_gettext("%(duration)s after the end of the offer"),
    "export.finished": lazy_gettext("%(duration)s after the copy was made"),
}

#: What a part of a rule is about, when it does not hold for all fields.
_PARTS: Final = {"links": lazy_gettext("links")}


@dataclass(frozen=True)
class CategoryView:
    """One kind of personal data as the notice tells it."""

    id: str
    label: str
    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    basis: str
    sources: tuple[str, ...]
    kept: tuple[str, ...]
    readers: tuple[str, ...]
    transfers: tuple[str, ...]
    at_the_end: str


def category_views(categories: Iterable[Category]) -> tuple[CategoryView, ...]:
    return tuple(_view(category) for category in categories)


def _view(category: Category) -> CategoryView:
    until = category.retention.until
    return CategoryView(
        id=category.id,
        label=gettext(category.label),
        fields=_texts(category.fields),
        purposes=_words(category.purposes, _PURPOSES),
        basis=_words([category.basis], _BASES)[0],
        sources=_words(category.source, _SOURCES),
        kept=tuple(retention(rule) for rule in until) or (_("for as long as the records exist"),),
        readers=_words(category.access, _READERS),
        transfers=_texts(category.transfers),
        at_the_end=_end(category),
    )


def retention(rule: str) -> str:
    """A rule of retention in words: ``session.last_activity + P30D`` is "30 days after the last activity"."""
    found = _RULE.fullmatch(rule)
    if found is None:
        return rule
    event = found["event"]
    if found["count"] is None:
        text = str(_UNTIL[event]) if event in _UNTIL else _("until: %(event)s", event=_plain(event))
    else:
        duration = _duration(int(found["count"]), found["unit"])
        if event in _AFTER:
            text = str(_AFTER[event]) % {"duration": duration}
        else:
            text = _("%(duration)s after: %(event)s", duration=duration, event=_plain(event))
    return f"{_PARTS.get(found['what'], found['what'])}: {text}" if found["what"] else text


def _duration(count: int, unit: str) -> str:
    if unit == "D":
        return _n("%(num)s day", "%(num)s days", count)
    if unit == "W":
        return _n("%(num)s week", "%(num)s weeks", count)
    if unit == "M":
        return _n("%(num)s month", "%(num)s months", count)
    return _n("%(num)s year", "%(num)s years", count)


def _end(category: Category) -> str:
    """What the end of an account does."""
    if category.erase == "delete":
        return _("deleted") if any(isinstance(store, Table | Files | Index) for store in category.stores) else ""
    if category.erase == "pseudonymise":
        return _("kept without a link to the person")
    return _("kept: %(reason)s", reason=gettext(category.erase.partition(":")[2]))


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(gettext(text) for text in texts)


def _words(codes: Iterable[str], known: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(str(known[code]) if code in known else _plain(code) for code in codes)


def _plain(code: str) -> str:
    return code.replace("_", " ").replace(".", " ")
