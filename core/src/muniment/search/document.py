"""Takes from a record's JSON what is searched, sorted and counted, in a form that every backend can index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from muniment.records.plain_text import strip_html, title_text
from muniment.search.json_values import (
    Json,
    Values,
    at_path,
    each_string,
    ids_in,
    leaf_texts,
    localised,
    microseconds,
    object_in,
    objects_in,
    strings_in,
    whole_number,
)
from muniment.search.port import IndexDocument
from muniment.search.query.dates import day_period
from muniment.search.query.field import FieldMap, Kind

MAX_ORDER: Final = 2**36 - 1
"""Record numbers up to this keep their order within one day of publication or one version index."""


@dataclass
class IndexValues:
    """The values of one document by field, column and facet.

    `texts` and `keywords` go by the names of search fields, keywords normalised; `numbers` by column; `facets` by
    column, as people read them; `elsewhere` is text that no field of its own has but that a search finds.
    """

    texts: dict[str, Values] = field(default_factory=dict)
    keywords: dict[str, Values] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    facets: dict[str, Values] = field(default_factory=dict)
    elsewhere: Values = field(default_factory=list)


def index_values(document: IndexDocument, fields: FieldMap) -> IndexValues:
    """Everything that the index needs to know about a document."""
    data = document.data
    metadata = object_in(data.get("metadata"))
    values = IndexValues()
    values.texts = {name: found for name, found in _texts(data, metadata).items() if found}
    raw = _keywords(document, data, metadata)
    for name, found in raw.items():
        normalise = fields.fields[name].normalise if name in fields.fields else str
        kept = dict.fromkeys(normalised for value in found if (normalised := normalise(value)))
        if kept:
            values.keywords[name] = list(kept)
    values.numbers = _numbers(document, data, metadata)
    values.facets = {name: list(dict.fromkeys(found)) for name, found in _facets(data, metadata).items() if found}
    values.elsewhere = _elsewhere(data, metadata, raw)
    _add_extensions(values, document, fields)
    return values


def _texts(data: Json, metadata: Json) -> dict[str, Values]:
    creators = objects_in(metadata.get("creators"))
    contributors = objects_in(metadata.get("contributors"))
    funding = objects_in(metadata.get("funding"))
    awards = [object_in(entry.get("award")) for entry in funding]
    features = objects_in(object_in(metadata.get("locations")).get("features"))
    return {
        "title": [title_text(title) for title in strings_in([metadata.get("title")])],
        "additional_titles": [title_text(t) for t in each_string(metadata.get("additional_titles"), "title")],
        "creators": [*_names(creators), *(value for one in creators for value in _person_identifiers(one))],
        "contributors": _names(contributors),
        "affiliations": [
            name for person in (*creators, *contributors) for name in each_string(person.get("affiliations"), "name")
        ],
        "description": [
            strip_html(text)
            for text in (
                *strings_in([metadata.get("description")]),
                *each_string(metadata.get("additional_descriptions"), "description"),
            )
        ],
        "subjects": each_string(metadata.get("subjects"), "subject"),
        "publisher": strings_in([metadata.get("publisher")]),
        "funder": [name for entry in funding for name in strings_in([object_in(entry.get("funder")).get("name")])],
        "award": [text for award in awards for text in _award_texts(award)],
        "references": each_string(metadata.get("references"), "reference"),
        "files": _file_names(data),
        "version": strings_in([metadata.get("version")]),
        "locations": each_string(features, "place"),
    }


def _keywords(document: IndexDocument, data: Json, metadata: Json) -> dict[str, Values]:
    creators = objects_in(metadata.get("creators"))
    people = (*creators, *objects_in(metadata.get("contributors")))
    funding = objects_in(metadata.get("funding"))
    related = objects_in(metadata.get("related_identifiers"))
    resource_type = strings_in([object_in(metadata.get("resource_type")).get("id")])
    access = object_in(data.get("access"))
    parent = object_in(data.get("parent"))
    communities = object_in(parent.get("communities"))
    awards = [object_in(entry.get("award")) for entry in funding]
    return {
        "id": [document.id],
        "parent.id": [document.parent_id],
        "doi": _pid(data, "doi"),
        "parent.doi": _pid(parent, "doi"),
        "identifiers": [
            *each_string(metadata.get("identifiers"), "identifier"),
            *(value for scheme in object_in(data.get("pids")) for value in _pid(data, scheme)),
        ],
        "related_identifiers": each_string(related, "identifier"),
        "related_identifiers.relation_type": [i for e in related for i in ids_in([e.get("relation_type")])],
        "orcid": [value for person in people for value in _person_identifiers(person)],
        "ror": [value for person in people for value in _affiliation_ids(person)],
        "contributors.role": [i for person in people for i in ids_in([person.get("role")])],
        # A type is found by its own id and by that of the group it belongs to.
        "resource_type": [*resource_type, *(value.partition("-")[0] for value in resource_type)],
        "resource_type.type": [value.partition("-")[0] for value in resource_type],
        "rights": ids_in(metadata.get("rights")),
        "languages": ids_in(metadata.get("languages")),
        "subjects.id": ids_in(metadata.get("subjects")),
        "subjects.scheme": each_string(metadata.get("subjects"), "scheme"),
        "access.record": strings_in([access.get("record")]),
        "access.files": strings_in([access.get("files")]),
        "access_status": strings_in([access.get("status")]),
        "file_type": _file_types(data),
        "checksum": _checksums(data),
        "funder.id": [i for entry in funding for i in ids_in([entry.get("funder")])],
        "award.number": [v for award in awards for v in strings_in([award.get("id"), award.get("number")])],
        "communities": [*strings_in(communities.get("ids")), *each_string(communities.get("entries"), "slug")],
        "owner": owner_of(data),
        "status": strings_in([data.get("status")]),
        "is_published": ["true" if data.get("is_published") else "false"],
    }


def owner_of(data: Json) -> Values:
    """The subject that owns the record, as a list of one or none."""
    owned_by = object_in(object_in(object_in(data.get("parent")).get("access")).get("owned_by"))
    return [str(owned_by["user"])] if owned_by.get("user") is not None else []


def _numbers(document: IndexDocument, data: Json, metadata: Json) -> dict[str, int]:
    files = object_in(data.get("files"))
    version_index = whole_number(object_in(data.get("versions")).get("index")) or 0
    order = min(document.number, MAX_ORDER)
    numbers = {
        "created": microseconds(data.get("created")),
        "updated": microseconds(data.get("updated")),
        "version_index": version_index,
        "file_count": whole_number(files.get("count")),
        "file_bytes": whole_number(files.get("total_bytes")),
        "publication_order": order,
        "version_order": min(version_index, 2**26) * (MAX_ORDER + 1) + order,
    }
    period = publication_period(metadata.get("publication_date"))
    if period is not None:
        numbers |= {
            "published_from": period[0],
            "published_to": period[1],
            "year": period[0] // 10000,
            "publication_order": period[0] * (MAX_ORDER + 1) + order,
        }
    return {column: number for column, number in numbers.items() if number is not None}


def publication_period(text: object) -> tuple[int, int] | None:
    """First and last day (YYYYMMDD) of an EDTF level 0 date or interval; None when it is something else."""
    if not isinstance(text, str):
        return None
    first, _, last = text.strip().partition("/")
    start = day_period(first, _no_clock)
    end = day_period(last, _no_clock) if last else start
    if start is None or end is None:
        return None
    return start[0], max(end[1], start[0])


def _no_clock() -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC)


def _facets(data: Json, metadata: Json) -> dict[str, Values]:
    resource_type = strings_in([object_in(metadata.get("resource_type")).get("id")])
    return {
        "resource_type": resource_type,
        "resource_type_group": [value.partition("-")[0] for value in resource_type],
        "access_status": strings_in([object_in(data.get("access")).get("status")]),
        "subject": [subject.strip() for subject in each_string(metadata.get("subjects"), "subject") if subject.strip()],
        "language": ids_in(metadata.get("languages")),
        "file_type": [value.lower() for value in _file_types(data)],
        "is_published": ["true" if data.get("is_published") else "false"],
    }


def _elsewhere(data: Json, metadata: Json, keywords: Mapping[str, Values]) -> Values:
    """Identifiers and the odd texts: found by a search without a field, though they have none of their own."""
    names = ("id", "doi", "parent.doi", "identifiers", "related_identifiers", "orcid", "award.number")
    found = [value for name in names for value in keywords[name]]
    found += [text for entry in objects_in(metadata.get("rights")) for text in localised(entry.get("title"))]
    found += each_string(metadata.get("dates"), "description")
    found += strings_in([metadata.get("copyright")])
    found += strings_in(metadata.get("formats"))
    found += [text for text in leaf_texts(data.get("custom_fields")) if text not in ("true", "false")]
    return list(dict.fromkeys(found))


def _add_extensions(values: IndexValues, document: IndexDocument, fields: FieldMap) -> None:
    """What plugins add: fields with a path into `custom_fields` or into the document's extensions."""
    root = {"custom_fields": document.data.get("custom_fields"), "ext": document.extensions}
    for entry in fields.fields.values():
        if not entry.is_extension:
            continue
        found = list(at_path(root, entry.path))
        if entry.kind is Kind.TEXT:
            texts = [strip_html(text) for text in leaf_texts(found)]
            if texts:
                values.texts[entry.name] = texts
        elif entry.kind is Kind.KEYWORD:
            normalised = [n for text in leaf_texts(found) if (n := entry.normalise(text))]
            if normalised:
                values.keywords[entry.name] = list(dict.fromkeys(normalised))
                values.facets[entry.name] = list(dict.fromkeys(leaf_texts(found)))
        else:
            numbers = [number for value in found if (number := whole_number(value)) is not None]
            if numbers and entry.columns:
                values.numbers[entry.columns[0]] = numbers[0]
            elif numbers:
                values.keywords[entry.name] = [str(number) for number in numbers]
    values.elsewhere += list(leaf_texts(document.extensions))


def _names(people: Iterable[Json]) -> Values:
    return strings_in([object_in(person.get("person_or_org")).get("name") for person in people])


def _person_identifiers(person: Json) -> Values:
    return each_string(object_in(person.get("person_or_org")).get("identifiers"), "identifier")


def _affiliation_ids(person: Json) -> Values:
    affiliations = objects_in(person.get("affiliations"))
    return [
        *ids_in(affiliations),
        *(value for entry in affiliations for value in each_string(entry.get("identifiers"), "identifier")),
    ]


def _award_texts(award: Json) -> Values:
    return [
        *localised(award.get("title")),
        *strings_in([award.get("number"), award.get("acronym"), award.get("program")]),
    ]


def _pid(owner: Json, scheme: str) -> Values:
    return strings_in([object_in(object_in(owner.get("pids")).get(scheme)).get("identifier")])


def _file_entries(data: Json) -> list[Json]:
    entries = object_in(data.get("files")).get("entries")
    if isinstance(entries, Mapping):
        return [{"key": key, **object_in(entry)} for key, entry in entries.items()]
    return objects_in(entries)


def _file_names(data: Json) -> Values:
    return each_string(_file_entries(data), "key")


def _file_types(data: Json) -> Values:
    return each_string(_file_entries(data), "ext")


def _checksums(data: Json) -> Values:
    """Checksums with and without the name of their algorithm."""
    found = each_string(_file_entries(data), "checksum")
    return [*found, *(value.partition(":")[2] for value in found if ":" in value)]
