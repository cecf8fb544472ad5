"""DataCite JSON: the `attributes` of the REST API, and bare documents of all kernels as tools write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from muniment.api import ImportedRecord, KnownTerms
from muniment_importers import datacite_people, datacite_related, datacite_texts, identifiers, languages, places
from muniment_importers.reading import Entry, Reading, imported, without_empty
from muniment_importers.resource_types import from_datacite, known_type
from muniment_importers.values import (
    Losses,
    inner_text,
    line,
    listed,
    mapping,
    mappings,
    without_control_characters,
)

#: Names from DataCite's XML and from repositories of the time before there was a JSON form, and today's names.
_ALIASES = {
    "affiliations": "affiliation",
    "awardURI": "awardUri",
    "contributor": "contributors",
    "contributorAffiliation": "affiliation",
    "contributorIdentifier": "nameIdentifier",
    "contributorIdentifierScheme": "nameIdentifierScheme",
    "contributorIdentifiers": "nameIdentifiers",
    "contributorName": "name",
    "creator": "creators",
    "creatorName": "name",
    "descriptionValue": "description",
    "family": "familyName",
    "given": "givenName",
    "publisherName": "name",
    "publishers": "publisher",
    "relatedIdentifierRelation": "relationType",
    "relatedIdentifierScheme": "relatedIdentifierType",
    "relevantDateType": "dateType",
    "relevantDateValue": "date",
    "relevantDates": "dates",
    "rightsURI": "rightsUri",
    "valueURI": "valueUri",
}
_VERSION_LENGTH = 191


def detect(document: Mapping[str, Any]) -> bool:
    """DataCite documents have `titles`, and neither the `metadata` of InvenioRDM nor that of Zenodo."""
    attributes = _attributes(document)
    return "metadata" not in attributes and "titles" in attributes


def read(document: Mapping[str, Any], known: KnownTerms) -> ImportedRecord:
    """Read one document; everything that DataCite says is kept or reported as a loss."""
    losses = Losses()
    source = _today(without_control_characters(_attributes(document), losses))
    reading = Reading(source, known, losses)
    metadata = {
        **_description_of_work(reading),
        **datacite_people.people(reading),
        **datacite_related.related(reading),
        **datacite_texts.texts(reading),
    }
    data: Entry = {
        "metadata": without_empty(metadata),
        "custom_fields": datacite_related.custom_fields(reading),
        "access": datacite_texts.access(reading),
        "files": {"enabled": False},
    }
    if listed(source.get("contentUrl")):
        losses.add("contentUrl", "the files themselves are not fetched")
    return imported(reading, data, _doi(source), "datacite", line(document.get("id")))


def _attributes(document: Mapping[str, Any]) -> Mapping[str, Any]:
    document = mapping(document.get("data")) or document
    return mapping(document.get("attributes")) or document


def _today(value: Any) -> Any:
    """The document with today's camelCase names; `schema_version`, `schema-version` and the XML's names are known."""
    if isinstance(value, list):
        return [_today(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    named = [(_camel(key), key, item) for key, item in value.items()]
    renamed = {_ALIASES[name]: _today(item) for name, _, item in named if name in _ALIASES}
    return {**renamed, **{name: _today(item) for name, _, item in named if name not in _ALIASES and item is not None}}


def _camel(key: str) -> str:
    camel = re.sub(r"(?<=[A-Za-z])[-_]([a-z])", lambda match: match[1].upper(), key)
    return camel[:1].lower() + camel[1:]


def _description_of_work(reading: Reading) -> Entry:
    source, losses = reading.source, reading.losses
    types = mapping(source.get("types")) or mapping(source.get("resourceType"))
    kind = known_type(from_datacite(types, losses), "types", reading.known, losses)
    return {
        "resource_type": {"id": kind} if kind else None,
        "publisher": _publisher(reading),
        "languages": _languages(reading),
        "sizes": [found for item in listed(source.get("sizes")) if (found := line(item))],
        "formats": [found for item in listed(source.get("formats")) if (found := line(item))],
        "version": _version(reading),
        "locations": without_empty({"features": places.features(source.get("geoLocations"), losses)}),
    }


def _publisher(reading: Reading) -> str:
    publisher = reading.source.get("publisher")
    if isinstance(publisher, list):
        publisher = publisher[0] if publisher else None
    if isinstance(publisher, Mapping) and publisher.get("publisherIdentifier"):
        reading.losses.add("publisher.publisherIdentifier", "the publisher is kept by name only")
    return datacite_texts.unless_unknown(inner_text(publisher, "name"), "publisher", reading.losses)


def _languages(reading: Reading) -> list[Entry]:
    found = []
    for item in listed(reading.source.get("language")):
        name = line(item)
        if code := languages.language(name, reading.known):
            found.append({"id": code})
        elif name:
            reading.losses.add("language", f"'{name}' is no language code that is known here")
    return found


def _version(reading: Reading) -> str:
    version = line(reading.source.get("version"))
    if len(version) > _VERSION_LENGTH:
        reading.losses.add("version", f"longer than {_VERSION_LENGTH} characters")
        return ""
    return version


def _doi(source: Mapping[str, Any]) -> str:
    stated = line(source.get("doi"))
    if stated:
        return stated
    named = [
        line(item.get("identifier"))
        for _, item in mappings(source.get("identifiers"))
        if line(item.get("identifierType")).upper() == "DOI"
    ]
    candidates = [*named, line(source.get("id")), inner_text(source.get("identifier"), "identifier")]
    return next((found for candidate in candidates if (found := identifiers.doi(candidate))), "")
