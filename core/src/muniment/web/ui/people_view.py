"""Creators, contributors and their affiliations as a record page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from muniment.web.ui.identifier_links import IdentifierView, identifier_view
from muniment.web.ui.wording import term_title

#: So many names stand on the page; the rest is folded.
SHOWN_NAMES = 15

Identifier = tuple[str, str]
"""Scheme and value."""


@dataclass(frozen=True)
class AffiliationView:
    """An organisation; `number` is the one that stands beside the names of its people."""

    number: int
    name: str
    ror: str = ""


@dataclass(frozen=True)
class PersonView:
    """A person or an organisation in the order of the record. `name` reads given name first, as on a title page;
    `works_query` finds all that is by somebody of this name. `orcid_proved` says that the owner of the iD said so."""

    name: str
    organisation: bool
    orcid: str
    ror: str
    identifiers: tuple[IdentifierView, ...]
    affiliations: tuple[int, ...]
    role: str
    works_query: str = ""
    orcid_proved: bool = False


@dataclass(frozen=True)
class PeopleView:
    """A list of names with the affiliations they share, each numbered at its first use."""

    people: tuple[PersonView, ...] = ()
    affiliations: tuple[AffiliationView, ...] = ()

    @property
    def shown(self) -> tuple[PersonView, ...]:
        return self.people if len(self.people) <= SHOWN_NAMES + 2 else self.people[:SHOWN_NAMES]

    @property
    def folded(self) -> tuple[PersonView, ...]:
        return self.people[len(self.shown) :]

    def __bool__(self) -> bool:
        return bool(self.people)


def people_view(entries: object, locale: str, proved: Set[Identifier] = frozenset()) -> PeopleView:
    """Creators or contributors of the public JSON; what is no such entry is left out. `proved` are the identifiers
    whose owners proved them, see `proved_identifiers`."""
    affiliations: dict[tuple[str, str], AffiliationView] = {}
    people = []
    for entry in _mappings(entries):
        person = entry.get("person_or_org")
        if not isinstance(person, Mapping):
            continue
        numbers = _numbered(entry.get("affiliations"), affiliations)
        people.append(_person(person, numbers, term_title(entry.get("role"), locale), proved))
    return PeopleView(tuple(people), tuple(affiliations.values()))


def proved_identifiers(data: Mapping[str, Any]) -> frozenset[Identifier]:
    """What plugins know to belong to who is said to have it: each may list `verified_identifiers` in its part of a
    record's ``ext``."""
    parts = data.get("ext")
    return frozenset(
        (str(item.get("scheme")), str(item.get("identifier")))
        for part in (parts.values() if isinstance(parts, Mapping) else ())
        if isinstance(part, Mapping)
        for item in _mappings(part.get("verified_identifiers"))
    )


def by_role(people: PeopleView) -> tuple[tuple[str, tuple[PersonView, ...]], ...]:
    """Contributors grouped by role, in the order in which the roles first appear."""
    groups: dict[str, list[PersonView]] = {}
    for person in people.people:
        groups.setdefault(person.role, []).append(person)
    return tuple((role, tuple(members)) for role, members in groups.items())


def _person(person: Mapping[str, Any], affiliations: tuple[int, ...], role: str, proved: Set[Identifier]) -> PersonView:
    identifiers = [
        identifier_view(item.get("identifier"), item.get("scheme")) for item in _mappings(person.get("identifiers"))
    ]
    by_scheme = {item.scheme: item.href for item in reversed(identifiers)}
    return PersonView(
        name=reading_name(person),
        organisation=person.get("type") == "organizational",
        orcid=by_scheme.get("orcid", ""),
        ror=by_scheme.get("ror", ""),
        identifiers=tuple(item for item in identifiers if item.scheme not in ("orcid", "ror")),
        affiliations=affiliations,
        role=role,
        works_query=_works_query(str(person.get("name") or reading_name(person))),
        orcid_proved=any(
            ("orcid", str(item.get("identifier"))) in proved
            for item in _mappings(person.get("identifiers"))
            if item.get("scheme") == "orcid"
        ),
    )


def _works_query(name: str) -> str:
    """The name as a phrase in the query language."""
    phrase = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'creators:"{phrase}"' if phrase.strip() else ""


def reading_name(person: Mapping[str, Any]) -> str:
    """ "Ada Lovelace"; family name first where it is written in Chinese, Japanese or Korean characters."""
    family, given = str(person.get("family_name") or ""), str(person.get("given_name") or "")
    if person.get("type") == "organizational" or not family:
        return str(person.get("name") or given)
    if not given:
        return family
    return f"{family}{given}" if is_cjk(family) and is_cjk(given) else f"{given} {family}"


def is_cjk(text: str) -> bool:
    """Whether all letters are Chinese, Japanese or Korean."""
    letters = [ord(letter) for letter in text if letter.isalpha()]
    return bool(letters) and all(
        0x2E80 <= code <= 0xD7FF or 0xF900 <= code <= 0xFAFF or code >= 0x20000 for code in letters
    )


def _numbered(entries: object, known: dict[tuple[str, str], AffiliationView]) -> tuple[int, ...]:
    numbers = []
    for entry in _mappings(entries):
        name, ror = str(entry.get("name") or entry.get("id") or ""), _ror_of(entry)
        if not name:
            continue
        found = known.setdefault((name, ror), AffiliationView(len(known) + 1, name, ror))
        numbers.append(found.number)
    return tuple(dict.fromkeys(numbers))


def _ror_of(affiliation: Mapping[str, Any]) -> str:
    for item in _mappings(affiliation.get("identifiers")):
        if item.get("scheme") == "ror":
            return identifier_view(item.get("identifier"), "ror").href
    identifier = str(affiliation.get("id") or "")
    return identifier_view(identifier, "ror").href if identifier.startswith("0") and len(identifier) == 9 else ""


def _mappings(entries: object) -> Sequence[Mapping[str, Any]]:
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        return []
    return [entry for entry in entries if isinstance(entry, Mapping)]
