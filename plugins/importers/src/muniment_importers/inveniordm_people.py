"""Creators, contributors and funding of InvenioRDM records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muniment_importers import identifiers
from muniment_importers.people import Name, affiliations, person_or_org
from muniment_importers.reading import Entry, Reading, unique, without_empty
from muniment_importers.values import line, mapping, mappings


def people(reading: Reading, field: str) -> list[Entry]:
    """Creators or contributors; identifiers that their schemes refuse are left out one by one."""
    found = []
    for number, item in mappings(reading.source.get(field)):
        where = f"metadata.{field}.{number}"
        person = person_or_org(_name(mapping(item.get("person_or_org")), where, reading), where, reading.losses)
        if person:
            entry = {
                "person_or_org": person,
                "affiliations": _affiliations(item, where, reading),
                "role": _role(item, where, reading, field),
            }
            found.append(without_empty(entry))
    return found


def funding(reading: Reading) -> list[Entry]:
    """Funders and awards, by id where this repository knows it, else in words."""
    found = []
    for number, item in mappings(reading.source.get("funding")):
        where = f"metadata.funding.{number}"
        funder = mapping(item.get("funder"))
        term, name = line(funder.get("id")), line(funder.get("name"))
        if term and reading.known.has("funders", term):
            entry: Entry = {"funder": {"id": term}}
        elif name:
            entry = {"funder": {"name": name}}
            if term:
                reading.losses.add(f"{where}.funder", "the funder is kept by name only")
        else:
            reading.losses.add(where, f"the funder '{term}' has no name and is not known here; the entry is not kept")
            continue
        found.append(without_empty({**entry, "award": _award(mapping(item.get("award")), reading)}))
    return unique(found)


def _name(source: Mapping[str, Any], where: str, reading: Reading) -> Name:
    found = []
    for number, item in mappings(source.get("identifiers")):
        value, scheme = line(item.get("identifier")), line(item.get("scheme"))
        place = f"{where}.person_or_org.identifiers.{number}"
        if value and (identifier := identifiers.person_or_org(value, scheme, place, reading.losses)):
            found.append(identifier)
    return Name(
        name=line(source.get("name")),
        family=line(source.get("family_name")),
        given=line(source.get("given_name")),
        kind=line(source.get("type")),
        identifiers=tuple(found),
    )


def _affiliations(item: Mapping[str, Any], where: str, reading: Reading) -> list[dict[str, str]]:
    pairs = []
    for _, affiliation in mappings(item.get("affiliations")):
        candidates = [line(affiliation.get("id"))]
        candidates += [
            line(identifier.get("identifier"))
            for _, identifier in mappings(affiliation.get("identifiers"))
            if line(identifier.get("scheme")) == "ror"
        ]
        pairs.append((line(affiliation.get("name")), next((found for found in candidates if found), None)))
    return affiliations(pairs, f"{where}.affiliations", reading.known, reading.losses)


def _role(item: Mapping[str, Any], where: str, reading: Reading, field: str) -> Entry | None:
    role = line(mapping(item.get("role")).get("id"))
    if role and reading.known.has(f"{field}roles", role):
        return {"id": role}
    if field == "creators" and not role:
        return None
    reason = f"the role '{role}' does not exist here" if role else "no role is given"
    reading.losses.add(f"{where}.role", f"{reason}; kept as 'other'")
    return {"id": "other"}


def _award(award: Mapping[str, Any], reading: Reading) -> Entry:
    term = line(award.get("id"))
    if term and reading.known.has("awards", term):
        return {"id": term}
    titles = {str(code): words for code, value in mapping(award.get("title")).items() if (words := line(value))}
    found = [
        without_empty({"scheme": line(item.get("scheme")), "identifier": line(item.get("identifier"))})
        for _, item in mappings(award.get("identifiers"))
        if line(item.get("identifier"))
    ]
    return without_empty({"title": titles, "number": line(award.get("number")), "identifiers": found})
