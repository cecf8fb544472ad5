"""schema.org as JSON-LD: what search engines for data read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import orjson

from muniment_exports.work import Agent, Grant, Licence, Named, Related, Work

CONTEXT = "https://schema.org"
#: Search engines ask for 50 to 5000 characters.
_SHORTEST, _LONGEST = 50, 5000
_RELATIONS = {
    "ispartof": "isPartOf", "haspart": "hasPart", "isderivedfrom": "isBasedOn", "isversionof": "exampleOfWork",
    "issupplementto": "isPartOf", "isidenticalto": "sameAs", "references": "citation", "cites": "citation",
    "isdocumentedby": "subjectOf", "isdescribedby": "subjectOf", "istranslationof": "translationOfWork",
    "hastranslation": "workTranslation", "ispublishedin": "isPartOf",
}  # fmt: skip

#: What has pages in schema.org.
_PAGED = frozenset({"Article", "ScholarlyArticle", "Report", "Chapter"})


def write(work: Work) -> bytes:
    return orjson.dumps(document(work))


def join(documents: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(documents) + b"]"


def document(work: Work) -> dict[str, Any]:
    """The record as a node with its context; what it does not have is left out."""
    return {"@context": CONTEXT, **node(work)}


def node(work: Work) -> dict[str, Any]:
    creators = [agent(person) for person in work.creators]
    kind = str(work.props.get("schema.org") or "").rpartition("/")[2] or "CreativeWork"
    found: dict[str, Any] = {
        "@id": work.address,
        "@type": kind,
        "additionalType": [work.kind_title, work.coar_type[0]] if work.kind_title else [work.coar_type[0]],
        "identifier": _identifiers(work),
        "url": work.page,
        "name": work.title,
        "alternateName": [text for _, text, _ in work.titles],
        "description": description(work),
        "creator": creators,
        "author": creators,
        "editor": [agent(person) for person in work.contributors if _is_editor(person)],
        "contributor": [agent(person) for person in work.contributors if not _is_editor(person)],
        "publisher": {"@type": "Organization", "name": work.publisher},
        "sdPublisher": {
            "@type": "Organization", "name": work.repository.config.site.name, "url": work.repository.config.site.url,
        },
        "datePublished": work.date.partition("/")[0],
        "dateCreated": _date_of(work, "created"),
        "dateModified": str(work.data.get("updated") or "")[:19] and f"{str(work.data['updated'])[:19]}Z",
        "temporalCoverage": [date for name, date, _ in work.dates if name in ("collected", "coverage")],
        "keywords": [_keyword(text, address) for text, address in work.subjects],
        "inLanguage": [work.language_code(code) for code in work.languages],
        "license": [_licence(item) for item in work.licences],
        "copyrightNotice": work.copyright,
        "version": work.version,
        "isAccessibleForFree": work.access == "open",
        "conditionsOfAccess": list(work.coar_access),
        "size": _size(work),
        "funding": [grant(item) for item in work.grants],
        "funder": [_organisation(item.funder) for item in work.grants if item.funder.name],
        "spatialCoverage": [place for place in map(_place, work.places) if len(place) > 1],
        "fileFormat": work.strings("formats"),
        **_relations(work),
        **_files(work, kind),
        **_appearance(work, kind),
    }  # fmt: skip
    _add_software(found, work, kind)
    return {key: value for key, value in found.items() if value not in ("", [], {}, None)}


def description(work: Work) -> str:
    """The description; one that is too short for search engines is told what it is of."""
    text = " ".join(part for part in (work.description, *(part for _, part, _ in work.descriptions)) if part)
    if len(text) < _SHORTEST:
        text = f"{text} {work.title}. {work.kind_title}, {work.publisher}, {work.date}. {work.address}".strip()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def agent(person: Agent) -> dict[str, Any]:
    """A Person or Organization with what identifies it and where it belongs."""
    found: dict[str, Any] = {"@type": "Person" if person.personal else "Organization", "name": person.name}
    if person.address:
        found["@id"] = person.address
    if len(person.identifiers) > 1:
        found["sameAs"] = [address for _, address in person.identifiers if address != person.address]
    if person.personal:
        found.update({key: text for key, text in (("givenName", person.given), ("familyName", person.family)) if text})
    if person.affiliations:
        where = "affiliation" if person.personal else "parentOrganization"
        found[where] = [_organisation(item) for item in person.affiliations]
    return found


def _is_editor(person: Agent) -> bool:
    return person.role == "editor" and person.personal


def grant(item: Grant) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "Grant", "identifier": item.number, "name": item.title, "url": item.address,
        "funder": _organisation(item.funder) if item.funder.name else None,
    }  # fmt: skip
    return {key: value for key, value in found.items() if value}


def _organisation(item: Named) -> dict[str, str]:
    found = {"@type": "Organization", "name": item.name}
    return {**found, "@id": item.address} if item.address else found


def _licence(item: Licence) -> str | dict[str, str]:
    if item.address:
        return item.address
    return {"@type": "CreativeWork", "name": item.title}


def _keyword(text: str, address: str) -> str | dict[str, str]:
    return {"@type": "DefinedTerm", "name": text, "url": address} if address else text


def _identifiers(work: Work) -> list[Any]:
    found: list[Any] = [work.address]
    found += [
        address or {"@type": "PropertyValue", "propertyID": scheme, "value": value}
        for scheme, value, address in work.identifiers
    ]
    found += [work.url("doi", work.concept_doi)] if work.concept_doi else []
    return list(found)


def _files(work: Work, kind: str) -> dict[str, Any]:
    """The files; schema.org has catalogues and distributions for data sets only, and encodings for all else."""
    is_data = kind == "Dataset"
    files = [
        {
            "@type": "DataDownload" if is_data else "MediaObject",
            "name": file.key,
            "contentUrl": file.address,
            "encodingFormat": file.media_type,
            "contentSize": f"{file.size} B",
        }
        for file in work.files
    ]
    if not is_data:
        return {"encoding": files}
    site = work.repository.config.site
    return {
        "distribution": files,
        "includedInDataCatalog": {"@type": "DataCatalog", "name": site.name, "url": site.url},
    }


def _size(work: Work) -> Any:
    return work.strings("sizes") or (f"{sum(file.size for file in work.files)} B" if work.files else "")


def _date_of(work: Work, kind: str) -> str:
    return next((date.partition("/")[0] for name, date, _ in work.dates if name == kind), "")


def _place(feature: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": "Place"}
    for key, name in (("place", "name"), ("description", "description")):
        if feature.get(key):
            found[name] = feature[key]
    geometry = feature.get("geometry") or {}
    box = bounds(geometry)
    if geometry.get("type") == "Point" and box:
        found["geo"] = {"@type": "GeoCoordinates", "longitude": box[0], "latitude": box[1]}
    elif box:
        found["geo"] = {"@type": "GeoShape", "box": f"{box[1]} {box[0]} {box[3]} {box[2]}"}
    return found


def bounds(geometry: Any) -> tuple[float, float, float, float] | None:
    """West, south, east and north of a GeoJSON geometry."""
    points: list[tuple[float, float]] = []

    def collect(value: Any) -> None:
        if isinstance(value, (list, tuple)) and len(value) >= 2 and all(isinstance(n, (int, float)) for n in value[:2]):
            points.append((float(value[0]), float(value[1])))
        elif isinstance(value, (list, tuple)):
            for item in value:
                collect(item)

    collect(geometry.get("coordinates"))
    for part in geometry.get("geometries") or []:
        collect(part.get("coordinates"))
    if not points:
        return None
    longitudes, latitudes = zip(*points, strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _relations(work: Work) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for item in work.related:
        found.setdefault(_RELATIONS.get(item.relation, "mentions"), []).append(_related(item))
    if work.references:
        found.setdefault("citation", []).extend(work.references)
    if "sameAs" in found:
        found["sameAs"] = [item["@id"] for item in found["sameAs"] if "@id" in item]
    return found


def _related(item: Related) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": "CreativeWork", "identifier": item.identifier}
    if urlsplit(item.address).scheme:
        found["@id"] = item.address
    return found


def software(work: Work) -> dict[str, Any]:
    """What is told of code: where it is developed, in which languages, and how far it is."""
    languages = work.value("code:programmingLanguage") or []
    status = work.value("code:developmentStatus") or {}
    found = {
        "codeRepository": str(work.value("code:codeRepository") or ""),
        "programmingLanguage": [str((item.get("title") or {}).get("en") or item.get("id")) for item in languages],
        "creativeWorkStatus": str((status.get("title") or {}).get("en") or status.get("id") or ""),
    }
    return {key: value for key, value in found.items() if value}


def _add_software(found: dict[str, Any], work: Work, kind: str) -> None:
    """Code of something that is no software itself is another work, which is mentioned."""
    code = software(work)
    if kind == "SoftwareSourceCode":
        found.update(code)
    elif code:
        found["mentions"] = [*found.get("mentions", []), {"@type": "SoftwareSourceCode", **code}]


def _appearance(work: Work, kind: str) -> dict[str, Any]:
    """Journal, meeting and university."""
    journal, meeting, thesis = (work.field(f"{name}:{name}") for name in ("journal", "meeting", "thesis"))
    found: dict[str, Any] = {}
    if journal.get("title"):
        found["isPartOf"] = [*_relations(work).get("isPartOf", []), _issue(journal)]
        if kind in _PAGED:
            found["pagination"] = str(journal.get("pages") or "")
    if meeting.get("title"):
        found["recordedAt"] = {"@type": "Event", "name": meeting["title"], "location": str(meeting.get("place") or "")}
    if thesis.get("university"):
        found["sourceOrganization"] = {"@type": "CollegeOrUniversity", "name": thesis["university"]}
    return found


def _issue(journal: Any) -> dict[str, Any]:
    """The issue in its volume in its journal, as far as they are known."""
    found: dict[str, Any] = {"@type": "Periodical", "name": journal["title"]}
    if journal.get("issn"):
        found["issn"] = journal["issn"]
    if journal.get("volume"):
        found = {"@type": "PublicationVolume", "volumeNumber": str(journal["volume"]), "isPartOf": found}
    if journal.get("issue"):
        found = {"@type": "PublicationIssue", "issueNumber": str(journal["issue"]), "isPartOf": found}
    return found
