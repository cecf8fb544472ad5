"""DataCite metadata (kernel 4.6, the JSON of its REST API) from the JSON of a record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from muniment.api import Repository, strip_html, title_text
from muniment_datacite import kernel, people, terms, works
from muniment_datacite.values import identifier_of, unique

_YEAR = re.compile(r"\d{4}")


def attributes(repository: Repository, record: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata of a published record; fields that it does not have are left out."""
    metadata = record["metadata"]
    found: dict[str, Any] = {
        "creators": people.creators(metadata),
        "titles": _titles(repository, metadata),
        "publisher": {"name": metadata.get("publisher") or repository.config.site.name},
        "publicationYear": _year(record),
        "types": _types(repository, metadata),
        "schemaVersion": kernel.NAMESPACE,
        "subjects": list(_subjects(metadata)),
        "contributors": people.contributors(metadata),
        "dates": list(_dates(record)),
        "language": _language(repository, metadata.get("languages") or []),
        "alternateIdentifiers": works.alternate(metadata),
        "relatedIdentifiers": list(works.related(repository, metadata)),
        "sizes": metadata.get("sizes", []),
        "formats": metadata.get("formats", []),
        "version": metadata.get("version"),
        "rightsList": list(works.rights(record)),
        "descriptions": list(_descriptions(repository, metadata)),
        "geoLocations": list(works.places(metadata)),
        "fundingReferences": list(people.funding(metadata)),
    }
    return {key: unique(value) if isinstance(value, list) else value for key, value in found.items() if value}


def document(repository: Repository, record: Mapping[str, Any]) -> dict[str, Any]:
    """The whole document of a record or draft, with its DOI and that of all versions; without one its address."""
    found = attributes(repository, record)
    doi, concept = _identifier(record), _identifier(record.get("parent") or {})
    if concept:
        found["relatedIdentifiers"] = unique([*found.get("relatedIdentifiers", []), relation(concept, "IsVersionOf")])
    return {"doi": doi, **found} if doi else {**found, "url": record["links"]["self_html"]}


def relation(doi: str, kind: str) -> dict[str, str]:
    """A related identifier that ties a version to its concept, or the concept to a version."""
    return {"relatedIdentifier": doi, "relatedIdentifierType": "DOI", "relationType": kind}


def _identifier(record: Mapping[str, Any]) -> str:
    return str(((record.get("pids") or {}).get("doi") or {}).get("identifier") or "")


def _year(record: Mapping[str, Any]) -> str:
    """The year of publication; of a date without one, that in which the record was made."""
    stated = _YEAR.findall(str(record["metadata"].get("publication_date") or ""))
    return stated[0] if stated else str(record["created"])[:4]


def _titles(repository: Repository, metadata: Mapping[str, Any]) -> list[dict[str, str]]:
    titles = [{"title": title_text(metadata["title"])}]
    for entry in metadata.get("additional_titles", []):
        kind = terms.TITLE_TYPES.get(identifier_of(entry.get("type")), "Other")
        title = {"title": title_text(entry["title"]), "titleType": kind}
        titles.append(_with_language(repository, title, entry))
    return [title for title in titles if title["title"]]


def _types(repository: Repository, metadata: Mapping[str, Any]) -> dict[str, str]:
    term = repository.vocabularies.get("resourcetypes", metadata["resource_type"]["id"])
    types = {"resourceTypeGeneral": terms.general_type(str(term.props.get("datacite_general") or "Other"))}
    specific = term.props.get("datacite_type")
    if specific:
        types["resourceType"] = str(specific)
    return types


def _subjects(metadata: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    for entry in metadata.get("subjects", []):
        if not entry.get("subject"):
            continue
        subject = {"subject": entry["subject"]}
        if entry.get("scheme"):
            subject["subjectScheme"] = str(entry["scheme"])
        if str(entry.get("id") or "").startswith(("http://", "https://")):
            subject["valueUri"] = str(entry["id"])
        yield subject


def _dates(record: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    metadata = record["metadata"]
    if metadata.get("publication_date"):
        yield {"date": metadata["publication_date"], "dateType": "Issued"}
    for entry in metadata.get("dates", []):
        kind = terms.listed("dateType").get(identifier_of(entry.get("type")), "Other")
        date = {"date": entry["date"], "dateType": kind}
        if entry.get("description"):
            date["dateInformation"] = entry["description"]
        yield date
    until = ((record.get("access") or {}).get("embargo") or {}).get("until")
    if until:
        yield {"date": until, "dateType": "Available"}


def _descriptions(repository: Repository, metadata: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    abstract = strip_html(metadata.get("description") or "")
    if abstract:
        yield {"description": abstract, "descriptionType": "Abstract"}
    for entry in metadata.get("additional_descriptions", []):
        kind = terms.DESCRIPTION_TYPES.get(identifier_of(entry.get("type")), "Other")
        text = strip_html(entry.get("description") or "")
        if text:
            yield _with_language(repository, {"description": text, "descriptionType": kind}, entry)


def _with_language(repository: Repository, found: dict[str, str], entry: Mapping[str, Any]) -> dict[str, str]:
    language = _language(repository, [entry["lang"]]) if entry.get("lang") else ""
    return {**found, "lang": language} if language else found


def _language(repository: Repository, languages: list[Mapping[str, Any]]) -> str:
    """The first language as DataCite wants it: the code of two letters, where the language has one."""
    if not languages:
        return ""
    pair = ("languages", str(languages[0]["id"]))
    term = repository.vocabularies.resolve([pair]).get(pair)
    return str((term.props.get("alpha_2") if term else "") or pair[1])
