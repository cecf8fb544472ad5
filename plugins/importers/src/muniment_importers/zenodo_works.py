"""What a Zenodo record says about other works: relations, references, funding, places, dates, where it appeared."""

from __future__ import annotations

from typing import Any

from muniment_importers import dates as calendar
from muniment_importers import identifiers, places
from muniment_importers.reading import Entry, Reading, unique, without_empty
from muniment_importers.values import first_text, inner_text, line, listed, mapping, mappings

_ALTERNATE = "isalternateidentifier"
_MISSPELT = {"isorignialformof": "isoriginalformof"}


def works(reading: Reading, concept_doi: str) -> Entry:
    """Identifiers, relations, references, subjects, funding, locations and dates."""
    relations = _relations(reading)
    if plain := identifiers.doi(concept_doi):
        relations.append({"identifier": plain, "scheme": "doi", "relation_type": {"id": "isversionof"}})
    return {
        "identifiers": _identifiers(reading),
        "related_identifiers": unique(relations),
        "references": [
            {"reference": found}
            for item in listed(reading.source.get("references"))
            if (found := inner_text(item, "raw_reference") or line(mapping(item).get("reference")))
        ],
        "subjects": _subjects(reading),
        "funding": _funding(reading),
        "locations": without_empty({"features": _places(reading)}),
        "dates": _dates(reading),
    }


def custom_fields(reading: Reading) -> Entry:
    """Journal, meeting, imprint and thesis, and what Zenodo keeps under `custom`."""
    source = reading.source
    fields: Entry = {
        "journal:journal": _fields(reading, "journal", "journal", ("title", "volume", "issue", "pages", "issn")),
        "meeting:meeting": _fields(
            reading,
            "meeting",
            "conference",
            ("title", "acronym", "dates", "place", "url", "session", "session_part"),
        ),
        "imprint:imprint": {
            **_fields(reading, "imprint", "imprint", ("isbn", "place")),
            **_fields(reading, "part_of", "partof", ("title", "pages")),
        },
        "thesis:thesis": _fields(reading, "thesis", "thesis", ("university",)),
    }
    return without_empty({**mapping(source.get("custom")), **without_empty(fields)})


def _fields(reading: Reading, group: str, prefix: str, keys: tuple[str, ...]) -> Entry:
    """The keys of a group, or the deposit form's flat `<prefix>_<key>`."""
    nested = mapping(reading.source.get(group))
    return without_empty({key: line(nested.get(key)) or line(reading.source.get(f"{prefix}_{key}")) for key in keys})


def _relations(reading: Reading) -> list[Entry]:
    found = []
    for number, item in mappings(reading.source.get("related_identifiers")):
        where = f"metadata.related_identifiers.{number}"
        relation = _relation(item)
        if relation == _ALTERNATE:
            continue
        if not reading.known.has("relationtypes", relation):
            reading.losses.add(where, f"the relation '{line(item.get('relation'))}' does not exist here; not kept")
            continue
        identifier = identifiers.work(line(item.get("identifier")), line(item.get("scheme")), where, reading.losses)
        if identifier:
            kind = line(item.get("resource_type"))
            known = kind and reading.known.has("resourcetypes", kind)
            entry: Entry = {**identifier, "relation_type": {"id": relation}}
            found.append({**entry, "resource_type": {"id": kind}} if known else entry)
    return found


def _relation(item: Any) -> str:
    relation = line(item.get("relation")).lower()
    return _MISSPELT.get(relation, relation)


def _identifiers(reading: Reading) -> list[Entry]:
    source = reading.source
    alternate = [("alternate_identifiers", item) for item in mappings(source.get("alternate_identifiers"))]
    related = [
        ("related_identifiers", (number, item))
        for number, item in mappings(source.get("related_identifiers"))
        if _relation(item) == _ALTERNATE
    ]
    found = []
    for field, (number, item) in [*alternate, *related]:
        where = f"metadata.{field}.{number}"
        value, scheme = line(item.get("identifier")), line(item.get("scheme"))
        if entry := identifiers.work(value, scheme, where, reading.losses):
            found.append(entry)
    return list({entry["identifier"]: entry for entry in reversed(found)}.values())[::-1]


def _subjects(reading: Reading) -> list[Entry]:
    found: list[Entry] = [
        {"subject": words} for word in listed(reading.source.get("keywords")) if (words := line(word))
    ]
    for number, item in mappings(reading.source.get("subjects")):
        term, address = line(item.get("term")), line(item.get("identifier"))
        if address and reading.known.has("subjects", address):
            found.append({"id": address})
        elif term:
            found.append({"subject": term})
            if address:
                reading.losses.add(
                    f"metadata.subjects.{number}", "the subject is kept as words, without its identifier"
                )
    return unique(found)


def _funding(reading: Reading) -> list[Entry]:
    found = []
    for number, item in mappings(reading.source.get("grants")):
        where = f"metadata.grants.{number}"
        funder = mapping(item.get("funder"))
        name = line(funder.get("name"))
        if not name:
            reading.losses.add(where, "the funder has no name; the entry is not kept")
            continue
        if line(funder.get("doi")):
            reading.losses.add(where, "the funder is kept by name only")
        award = {
            "number": line(item.get("code")),
            "title": without_empty({"en": line(item.get("title"))}),
            "identifiers": _award_identifiers(item),
        }
        found.append(without_empty({"funder": {"name": name}, "award": without_empty(award)}))
    return found


def _award_identifiers(item: Any) -> list[Entry]:
    if doi := identifiers.doi(line(item.get("doi"))):
        return [{"scheme": "doi", "identifier": doi}]
    address = line(item.get("url"))
    return [{"scheme": "url", "identifier": address}] if identifiers.is_valid(address, "url") and address else []


def _places(reading: Reading) -> list[Entry]:
    found = []
    for number, item in mappings(reading.source.get("locations")):
        geometry = places.point(item.get("lon"), item.get("lat"))
        feature = {"geometry": geometry, "place": line(item.get("place")), "description": line(item.get("description"))}
        if geometry is None and (item.get("lat") is not None or item.get("lon") is not None):
            reading.losses.add(
                f"metadata.locations.{number}", "the coordinates are incomplete, no numbers or off the globe"
            )
        if entry := without_empty(feature):
            found.append(entry)
    return found


def _dates(reading: Reading) -> list[Entry]:
    found = []
    for number, item in mappings(reading.source.get("dates")):
        where = f"metadata.dates.{number}"
        kind = line(item.get("type")).lower()
        ends = [line(item.get("start")), line(item.get("end"))]
        value = first_text(item, "date") or "/".join(dict.fromkeys(end for end in ends if end))
        if not reading.known.has("datetypes", kind):
            reading.losses.add(f"{where}.type", f"the date type '{kind}' does not exist here; kept as 'other'")
            kind = "other"
        if not value:
            reading.losses.add(where, f"there is no date in this entry of type '{kind}'; not kept")
            continue
        try:
            entry = {"date": calendar.edtf(value), "type": {"id": kind}, "description": line(item.get("description"))}
        except calendar.UnreadableDate as error:
            reading.losses.add(where, f"{error}; left out")
            continue
        if len([end for end in ends if end]) == 1:
            reading.losses.add(where, "an interval with one end is kept as a single date")
        found.append(without_empty(entry))
    return found
