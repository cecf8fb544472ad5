"""Creators and contributors: persons or organisations, their identifiers and affiliations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from muniment.api import KnownTerms
from muniment_importers.values import Losses, is_unknown

# Words that no family name stands for, in the languages that the test data show.
_INSTITUTION = re.compile(
    r"\b(universi\w+|institut\w*|department|dept|faculty|school|college|laborator\w+|centre|center|zentrum|library|"
    r"bibliothe\w+|museum|society|gesellschaft|verein|foundation|stiftung|council|committee|commission|ministry|agency|"
    r"association|consortium|collaboration|project|team|group|network|survey|office|bureau|inc|ltd|gmbh|corp|"
    r"hochschule\w*|volkshochschule\w*|academy|akademie|observatory|hospital|service|repository)\b",
    re.IGNORECASE,
)
_KINDS = {
    "personal": "personal",
    "person": "personal",
    "organizational": "organizational",
    "organization": "organizational",
}


@dataclass(frozen=True)
class Name:
    """A name as a source gives it; `kind` is its nameType, `""` where it gives none."""

    name: str
    family: str = ""
    given: str = ""
    kind: str = ""
    identifiers: tuple[dict[str, str], ...] = field(default=())


def person_or_org(source: Name, where: str, losses: Losses) -> dict[str, Any] | None:
    """The JSON of a person or organisation, or None for a name that is missing.

    A name that the source neither divides nor declares is kept whole as an organisation's, which changes
    nothing in it; `Family, Given` is divided, as DataCite defines that form for persons.
    """
    name = source.name or ", ".join(part for part in (source.family, source.given) if part)
    if not name:
        losses.add(where, "a name is missing; the entry is not kept")
        return None
    if is_unknown(name):
        losses.add(where, f"'{name}' is a code for unknown information; kept as it stands")
        return _organisation(name, ())
    if _is_person(source, name):
        return _person(source, name)
    if not _kind(source.kind):
        losses.add(
            where, "the source does not say whether this is a person; the name is kept whole, as an organisation's"
        )
    return _organisation(name, source.identifiers)


def affiliations(
    pairs: Iterable[tuple[str, str | None]], where: str, known: KnownTerms, losses: Losses
) -> list[dict[str, str]]:
    """The affiliations for pairs of name and ROR id, each once; linked by ROR where the repository knows the id."""
    found: list[dict[str, str]] = []
    for name, ror in pairs:
        if ror and known.has("affiliations", ror):
            entry = {"id": ror}
        elif name:
            entry = {"name": name}
            if ror:
                losses.add(where, "the ROR id of the affiliation is not known here; only its name is kept")
        else:
            if ror:
                losses.add(where, f"the affiliation {ror} has no name and is not known here; not kept")
            continue
        if entry not in found:
            found.append(entry)
    return found


def _is_person(source: Name, name: str) -> bool:
    if declared := _kind(source.kind):
        return declared == "personal"
    schemes = {identifier["scheme"] for identifier in source.identifiers}
    if source.family or "orcid" in schemes:
        return True
    if "ror" in schemes or _INSTITUTION.search(name):
        return False
    return _divided(name) is not None


def _kind(value: str) -> str | None:
    return _KINDS.get(value.lower())


def _person(source: Name, name: str) -> dict[str, Any]:
    family, given = source.family, source.given
    if not family:
        # One comma divides; without one the whole name is the family name, as Zenodo does for such names.
        family, given = _divided(name) or (name, "")
    person: dict[str, Any] = {"type": "personal", "family_name": family}
    if given:
        person["given_name"] = given
    if source.identifiers:
        person["identifiers"] = _one_per_scheme(source.identifiers)
    return person


def _organisation(name: str, identifiers: Iterable[dict[str, str]]) -> dict[str, Any]:
    organisation: dict[str, Any] = {"type": "organizational", "name": name}
    if unique := _one_per_scheme(identifiers):
        organisation["identifiers"] = unique
    return organisation


def _divided(name: str) -> tuple[str, str] | None:
    parts = [part.strip(" ;") for part in name.split(",")]
    return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else None


def _one_per_scheme(identifiers: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return list({identifier["scheme"]: identifier for identifier in reversed(list(identifiers))}.values())[::-1]
