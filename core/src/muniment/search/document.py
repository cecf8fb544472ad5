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
    string_in,
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


@dataclass(slots=True)
class _Sections:
    """The parts of a record's JSON that several kinds of values come from, looked up once."""

    data: Json
    metadata: Json
    parent: Json
    creators: list[Json]
    contributors: list[Json]
    people: list[Json]
    subjects: list[Json]
    funding: list[Json]
    awards: list[Json]
    related: list[Json]
    languages: Values
    resource_type: Values
    files: list[Json]
    file_types: Values

    @classmethod
    def of(cls, data: Json) -> _Sections:
        metadata = object_in(data.get("metadata"))
        creators, contributors = objects_in(metadata.get("creators")), objects_in(metadata.get("contributors"))
        funding = objects_in(metadata.get("funding"))
        files = _file_entries(data)
        return cls(
            data=data,
            metadata=metadata,
            parent=object_in(data.get("parent")),
            creators=creators,
            contributors=contributors,
            people=[*creators, *contributors],
            subjects=objects_in(metadata.get("subjects")),
            funding=funding,
            awards=[object_in(entry.get("award")) for entry in funding],
            related=objects_in(metadata.get("related_identifiers")),
            languages=ids_in(metadata.get("languages")),
            resource_type=string_in(object_in(metadata.get("resource_type")).get("id")),
            files=files,
            file_types=each_string(files, "ext"),
        )


def index_values(document: IndexDocument, fields: FieldMap) -> IndexValues:
    """Everything that the index needs to know about a document."""
    sections = _Sections.of(document.data)
    values = IndexValues()
    values.texts = {name: found for name, found in _texts(sections).items() if found}
    raw = _keywords(document, sections)
    for name, found in raw.items():
        if not found:
            continue
        normalise = fields.fields[name].normalise if name in fields.fields else str
        kept = [normalised for value in found if (normalised := normalise(value))]
        if kept:
            values.keywords[name] = kept if len(kept) == 1 else list(dict.fromkeys(kept))
    values.numbers = _numbers(document, sections)
    values.facets = {name: list(dict.fromkeys(found)) for name, found in _facets(sections).items() if found}
    values.elsewhere = _elsewhere(sections, raw)
    _add_extensions(values, sections.data, document.extensions, fields)
    return values


def _texts(sections: _Sections) -> dict[str, Values]:
    metadata, funding = sections.metadata, sections.funding
    features = objects_in(object_in(metadata.get("locations")).get("features"))
    return {
        "title": [title_text(title) for title in string_in(metadata.get("title"))],
        "additional_titles": [title_text(t) for t in each_string(metadata.get("additional_titles"), "title")],
        "creators": [*_names(sections.creators), *_person_identifiers(sections.creators)],
        "contributors": _names(sections.contributors),
        # Most authors share theirs with others: each counts once.
        "affiliations": list(
            dict.fromkeys(
                name for person in sections.people for name in each_string(person.get("affiliations"), "name")
            )
        ),
        "description": [
            strip_html(text)
            for text in (
                *string_in(metadata.get("description")),
                *each_string(metadata.get("additional_descriptions"), "description"),
            )
        ],
        "subjects": each_string(sections.subjects, "subject"),
        "publisher": string_in(metadata.get("publisher")),
        "funder": [name for entry in funding for name in string_in(object_in(entry.get("funder")).get("name"))],
        "award": [text for award in sections.awards for text in _award_texts(award)],
        "references": each_string(metadata.get("references"), "reference"),
        "files": each_string(sections.files, "key"),
        "version": string_in(metadata.get("version")),
        "locations": each_string(features, "place"),
    }


def _keywords(document: IndexDocument, sections: _Sections) -> dict[str, Values]:
    data, metadata, parent = sections.data, sections.metadata, sections.parent
    people, related = sections.people, sections.related
    resource_type = sections.resource_type
    groups = [value.partition("-")[0] for value in resource_type]
    access = object_in(data.get("access"))
    communities = object_in(parent.get("communities"))
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
        "related_identifiers.relation_type": ids_in([entry.get("relation_type") for entry in related]),
        "orcid": _person_identifiers(people),
        "ror": [value for person in people for value in _affiliation_ids(person)],
        "contributors.role": ids_in([person.get("role") for person in people]),
        # A type is found by its own id and by that of the group it belongs to.
        "resource_type": [*resource_type, *groups],
        "resource_type.type": groups,
        "rights": ids_in(metadata.get("rights")),
        "languages": sections.languages,
        "subjects.id": ids_in(sections.subjects),
        "subjects.scheme": each_string(sections.subjects, "scheme"),
        "access.record": string_in(access.get("record")),
        "access.files": string_in(access.get("files")),
        "access_status": string_in(access.get("status")),
        "file_type": sections.file_types,
        "checksum": _checksums(sections.files),
        "funder.id": ids_in([entry.get("funder") for entry in sections.funding]),
        "award.number": [v for award in sections.awards for v in strings_in([award.get("id"), award.get("number")])],
        "communities": [*strings_in(communities.get("ids")), *each_string(communities.get("entries"), "slug")],
        "owner": owner_of(data),
        "status": string_in(data.get("status")),
        "is_published": ["true" if data.get("is_published") else "false"],
    }


def owner_of(data: Json) -> Values:
    """The subject that owns the record, as a list of one or none."""
    owned_by = object_in(object_in(object_in(data.get("parent")).get("access")).get("owned_by"))
    return [str(owned_by["user"])] if owned_by.get("user") is not None else []


def _numbers(document: IndexDocument, sections: _Sections) -> dict[str, int]:
    data, metadata = sections.data, sections.metadata
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
        "version_order": max(0, min(version_index, 2**26)) * (MAX_ORDER + 1) + order,
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


def _facets(sections: _Sections) -> dict[str, Values]:
    return {
        "resource_type": sections.resource_type,
        "resource_type_group": [value.partition("-")[0] for value in sections.resource_type],
        "access_status": string_in(object_in(sections.data.get("access")).get("status")),
        "subject": [text for subject in each_string(sections.subjects, "subject") if (text := subject.strip())],
        "language": sections.languages,
        "file_type": [value.lower() for value in sections.file_types],
        "is_published": ["true" if sections.data.get("is_published") else "false"],
    }


def _elsewhere(sections: _Sections, keywords: Mapping[str, Values]) -> Values:
    """Identifiers and the odd texts: found by a search without a field, though they have none of their own."""
    metadata = sections.metadata
    names = ("id", "doi", "parent.doi", "identifiers", "related_identifiers", "orcid", "award.number")
    found = [value for name in names for value in keywords[name]]
    found += [text for entry in objects_in(metadata.get("rights")) for text in localised(entry.get("title"))]
    found += each_string(metadata.get("dates"), "description")
    found += string_in(metadata.get("copyright"))
    found += strings_in(metadata.get("formats"))
    found += [text for text in leaf_texts(sections.data.get("custom_fields")) if text not in ("true", "false")]
    return list(dict.fromkeys(found))


def _add_extensions(values: IndexValues, data: Json, extensions: Json, fields: FieldMap) -> None:
    """What plugins add: fields with a path into `custom_fields` or into the document's extensions."""
    root = {"custom_fields": data.get("custom_fields"), "ext": extensions}
    # Most records have neither, and there are dozens of fields to look for.
    for entry in fields.extensions if any(root.values()) else fields.readers:
        found = list(entry.read(data) if entry.read else at_path(root, entry.path))
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
    values.elsewhere += list(leaf_texts(extensions))


def _names(people: Iterable[Json]) -> Values:
    return strings_in([object_in(person.get("person_or_org")).get("name") for person in people])


def _person_identifiers(people: Iterable[Json]) -> Values:
    return [
        identifier
        for person in people
        for identifier in each_string(object_in(person.get("person_or_org")).get("identifiers"), "identifier")
    ]


def _affiliation_ids(person: Json) -> Values:
    affiliations = objects_in(person.get("affiliations"))
    if not affiliations:
        return []
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
    return string_in(object_in(object_in(owner.get("pids")).get(scheme)).get("identifier"))


def _file_entries(data: Json) -> list[Json]:
    entries = object_in(data.get("files")).get("entries")
    if isinstance(entries, Mapping):
        return [{"key": key, **object_in(entry)} for key, entry in entries.items()]
    return objects_in(entries)


def _checksums(files: list[Json]) -> Values:
    """Checksums with and without the name of their algorithm."""
    found = each_string(files, "checksum")
    return [*found, *(value.partition(":")[2] for value in found if ":" in value)]
