"""Finds the licence of a work by its SPDX id or address; what is no licence we know becomes a custom statement."""

from __future__ import annotations

import re
from typing import Any

from muniment.api import KnownTerms

_CREATIVE_COMMONS = re.compile(
    r"(?:https?://)?(?:www\.)?creativecommons\.org/licen[sc]es/"
    r"(by(?:-nc)?(?:-nd|-sa)?)/(\d\.\d)(?:/([a-z]{2,3}))?(?:/(?:legalcode|deed)?[\w.-]*)?/?(?:[?#].*)?",
    re.IGNORECASE,
)
_PUBLIC_DOMAIN = re.compile(
    r"(?:https?://)?(?:www\.)?creativecommons\.org/(?:licen[sc]es/)?(?:publicdomain/)?(zero|mark)/(1\.0)(?:/.*)?",
    re.IGNORECASE,
)
_SPDX = re.compile(
    r"(?:https?://)?(?:www\.)?(?:spdx\.org/licenses|opensource\.org/licenses?)/([\w.+-]+?)(?:\.html|\.json|\.php)?/?",
    re.IGNORECASE,
)
_ADDRESSES = {
    "apache.org/licenses/license-2.0": "apache-2.0",
    "gnu.org/licenses/gpl-3.0": "gpl-3.0-or-later",
    "gnu.org/licenses/agpl-3.0": "agpl-3.0-or-later",
    "gnu.org/licenses/lgpl-3.0": "lgpl-3.0-or-later",
    "gnu.org/licenses/old-licenses/gpl-2.0": "gpl-2.0-or-later",
    "mozilla.org/en-us/mpl/2.0": "mpl-2.0",
    "mozilla.org/mpl/2.0": "mpl-2.0",
    "opendatacommons.org/licenses/odbl/1.0": "odbl-1.0",
    "opendatacommons.org/licenses/by/1.0": "odc-by-1.0",
    "opendatacommons.org/licenses/pddl/1.0": "pddl-1.0",
    "eupl.eu/1.2": "eupl-1.2",
}
# Names that writers use as ids and that say more than nothing: the short names of Creative Commons.
_NAMED = re.compile(r"cc[ -]?(by(?:[ -]nc)?(?:[ -](?:nd|sa))?)[ -]?v?(\d)(?:\.(\d))?(?: international)?", re.IGNORECASE)
_ACCESS = re.compile(r"(?:info:eu-repo/semantics/)?(open|closed|embargoed|restricted)\s?access", re.IGNORECASE)


def access_statement(value: str) -> str | None:
    """`open`, `closed`, `embargoed` or `restricted` if a statement is about access and not a licence."""
    match = _ACCESS.fullmatch(value.strip())
    return match[1].lower() if match else None


def licence_id(known: KnownTerms, *candidates: str) -> str | None:
    """The first licence of this repository that an id, name or address among the candidates means."""
    for candidate in candidates:
        for found in _ids(candidate.strip()):
            if known.has("licenses", found):
                return found
    return None


def statement(title: str, link: str, language: str = "en") -> dict[str, Any]:
    """A custom statement of rights; its address is its title where it has no other."""
    found: dict[str, Any] = {"title": {language: title or link}}
    if link.lower().startswith(("http://", "https://")):
        found["link"] = link
    return found


def _ids(value: str) -> list[str]:
    """The licence ids that a text may mean, the most exact first."""
    if match := _CREATIVE_COMMONS.fullmatch(value):
        kind, version, port = match[1].lower(), match[2], (match[3] or "").lower()
        return [f"cc-{kind}-{version}-{port}"] if port else [f"cc-{kind}-{version}"]
    if match := _PUBLIC_DOMAIN.fullmatch(value):
        return ["cc0-1.0" if match[1].lower() == "zero" else "cc-pdm-1.0"]
    if match := _SPDX.fullmatch(value):
        return [match[1].lower()]
    if match := _NAMED.fullmatch(value):
        kind = re.sub("[ -]", "-", match[1].lower())
        return [f"cc-{kind}-{match[2]}.{match[3] or '0'}"]
    address = re.sub(r"^https?://(www\.)?|(\.html|\.txt|\.en\.html)?/?$", "", value.lower())
    return [_ADDRESSES[address]] if address in _ADDRESSES else [value.lower()]
