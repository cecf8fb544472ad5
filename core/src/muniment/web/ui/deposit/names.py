"""Names of people as they are pasted from the head of an article: one a line, or with semicolons between them."""

from __future__ import annotations

import re
from typing import Any, Final

from muniment.identifiers.check_digits import bare_orcid
from muniment.web.ui.deposit.values import split_list

_ORCID = re.compile(
    r"(?:https?://)?(?:www\.)?(?:orcid\.org/|orcid:\s*)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?", re.IGNORECASE
)
_AND = re.compile(r"\s+(?:and|und|et|y|&)\s+", re.IGNORECASE)
#: Marks of affiliations and of corresponding authors behind a name.
_MARKS = re.compile(r"[\s,]*[\d*†‡§¶#ᵃ-ᶻ⁰¹²³⁴-⁹]+(?:\s*,\s*[\d*†‡§¶#]+)*\s*$")
_BRACKETS = re.compile(r"[(\[<{]\s*[)\]>}]")

#: Small words that belong to the family name behind them.
_PARTICLES_TEXT: Final = """
    af al ap auf bin da dal de dei del della den der des di do dos du el ibn la le san st te ten ter van vom von zu zum
    zur
"""
_PARTICLES: Final = frozenset(_PARTICLES_TEXT.split())
#: Words by which organisations are told from people.
_ORGANISATIONS = re.compile(
    r"\b(?:universi|institut|academ|akademie|agency|authority|bureau|center|centre|college|collaboration|committee|"
    r"consortium|company|council|department|foundation|gmbh|group|hospital|inc\b|initiative|laborator|library|ltd\b|"
    r"ministry|museum|network|office|organi[sz]ation|project|school|service|society|team|verein|zentrum)",
    re.IGNORECASE,
)


def parse_names(text: str) -> list[dict[str, Any]]:
    """Creators for a pasted list of names; "Family, Given" and "Given Family" are understood, and ORCID iDs."""
    return [found for entry in _entries(text) if (found := _creator(entry))]


def _entries(text: str) -> list[str]:
    if re.search(r"[\n;\t]", text.strip()):
        return split_list(text)
    parts = _AND.split(text)
    if len(parts) > 1 or _lists_given_names_first(text):
        return [piece for part in parts for piece in (part.split(",") if _lists_given_names_first(part) else [part])]
    return [text]


def _lists_given_names_first(text: str) -> bool:
    """Whether commas separate names: each piece has several words then, while "Curie, Marie" is one name."""
    pieces = [piece.split() for piece in _ORCID.sub("", text).split(",") if piece.strip()]
    return len(pieces) > 1 and all(len(words) > 1 for words in pieces)


def _creator(entry: str) -> dict[str, Any] | None:
    orcid = next((code for match in _ORCID.finditer(entry) if (code := bare_orcid(match[1]))), None)
    name = _BRACKETS.sub("", _ORCID.sub("", entry))
    name = _MARKS.sub("", _AND.sub(" ", f" {name} ") if _AND.match(f" {name}") else name)
    name = " ".join(name.strip(" ,;()[]<>").split())
    if not name:
        return None
    agent = _agent(name)
    if orcid:
        agent["identifiers"] = [{"scheme": "orcid", "identifier": orcid}]
    return {"person_or_org": agent}


def _agent(name: str) -> dict[str, Any]:
    if _ORGANISATIONS.search(name) and not re.fullmatch(r"[^,]+,\s*\S+", name):
        return {"type": "organizational", "name": name}
    family, comma, given = (part.strip() for part in name.partition(","))
    if not comma:
        family, given = _split_name(name)
    agent = {"type": "personal", "family_name": family, "given_name": given}
    return {key: value for key, value in agent.items() if value}


def _split_name(name: str) -> tuple[str, str]:
    """Family name and given names: the last word and the small words before it are the family name."""
    words = name.split()
    start = len(words) - 1
    while start > 1 and words[start - 1].lower().strip(".'’") in _PARTICLES:
        start -= 1
    return " ".join(words[start:]), " ".join(words[:start])
