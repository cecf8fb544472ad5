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
        "editor": [agent(person) for person in work.contributors if person.role == "editor"],
        "contributor": [agent(person) for person in work.contributors if person.role != "editor"],
        "publisher": {"@type": "Organization", "name": work.publisher},
        "sdPublisher": {"@type": "Organization", "name": work.repository.config.site.name},
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
        "distribution": _files(work),
        "size": _size(work),
        "funding": [grant(item) for item in work.grants],
        "funder": [_organisation(item.funder) for item in work.grants if item.funder.name],
        "spatialCoverage": [place for place in map(_place, work.places) if len(place) > 1],
        "includedInDataCatalog": {
            "@type": "DataCatalog", "name": work.repository.config.site.name, "url": work.repository.config.site.url,
        },
        **_relations(work),
        **_software(work),
        **_appearance(work),
    }  # fmt: skip
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
        found["affiliation"] = [_organisation(item) for item in person.affiliations]
    return found


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


def _files(work: Work) -> list[dict[str, Any]]:
    return [
        {
            "@type": "DataDownload",
            "name": file.key,
            "contentUrl": file.address,
            "encodingFormat": file.media_type,
            "contentSize": f"{file.size} B",
        }
        for file in work.files
    ]


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


def _software(work: Work) -> dict[str, Any]:
    languages = work.value("code:programmingLanguage") or []
    status = work.value("code:developmentStatus") or {}
    return {
        "codeRepository": str(work.value("code:codeRepository") or ""),
        "programmingLanguage": [str((item.get("title") or {}).get("en") or item.get("id")) for item in languages],
        "creativeWorkStatus": str((status.get("title") or {}).get("en") or status.get("id") or ""),
        "fileFormat": work.strings("formats"),
    }


def _appearance(work: Work) -> dict[str, Any]:
    """Journal, meeting and university."""
    journal, meeting, thesis = (work.field(f"{name}:{name}") for name in ("journal", "meeting", "thesis"))
    found: dict[str, Any] = {}
    if journal.get("title"):
        volume = {"@type": "PublicationVolume", "volumeNumber": journal.get("volume"), "issn": journal.get("issn")}
        issue = {"@type": "PublicationIssue", "issueNumber": journal.get("issue")}
        parts = [{"@type": "Periodical", "name": journal["title"]}, *(part for part in (volume, issue))]
        found["publication"] = [
            {key: value for key, value in part.items() if value}
            for part in parts
            if len([*filter(None, part.values())]) > 1
        ]
        found["pagination"] = str(journal.get("pages") or "")
    if meeting.get("title"):
        found["recordedAt"] = {"@type": "Event", "name": meeting["title"], "location": str(meeting.get("place") or "")}
    if thesis.get("university"):
        found["sourceOrganization"] = {"@type": "CollegeOrUniversity", "name": thesis["university"]}
    return found
