"""DataCite metadata (kernel 4.5, the JSON of its REST API) from the JSON of a record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from muniment.api import Repository, strip_html
from muniment_datacite import terms

SCHEMA_VERSION = "http://datacite.org/schema/kernel-4"
_YEAR = re.compile(r"\d{4}")


def attributes(repository: Repository, record: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata of a published record; fields that it does not have are left out."""
    metadata = record["metadata"]
    found: dict[str, Any] = {
        "creators": [_person(entry) for entry in metadata.get("creators", [])],
        "titles": _titles(metadata),
        "publisher": {"name": metadata.get("publisher") or repository.config.site.name},
        "publicationYear": _YEAR.findall(metadata["publication_date"])[0],
        "types": _types(repository, metadata),
        "schemaVersion": SCHEMA_VERSION,
        "subjects": [{"subject": entry["subject"]} for entry in metadata.get("subjects", []) if entry.get("subject")],
        "contributors": [_contributor(entry) for entry in metadata.get("contributors", [])],
        "dates": _dates(metadata),
        "alternateIdentifiers": [
            {"alternateIdentifier": entry["identifier"], "alternateIdentifierType": entry.get("scheme", "other")}
            for entry in metadata.get("identifiers", [])
        ],
        "relatedIdentifiers": list(_related(metadata)),
        "sizes": metadata.get("sizes", []),
        "formats": metadata.get("formats", []),
        "rightsList": [_rights(entry) for entry in metadata.get("rights", [])],
        "descriptions": list(_descriptions(metadata)),
        "fundingReferences": [_funding(entry) for entry in metadata.get("funding", []) if _funding(entry)],
    }
    if metadata.get("version"):
        found["version"] = metadata["version"]
    if metadata.get("languages"):
        found["language"] = metadata["languages"][0]["id"]
    return {key: _unique(value) if isinstance(value, list) else value for key, value in found.items() if value}


def relation(doi: str, kind: str) -> dict[str, str]:
    """A related identifier that ties a version to its concept, or the concept to a version."""
    return {"relatedIdentifier": doi, "relatedIdentifierType": "DOI", "relationType": kind}


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
    identifiers = [
        {
            "nameIdentifier": item["identifier"],
            "nameIdentifierScheme": terms.NAME_SCHEMES.get(item["scheme"], item["scheme"].upper()),
        }
        for item in who.get("identifiers", [])
    ]
    affiliations = [{"name": item["name"]} for item in entry.get("affiliations", []) if item.get("name")]
    if identifiers:
        person["nameIdentifiers"] = _unique(identifiers)
    if affiliations:
        person["affiliation"] = _unique(affiliations)
    return person


def _contributor(entry: Mapping[str, Any]) -> dict[str, Any]:
    role = entry.get("role", {}).get("id", "other")
    return {**_person(entry), "contributorType": terms.CONTRIBUTOR_TYPES.get(role, "Other")}


def _titles(metadata: Mapping[str, Any]) -> list[dict[str, str]]:
    titles = [{"title": strip_html(metadata["title"])}]
    for entry in metadata.get("additional_titles", []):
        kind = terms.TITLE_TYPES.get(entry.get("type", {}).get("id"), "Other")
        titles.append({"title": strip_html(entry["title"]), "titleType": kind})
    return titles


def _types(repository: Repository, metadata: Mapping[str, Any]) -> dict[str, str]:
    term = repository.vocabularies.get("resourcetypes", metadata["resource_type"]["id"])
    types = {"resourceTypeGeneral": terms.general_type(str(term.props.get("datacite_general") or "Other"))}
    specific = term.props.get("datacite_type")
    if specific:
        types["resourceType"] = str(specific)
    return types


def _dates(metadata: Mapping[str, Any]) -> list[dict[str, str]]:
    dates = [{"date": metadata["publication_date"], "dateType": "Issued"}]
    for entry in metadata.get("dates", []):
        date = {"date": entry["date"], "dateType": terms.DATE_TYPES.get(entry.get("type", {}).get("id"), "Other")}
        if entry.get("description"):
            date["dateInformation"] = entry["description"]
        dates.append(date)
    return dates


def _related(metadata: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    for entry in metadata.get("related_identifiers", []):
        scheme = terms.IDENTIFIER_TYPES.get(entry.get("scheme"))
        kind = terms.RELATION_TYPES.get(entry.get("relation_type", {}).get("id"))
        if scheme and kind:
            yield {
                "relatedIdentifier": entry["identifier"],
                "relatedIdentifierType": scheme,
                "relationType": kind,
            }


def _rights(entry: Mapping[str, Any]) -> dict[str, str]:
    rights = {"rights": _in_english(entry.get("title", {})) or entry.get("id", "")}
    address = entry.get("props", {}).get("url") or entry.get("link")
    if address:
        rights["rightsUri"] = address
    if entry.get("id"):
        rights["rightsIdentifier"] = entry["id"]
        if entry.get("props", {}).get("scheme") == "spdx":
            rights["rightsIdentifierScheme"] = "SPDX"
    return rights


def _descriptions(metadata: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    if metadata.get("description"):
        yield {"description": strip_html(metadata["description"]), "descriptionType": "Abstract"}
    for entry in metadata.get("additional_descriptions", []):
        kind = terms.DESCRIPTION_TYPES.get(entry.get("type", {}).get("id"), "Other")
        yield {"description": strip_html(entry["description"]), "descriptionType": kind}


def _funding(entry: Mapping[str, Any]) -> dict[str, str]:
    name = entry.get("funder", {}).get("name")
    if not name:
        return {}
    award = entry.get("award", {})
    funding = {"funderName": name}
    if award.get("number"):
        funding["awardNumber"] = award["number"]
    title = _in_english(award.get("title", {}))
    if title:
        funding["awardTitle"] = title
    return funding


def _in_english(title: Any) -> str:
    if not isinstance(title, Mapping):
        return str(title or "")
    return str(title.get("en") or next(iter(title.values()), ""))


def _unique(values: list[Any]) -> list[Any]:
    """The schema wants lists without repetition."""
    kept: list[Any] = []
    for value in values:
        if value not in kept:
            kept.append(value)
    return kept
