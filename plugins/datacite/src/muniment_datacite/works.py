"""Identifiers, related works, rights and places in DataCite's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from muniment.api import Repository
from muniment_datacite import terms
from muniment_datacite.values import identifier_of, in_english


def alternate(metadata: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"alternateIdentifier": entry["identifier"], "alternateIdentifierType": entry.get("scheme") or "other"}
        for entry in metadata.get("identifiers", [])
    ]


def related(repository: Repository, metadata: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    """Related works. DataCite's list of schemes is shorter than ours: what it lacks is told by its address."""
    for entry in metadata.get("related_identifiers", []):
        scheme, identifier = str(entry.get("scheme") or ""), str(entry["identifier"])
        kind = terms.listed("relatedIdentifierType").get(scheme)
        if kind is None:
            kind, identifier = "URL", repository.identifiers.url(scheme, identifier)
        relation = terms.listed("relationType").get(identifier_of(entry.get("relation_type")))
        if not relation or not identifier:
            continue
        found = {"relatedIdentifier": identifier, "relatedIdentifierType": kind, "relationType": relation}
        general = _general(repository, entry.get("resource_type"))
        yield {**found, "resourceTypeGeneral": general} if general else found


def untold(repository: Repository, metadata: Mapping[str, Any]) -> list[str]:
    """The related works that DataCite's form cannot carry: without a scheme of its list and without an address, or in a
    relation that it does not have."""
    return [
        f"{entry.get('scheme') or 'no scheme'} {entry['identifier']}"
        for entry in metadata.get("related_identifiers", [])
        if not list(related(repository, {"related_identifiers": [entry]}))
    ]


def _general(repository: Repository, kind: Any) -> str:
    if not isinstance(kind, Mapping) or not kind.get("id"):
        return ""
    pair = ("resourcetypes", str(kind["id"]))
    term = repository.vocabularies.resolve([pair]).get(pair)
    return terms.general_type(str(term.props.get("datacite_general") or "Other")) if term else ""


def rights(record: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    """Licences, and who may read the files in the words that OpenAIRE harvests."""
    for entry in record["metadata"].get("rights", []):
        yield _licence(entry)
    access = terms.ACCESS_RIGHTS.get((record.get("access") or {}).get("status", ""))
    if access:
        yield {"rights": access[0], "rightsUri": access[1]}


def _licence(entry: Mapping[str, Any]) -> dict[str, str]:
    props = entry.get("props") or {}
    found = {"rights": in_english(entry.get("title", {})) or str(entry.get("id") or "")}
    address = props.get("url") or entry.get("link")
    if address:
        found["rightsUri"] = address
    if entry.get("id"):
        found["rightsIdentifier"] = entry["id"]
        if props.get("scheme") == "spdx":
            found |= {"rightsIdentifierScheme": "SPDX", "schemeUri": "https://spdx.org/licenses/"}
    return found


def places(metadata: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for feature in (metadata.get("locations") or {}).get("features", []):
        found: dict[str, Any] = {}
        name = feature.get("place") or feature.get("description")
        if name:
            found["geoLocationPlace"] = str(name)
        found |= _geometry(feature.get("geometry") or {})
        if found:
            yield found


def _geometry(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Points and polygons as they are; of other shapes the box around them."""
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Point" and coordinates:
        return {"geoLocationPoint": _point(coordinates)}
    if geometry.get("type") == "Polygon" and coordinates and len(coordinates[0]) >= 4:
        return {"geoLocationPolygon": [{"polygonPoint": _point(pair)} for pair in coordinates[0]]}
    pairs = list(_pairs(coordinates))
    if not pairs:
        return {}
    longitudes, latitudes = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return {
        "geoLocationBox": {
            "westBoundLongitude": min(longitudes),
            "eastBoundLongitude": max(longitudes),
            "southBoundLatitude": min(latitudes),
            "northBoundLatitude": max(latitudes),
        }
    }


def _point(pair: Any) -> dict[str, float]:
    return {"pointLongitude": pair[0], "pointLatitude": pair[1]}


def _pairs(coordinates: Any) -> Iterable[tuple[float, float]]:
    if not isinstance(coordinates, list) or not coordinates:
        return
    if isinstance(coordinates[0], (int, float)):
        yield coordinates[0], coordinates[1]
        return
    for item in coordinates:
        yield from _pairs(item)
