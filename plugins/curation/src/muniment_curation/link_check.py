"""Whether the links of a record lead somewhere; asked by the worker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from flask_babel import lazy_gettext as _

from muniment.api import OutgoingFailed, OutgoingLimits
from muniment_curation.checks import CheckSubject, CurationCheck, Finding

LIMITS: Final = OutgoingLimits(connecting=5, waiting=10, longest=15, redirects=5)
#: More links than these are not asked.
MOST: Final = 50
#: Answers that say that there is something, which does not want to be asked by programs or strangers.
_THERE: Final = frozenset({401, 402, 403, 405, 406, 407, 429, 451})
_HREF: Final = re.compile(r'href="(https?://[^"\s<>]{1,2000})"', re.IGNORECASE)


def links(subject: CheckSubject) -> list[tuple[str, str]]:
    """The web addresses in the description and among related works, each once, with the field that it is in."""
    found: dict[str, str] = {}
    for address in _HREF.findall(str(subject.metadata.get("description") or "")):
        found.setdefault(address.replace("&amp;", "&"), "metadata.description")
    for name in ("identifiers", "related_identifiers"):
        for place, entry in subject.entries(name):
            address = str(entry.get("identifier", ""))
            if entry.get("scheme") == "url" and address.startswith(("http://", "https://")):
                found.setdefault(address, f"metadata.{name}.{place}")
    return list(found.items())[:MOST]


def _run(subject: CheckSubject) -> Iterator[Finding]:
    for address, field in links(subject):
        finding = _asked(subject, address, field)
        if finding is not None:
            yield finding


def _asked(subject: CheckSubject, address: str, field: str) -> Finding | None:
    values: Mapping[str, object] = {"address": address}
    client = subject.repository.outgoing
    try:
        answer = client.request("HEAD", address, limits=LIMITS)
        if answer.status >= 400 and answer.status not in (404, 410):  # many do not know HEAD
            answer = client.request("GET", address, limits=LIMITS, reads=False)
    except OutgoingFailed as failed:
        return Finding(_WORDS[failed.reason], field, values)
    if answer.status < 400 or answer.status in _THERE:
        return None
    return Finding("%(address)s answers with an error (%(status)s).", field, {**values, "status": answer.status})


_WORDS: Final = {
    "address": "%(address)s is not a web address that can be asked.",
    "forbidden": "%(address)s leads into a private network, where nobody else gets.",
    "unknown_host": "%(address)s names a server that there is not.",
    "unreachable": "%(address)s cannot be reached.",
    "timeout": "%(address)s does not answer in time.",
    "certificate": "The certificate of %(address)s is not valid.",
    "redirects": "%(address)s sends on to other addresses without end.",
    "too_large": "%(address)s does not answer as a page does.",
    "broken": "%(address)s does not answer as a page does.",
}

LINKS: Final = CurationCheck(
    "curation-links",
    _("Links"),
    _("The links in the description and to related works lead somewhere. They are asked in the background."),
    _run,
    background=True,
    looks_at=links,
    order=40,
)
