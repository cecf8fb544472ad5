"""Creators, contributors and funders in DataCite's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from muniment_datacite import terms
from muniment_datacite.values import identifier_of, in_english, unique


def creators(metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_person(entry) for entry in metadata.get("creators", [])]


def contributors(metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            **_person(entry),
            "contributorType": terms.listed("contributorType").get(identifier_of(entry.get("role")), "Other"),
        }
        for entry in metadata.get("contributors", [])
    ]


def _person(entry: Mapping[str, Any]) -> dict[str, Any]:
    who = entry["person_or_org"]
    person: dict[str, Any] = {
        "name": who["name"],
        "nameType": "Personal" if who["type"] == "personal" else "Organizational",
    }
    if who.get("given_name"):
        person["givenName"] = who["given_name"]
    if who.get("family_name"):
        person["familyName"] = who["family_name"]
    identifiers = unique([_name_identifier(item) for item in who.get("identifiers", [])])
    affiliations = unique([_affiliation(item) for item in entry.get("affiliations", []) if item.get("name")])
    if identifiers:
        person["nameIdentifiers"] = identifiers
    if affiliations:
        person["affiliation"] = affiliations
    return person


def _name_identifier(item: Mapping[str, Any]) -> dict[str, str]:
    scheme = item["scheme"]
    name, address = terms.NAME_SCHEMES.get(scheme, (scheme.upper(), ""))
    found = {"nameIdentifier": item["identifier"], "nameIdentifierScheme": name}
    return {**found, "schemeUri": address} if address else found


def _affiliation(item: Mapping[str, Any]) -> dict[str, str]:
    found = {"name": item["name"]}
    ror = _ror(item)
    if ror:
        found |= {"affiliationIdentifier": f"https://ror.org/{ror}", "affiliationIdentifierScheme": "ROR"}
    return found


def _ror(item: Mapping[str, Any]) -> str:
    """The ROR id of an organisation: its id in the vocabulary, or among its identifiers."""
    for entry in item.get("identifiers") or []:
        if entry.get("scheme") == "ror":
            return str(entry["identifier"]).rpartition("/")[2]
    identifier = str(item.get("id") or "")
    return identifier if len(identifier) == 9 and identifier.startswith("0") else ""


def funding(metadata: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    for entry in metadata.get("funding", []):
        funder = entry.get("funder") or {}
        if funder.get("name"):
            yield {**_funder(funder), **_award(entry.get("award") or {})}


def _funder(funder: Mapping[str, Any]) -> dict[str, str]:
    found = {"funderName": str(funder["name"])}
    ror = _ror(funder)
    if ror:
        return found | {"funderIdentifier": f"https://ror.org/{ror}", "funderIdentifierType": "ROR"}
    for item in funder.get("identifiers") or []:
        kind = terms.FUNDER_SCHEMES.get(item.get("scheme"))
        if kind:
            return found | {"funderIdentifier": item["identifier"], "funderIdentifierType": kind}
    return found


def _award(award: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    if award.get("number"):
        found["awardNumber"] = str(award["number"])
        for item in award.get("identifiers") or []:
            if item.get("scheme") in ("url", "doi"):
                at = "https://doi.org/" if item["scheme"] == "doi" else ""
                found["awardUri"] = at + item["identifier"]
                break
    title = in_english(award.get("title", {}))
    if title:
        found["awardTitle"] = title
    return found
