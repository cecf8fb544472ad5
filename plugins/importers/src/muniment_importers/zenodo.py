"""Zenodo JSON: its record answers, of 2025 and of the years before it moved to InvenioRDM, and deposit metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muniment.api import ImportedRecord, KnownTerms
from muniment_importers import identifiers, languages, licences, markup, zenodo_works
from muniment_importers.people import Name, affiliations, person_or_org
from muniment_importers.reading import Entry, Reading, imported, without_empty
from muniment_importers.resource_types import from_zenodo, known_type
from muniment_importers.values import (
    Losses,
    first_text,
    inner_text,
    line,
    listed,
    mapping,
    mappings,
    text,
    without_control_characters,
)

_CLOSED = ("closed", "restricted", "embargoed")


def detect(document: Mapping[str, Any]) -> bool:
    """Zenodo's metadata names an access right or upload type, or nests the type of the resource."""
    metadata = mapping(document.get("metadata"))
    if "upload_type" in metadata or "access_right" in metadata:
        return True
    return "type" in mapping(metadata.get("resource_type"))


def read(document: Mapping[str, Any], known: KnownTerms) -> ImportedRecord:
    """Read one record; what Zenodo knows beyond the record (views, communities, owners) is reported."""
    losses = Losses()
    whole = without_control_characters(document, losses)
    reading = Reading(mapping(whole.get("metadata")), known, losses)
    metadata = {
        **_work(reading),
        "creators": _people(reading, "creators"),
        "contributors": [*_people(reading, "contributors"), *_supervisors(reading)],
        **zenodo_works.works(reading, line(whole.get("conceptdoi"))),
    }
    data: Entry = {
        "metadata": without_empty(metadata),
        "custom_fields": zenodo_works.custom_fields(reading),
        "access": _access(reading),
        "files": {"enabled": False},
    }
    _report_surroundings(whole, losses)
    doi = line(whole.get("doi")) or line(reading.source.get("doi"))
    number = first_text(whole, "recid", "id")
    return imported(reading, data, doi, "zenodo.org", number)


def _work(reading: Reading) -> Entry:
    source, losses = reading.source, reading.losses
    title, changed = markup.to_line(text(source.get("title")))
    if changed:
        losses.add("metadata.title", "formatting was left out of a title")
    description = markup.to_html(text(source.get("description")))
    return {
        "resource_type": _resource_type(reading),
        "title": title,
        "publication_date": line(source.get("publication_date")),
        "description": description if len(description) > 2 else None,
        "additional_descriptions": _notes(reading),
        "publisher": line(mapping(source.get("imprint")).get("publisher")),
        "version": line(source.get("version")),
        "languages": _languages(reading),
        "rights": _rights(reading),
    }


def _resource_type(reading: Reading) -> Entry | None:
    stated = mapping(reading.source.get("resource_type"))
    kind = line(stated.get("type")) or line(reading.source.get("upload_type"))
    if not kind:
        return None
    subtype = line(stated.get("subtype")) or line(reading.source.get(f"{kind}_type"))
    found = known_type(from_zenodo(kind, subtype), "metadata.resource_type", reading.known, reading.losses)
    return {"id": found} if found else None


def _notes(reading: Reading) -> list[Entry]:
    found = []
    for key, kind in (("notes", "notes"), ("method", "methods")):
        content = markup.to_html(text(reading.source.get(key)))
        if len(content) > 2:
            known = reading.known.has("descriptiontypes", kind)
            found.append({"description": content, "type": {"id": kind if known else "other"}})
    return found


def _languages(reading: Reading) -> list[Entry]:
    name = line(reading.source.get("language"))
    code = languages.language(name, reading.known) if name else None
    if name and not code:
        reading.losses.add("metadata.language", f"'{name}' is no language code that is known here")
    return [{"id": code}] if code else []


def _rights(reading: Reading) -> list[Entry]:
    stated = reading.source.get("license")
    name = inner_text(stated, "id")
    if not name:
        return []
    found = licences.licence_id(reading.known, name, line(mapping(stated).get("url")))
    return [{"id": found} if found else licences.statement(name, line(mapping(stated).get("url")))]


def _people(reading: Reading, field: str) -> list[Entry]:
    found = []
    for number, item in mappings(reading.source.get(field)):
        where = f"metadata.{field}.{number}"
        person = person_or_org(_name(item, where, reading.losses), where, reading.losses)
        if person is None:
            continue
        names = [(line(name), None) for name in listed(item.get("affiliation"))]
        entry = {
            "person_or_org": person,
            "affiliations": affiliations(names, where, reading.known, reading.losses),
            "role": _role(item, where, reading) if field == "contributors" else None,
        }
        found.append(without_empty(entry))
    return found


def _name(item: Mapping[str, Any], where: str, losses: Losses) -> Name:
    found = [
        identifier
        for scheme in ("orcid", "gnd")
        if (value := line(item.get(scheme)))
        and (identifier := identifiers.person_or_org(value, scheme, f"{where}.{scheme}", losses))
    ]
    return Name(
        name=line(item.get("name")),
        family=first_text(item, "family_name", "familyname"),
        given=first_text(item, "given_name", "given_names", "givennames"),
        identifiers=tuple(found),
    )


def _role(item: Mapping[str, Any], where: str, reading: Reading) -> Entry:
    given = line(item.get("type"))
    if reading.known.has("contributorsroles", given.lower()):
        return {"id": given.lower()}
    reading.losses.add(f"{where}.type", f"the type '{given}' does not exist here; kept with the role 'other'")
    return {"id": "other"}


def _supervisors(reading: Reading) -> list[Entry]:
    thesis = mapping(reading.source.get("thesis"))
    listing = thesis.get("supervisors") or reading.source.get("thesis_supervisors")
    found = _people(Reading({"creators": listing}, reading.known, reading.losses), "creators")
    return [{**entry, "role": {"id": "supervisor"}} for entry in found]


def _access(reading: Reading) -> Entry:
    """Zenodo's access right is about files; `closed` and `restricted` become restricted files."""
    right = line(reading.source.get("access_right")).lower()
    access: Entry = {"record": "public", "files": "restricted" if right in _CLOSED else "public"}
    until = line(reading.source.get("embargo_date"))
    if right == "embargoed" and until:
        access["embargo"] = {"active": True, "until": until}
    if conditions := line(reading.source.get("access_conditions")):
        reading.losses.add("metadata.access_conditions", f"the conditions of access are not kept: {conditions[:200]}")
    return access


def _report_surroundings(whole: Mapping[str, Any], losses: Losses) -> None:
    communities = [
        name
        for _, item in mappings(mapping(whole.get("metadata")).get("communities"))
        if (name := first_text(item, "id", "identifier"))
    ]
    if communities:
        losses.add("metadata.communities", f"communities are not taken over: {', '.join(_each_once(communities))}")
    if count := len(listed(whole.get("files"))):
        losses.add("files", f"the files ({count}) are named by the document but not contained in it")


def _each_once(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))
