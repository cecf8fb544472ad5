"""Creators, contributors and funders of DataCite documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muniment_importers import identifiers
from muniment_importers.people import Name, affiliations, person_or_org
from muniment_importers.reading import Entry, Reading, unique, without_empty
from muniment_importers.values import inner_text, line, listed, mapping, mappings

_FUNDER = "funder"


def people(reading: Reading) -> Entry:
    """`creators`, `contributors` and `funding`; contributors of kernel 3's type Funder are funders today."""
    return {
        "creators": _creatibutors(reading, "creators"),
        "contributors": _creatibutors(reading, "contributors"),
        "funding": unique([*_funding_references(reading), *_funding_contributors(reading)]),
    }


def _creatibutors(reading: Reading, field: str) -> list[Entry]:
    found = []
    for number, item in enumerate(listed(reading.source.get(field))):
        source = item if isinstance(item, Mapping) else {"name": item}
        if _is_funder(source):
            continue
        where = f"{field}.{number}"
        person = person_or_org(_name(source, where, reading), where, reading.losses)
        if person:
            entry = {"person_or_org": person, "affiliations": _affiliations(source, where, reading)}
            if field == "contributors":
                entry["role"] = {"id": _role(source, where, reading)}
            found.append(without_empty(entry))
    return found


def _is_funder(source: Mapping[str, Any]) -> bool:
    return line(source.get("contributorType")).lower() == _FUNDER


def _name(source: Mapping[str, Any], where: str, reading: Reading) -> Name:
    found = [
        identifier
        for number, item in mappings(source.get("nameIdentifiers"))
        if (identifier := _name_identifier(item, f"{where}.nameIdentifiers.{number}", reading))
    ]
    return Name(
        name=inner_text(source.get("name"), "name"),
        family=line(source.get("familyName")),
        given=line(source.get("givenName")),
        kind=line(source.get("nameType")) or _schema_org_type(source),
        identifiers=tuple(found),
    )


def _schema_org_type(source: Mapping[str, Any]) -> str:
    kind = line(source.get("type"))
    return kind if kind in ("Person", "Organization") else ""


def _name_identifier(item: Mapping[str, Any], where: str, reading: Reading) -> dict[str, str] | None:
    value = line(item.get("nameIdentifier"))
    if not value:
        return None
    scheme = line(item.get("nameIdentifierScheme")) or line(item.get("schemeUri"))
    return identifiers.person_or_org(value, scheme, where, reading.losses)


def _affiliations(source: Mapping[str, Any], where: str, reading: Reading) -> list[dict[str, str]]:
    pairs = []
    for item in listed(source.get("affiliation")):
        named = mapping(item)
        identifier = line(named.get("affiliationIdentifier"))
        ror = identifiers.ror(identifier, line(named.get("affiliationIdentifierScheme")))
        pairs.append((inner_text(item, "name"), ror))
        if identifier and not ror:
            reading.losses.add(f"{where}.affiliation", "an affiliation identifier that is no ROR id is not kept")
    return affiliations(pairs, f"{where}.affiliation", reading.known, reading.losses)


def _role(source: Mapping[str, Any], where: str, reading: Reading) -> str:
    given = line(source.get("contributorType"))
    role = given.lower().replace(" ", "")
    if role and reading.known.has("contributorsroles", role):
        return role
    reason = f"the type '{given}' does not exist here" if given else "no contributorType is given"
    reading.losses.add(f"{where}.contributorType", f"{reason}; kept with the role 'other'")
    return "other"


def _funding_references(reading: Reading) -> list[Entry]:
    found = []
    for number, item in mappings(reading.source.get("fundingReferences")):
        where = f"fundingReferences.{number}"
        funder = _funder(item, where, reading)
        if funder:
            found.append(without_empty({"funder": funder, "award": _award(item)}))
    return found


def _funder(item: Mapping[str, Any], where: str, reading: Reading) -> Entry | None:
    name = line(item.get("funderName"))
    wrapped = mapping(item.get("funderIdentifier"))
    identifier = inner_text(item.get("funderIdentifier"), "funderIdentifier")
    scheme = line(item.get("funderIdentifierType")) or line(wrapped.get("funderIdentifierType"))
    ror = identifiers.ror(identifier, scheme)
    if ror and reading.known.has("funders", ror):
        return {"id": ror}
    if not name:
        reading.losses.add(where, "the funder has no name; the entry is not kept")
        return None
    if identifier:
        reading.losses.add(f"{where}.funderIdentifier", "the funder is kept by name only")
    return {"name": name}


def _award(item: Mapping[str, Any]) -> Entry:
    wrapped = mapping(item.get("awardNumber"))
    number = inner_text(item.get("awardNumber"), "awardNumber")
    address = line(item.get("awardUri")) or line(wrapped.get("awardUri"))
    title = line(item.get("awardTitle"))
    found: Entry = {"number": number, "title": {"en": title} if title else None}
    if doi := identifiers.doi(address):
        found["identifiers"] = [{"scheme": "doi", "identifier": doi}]
    elif address.startswith(("http://", "https://")) and identifiers.is_valid(address, "url"):
        found["identifiers"] = [{"scheme": "url", "identifier": address}]
    return without_empty(found)


def _funding_contributors(reading: Reading) -> list[Entry]:
    found = []
    for number, item in mappings(reading.source.get("contributors")):
        name = inner_text(item.get("name"), "name")
        if _is_funder(item) and name:
            found.append({"funder": {"name": name}})
            if listed(item.get("nameIdentifiers")):
                reading.losses.add(f"contributors.{number}", "the funder is kept by name only")
    return found
