"""InvenioRDM JSON: records and drafts of any InvenioRDM site, as its REST API answers and takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from muniment.api import ImportedRecord, KnownTerms, Problem, RecordRefused
from muniment_importers import identifiers, inveniordm_people, languages, licences
from muniment_importers.reading import Entry, Reading, imported, unique, without_empty
from muniment_importers.resource_types import known_type
from muniment_importers.values import (
    Losses,
    first_text,
    line,
    listed,
    mapping,
    mappings,
    text,
    without_control_characters,
)

#: What is text in the metadata and goes over as it is.
_TEXTS = ("title", "publication_date", "publisher", "version", "description", "copyright")
_LISTS = ("sizes", "formats")


def detect(document: Mapping[str, Any]) -> bool:
    """InvenioRDM's metadata refers to vocabularies by `id`, and its creators are a `person_or_org`."""
    metadata = mapping(document.get("metadata"))
    if "id" in mapping(metadata.get("resource_type")):
        return True
    return any("person_or_org" in creator for _, creator in mappings(metadata.get("creators")))


def read(document: Mapping[str, Any], known: KnownTerms) -> ImportedRecord:
    """Read one record; a deleted one is refused, since only its tombstone is left."""
    losses = Losses()
    whole = without_control_characters(document, losses)
    if mapping(whole.get("deletion_status")).get("is_deleted"):
        raise RecordRefused([Problem("deletion_status", "The record was deleted at its source.")])
    reading = Reading(mapping(whole.get("metadata")), known, losses)
    data: Entry = {
        "metadata": without_empty({**_plain(reading), **_linked(reading, whole)}),
        "custom_fields": without_empty(mapping(whole.get("custom_fields"))),
        "access": _access(whole),
        "files": {"enabled": False},
    }
    _report_surroundings(whole, losses)
    doi = line(mapping(mapping(whole.get("pids")).get("doi")).get("identifier"))
    return imported(reading, data, doi, _origin(whole), line(whole.get("id")))


def _plain(reading: Reading) -> Entry:
    source = reading.source
    return {
        **{key: text(source.get(key)) for key in _TEXTS},
        **{key: [found for item in listed(source.get(key)) if (found := line(item))] for key in _LISTS},
        "locations": without_empty({"features": list(listed(mapping(source.get("locations")).get("features")))}),
        "references": [
            without_empty({key: line(item.get(key)) for key in ("reference", "identifier", "scheme")})
            for _, item in mappings(source.get("references"))
        ],
    }


def _linked(reading: Reading, whole: Mapping[str, Any]) -> Entry:
    source, known, losses = reading.source, reading.known, reading.losses
    kind = _id(source.get("resource_type"))
    found = known_type(kind, "metadata.resource_type", known, losses) if kind else None
    return {
        "resource_type": {"id": found} if found else None,
        "creators": inveniordm_people.people(reading, "creators"),
        "contributors": inveniordm_people.people(reading, "contributors"),
        "funding": inveniordm_people.funding(reading),
        "additional_titles": _typed(reading, "additional_titles", "title", "titletypes"),
        "additional_descriptions": _typed(reading, "additional_descriptions", "description", "descriptiontypes"),
        "dates": _typed(reading, "dates", "date", "datetypes", also=("description",)),
        "languages": _each(reading, "languages", _language),
        "subjects": _each(reading, "subjects", _subject),
        "rights": unique(_each(reading, "rights", _right)),
        "identifiers": _each(reading, "identifiers", _identifier),
        "related_identifiers": unique([*_each(reading, "related_identifiers", _related), *_concept(whole)]),
    }


def _each(
    reading: Reading, field: str, read_item: Callable[[Mapping[str, Any], str, Reading], Entry | None]
) -> list[Entry]:
    found = (
        read_item(item, f"metadata.{field}.{number}", reading) for number, item in mappings(reading.source.get(field))
    )
    return [entry for entry in found if entry]


def _typed(reading: Reading, field: str, key: str, vocabulary: str, also: tuple[str, ...] = ()) -> list[Entry]:
    """Entries with a type of a vocabulary and perhaps a language; a type that does not exist here becomes `other`."""
    found = []
    for number, item in mappings(reading.source.get(field)):
        kind = _id(item.get("type"))
        if not reading.known.has(vocabulary, kind):
            where = f"metadata.{field}.{number}.type"
            reading.losses.add(where, f"the type '{kind}' does not exist here; kept as 'other'")
            kind = "other"
        language = languages.language(_id(item.get("lang")), reading.known) if item.get("lang") else None
        entry = {name: text(item.get(name)) for name in (key, *also)}
        found.append(without_empty({**entry, "type": {"id": kind}, "lang": {"id": language} if language else None}))
    return found


def _language(item: Mapping[str, Any], where: str, reading: Reading) -> Entry | None:
    code = languages.language(_id(item), reading.known)
    if code is None:
        reading.losses.add(where, f"the language '{_id(item)}' is not known here")
    return {"id": code} if code else None


def _subject(item: Mapping[str, Any], where: str, reading: Reading) -> Entry | None:
    term, words = _id(item), line(item.get("subject"))
    if term and reading.known.has("subjects", term):
        return {"id": term}
    if term:
        reason = "kept as words" if words else "not kept"
        reading.losses.add(where, f"the subject term is not known here; {reason}")
    return {"subject": words} if words else None


def _right(item: Mapping[str, Any], where: str, reading: Reading) -> Entry | None:
    link = line(item.get("link")) or line(mapping(item.get("props")).get("url"))
    if found := licences.licence_id(reading.known, _id(item), link):
        return {"id": found}
    titles = mapping(item.get("title"))
    own = {str(code): words for code, value in titles.items() if (words := line(value))}
    if not own and not link and not _id(item):
        reading.losses.add(where, "a statement of rights without id, title and link; not kept")
        return None
    statement = {**licences.statement(_id(item), link), **({"title": own} if own else {})}
    description = {
        str(code): words for code, value in mapping(item.get("description")).items() if (words := line(value))
    }
    return {**statement, **({"description": description} if description else {})}


def _identifier(item: Mapping[str, Any], where: str, reading: Reading) -> Entry | None:
    return identifiers.work(line(item.get("identifier")), line(item.get("scheme")), where, reading.losses)


def _related(item: Mapping[str, Any], where: str, reading: Reading) -> Entry | None:
    relation = _id(item.get("relation_type"))
    if not reading.known.has("relationtypes", relation):
        reading.losses.add(where, f"the relation '{relation}' does not exist here; not kept")
        return None
    identifier = _identifier(item, where, reading)
    if identifier is None:
        return None
    entry: Entry = {**identifier, "relation_type": {"id": relation}}
    if kind := _id(item.get("resource_type")):
        found = known_type(kind, f"{where}.resource_type", reading.known, reading.losses)
        entry["resource_type"] = {"id": found}
    return entry


def _concept(whole: Mapping[str, Any]) -> list[Entry]:
    """The concept DOI of all versions, which here belongs to another record, as a relation."""
    pids = mapping(mapping(whole.get("parent")).get("pids"))
    doi = identifiers.doi(line(mapping(pids.get("doi")).get("identifier")))
    return [{"identifier": doi, "scheme": "doi", "relation_type": {"id": "isversionof"}}] if doi else []


def _access(whole: Mapping[str, Any]) -> Entry:
    stated = mapping(whole.get("access"))
    access: Entry = {
        key: "restricted" if line(stated.get(key)) == "restricted" else "public" for key in ("record", "files")
    }
    embargo = mapping(stated.get("embargo"))
    if embargo.get("active") is True:
        access["embargo"] = without_empty({key: embargo.get(key) for key in ("active", "until", "reason")})
    return access


def _report_surroundings(whole: Mapping[str, Any], losses: Losses) -> None:
    communities = mapping(mapping(whole.get("parent")).get("communities"))
    names = [first_text(item, "slug", "id") for _, item in mappings(communities.get("entries"))] or [
        line(name) for name in listed(communities.get("ids"))
    ]
    if names:
        losses.add("parent.communities", f"communities are not taken over: {', '.join(names)}")
    if notes := list(listed(whole.get("internal_notes"))):
        losses.add("internal_notes", f"notes of moderators ({len(notes)}) are not taken over")
    files = mapping(whole.get("files"))
    count = len(mapping(files.get("entries"))) or files.get("count")
    if isinstance(count, int) and count > 0:
        losses.add("files", f"the files ({count}) are named by the document but not contained in it")


def _origin(whole: Mapping[str, Any]) -> str:
    """The site that the record is from, by its own address."""
    try:
        host = urlsplit(line(mapping(whole.get("links")).get("self"))).hostname
    except ValueError:
        host = None
    return host or "inveniordm"


def _id(value: Any) -> str:
    return line(mapping(value).get("id"))
