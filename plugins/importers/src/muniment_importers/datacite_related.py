"""Identifiers, related works and the surrounding publication of DataCite documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muniment_importers import identifiers
from muniment_importers.reading import Entry, Reading, unique, without_empty
from muniment_importers.resource_types import from_datacite
from muniment_importers.values import Losses, first_text, line, listed, mapping, mappings

_CITED = ("cites", "references")


def related(reading: Reading) -> Entry:
    """`identifiers`, `related_identifiers` and `references`."""
    items = list(mappings(reading.source.get("relatedItems")))
    return {
        "identifiers": _alternate(reading),
        "related_identifiers": unique([*_related_identifiers(reading), *_identified_items(reading, items)]),
        "references": unique(_references(reading, items)),
    }


def custom_fields(reading: Reading) -> Entry:
    """The journal or book that a work appeared in, from `container` and from related items of kernel 4.4."""
    published_in = [
        item
        for _, item in mappings(reading.source.get("relatedItems"))
        if line(item.get("relationType")).lower() == "ispublishedin"
    ]
    journal = _journal(reading) or next((_item_journal(item) for item in published_in if _is(item, "journal")), {})
    book = next((_item_book(item) for item in published_in if _is(item, "book")), {})
    return without_empty({"journal:journal": journal, "imprint:imprint": book})


def _alternate(reading: Reading) -> list[Entry]:
    """Other identifiers of the work itself; `identifiers` and `alternateIdentifiers` overlap in DataCite's answers."""
    found = []
    own = line(reading.source.get("doi")).lower()
    for field, key in (("identifiers", "identifier"), ("alternateIdentifiers", "alternateIdentifier")):
        for number, item in mappings(reading.source.get(field)):
            value, scheme = line(item.get(key)), line(item.get(f"{key}Type"))
            plain = identifiers.doi(value) if value else None
            if plain and plain.lower() == own:
                continue
            if plain and not own and scheme.upper() == "DOI":
                own = plain.lower()
                continue
            if entry := identifiers.work(value, scheme, f"{field}.{number}", reading.losses):
                found.append(entry)
    return list({entry["identifier"]: entry for entry in reversed(found)}.values())[::-1]


def _related_identifiers(reading: Reading) -> list[Entry]:
    found = []
    for number, item in mappings(reading.source.get("relatedIdentifiers")):
        value, scheme = line(item.get("relatedIdentifier")), line(item.get("relatedIdentifierType"))
        entry = _relation(value, scheme, item, f"relatedIdentifiers.{number}", reading)
        if entry:
            found.append(entry)
        if item.get("relatedMetadataScheme"):
            reading.losses.add(f"relatedIdentifiers.{number}", "the scheme of related metadata is not kept")
    return found


def _relation(value: str, scheme: str, item: Mapping[str, Any], where: str, reading: Reading) -> Entry | None:
    relation = line(item.get("relationType"))
    if not relation or not reading.known.has("relationtypes", relation.lower()):
        reading.losses.add(
            where,
            f"the relation '{relation}' does not exist here; not kept"
            if relation
            else "no relation is given; not kept",
        )
        return None
    identifier = identifiers.work(value, scheme, where, reading.losses)
    if identifier is None:
        return None
    entry: Entry = {**identifier, "relation_type": {"id": relation.lower()}}
    if general := first_text(item, "resourceTypeGeneral", "relatedItemType"):
        kind = from_datacite({"resourceTypeGeneral": general}, Losses())
        if kind != "other" and reading.known.has("resourcetypes", kind):
            entry["resource_type"] = {"id": kind}
    return entry


def _identified_items(reading: Reading, items: list[tuple[int, Mapping[str, Any]]]) -> list[Entry]:
    found = []
    for number, item in items:
        wrapped = item.get("relatedItemIdentifier")
        identifier = mapping(wrapped)
        value = line(identifier.get("relatedItemIdentifier")) or line(wrapped)
        scheme = line(identifier.get("relatedItemIdentifierType")) or line(item.get("relatedItemIdentifierType"))
        if value and (entry := _relation(value, scheme, item, f"relatedItems.{number}", reading)):
            found.append(entry)
    return found


def _references(reading: Reading, items: list[tuple[int, Mapping[str, Any]]]) -> list[Entry]:
    """Cited items as references; others without identifier have no place, unless they are what it appeared in."""
    found = []
    for number, item in items:
        relation = line(item.get("relationType")).lower()
        if relation in _CITED and (citation := _citation(item)):
            found.append({"reference": citation})
        elif not item.get("relatedItemIdentifier") and not (relation == "ispublishedin" and _has_place(item)):
            reading.losses.add(f"relatedItems.{number}", "a related item without identifier is not kept")
    return found


def _citation(item: Mapping[str, Any]) -> str:
    """The item in words: creators (year). Title. Publisher, volume(issue), pages."""
    people = "; ".join(name for _, person in mappings(item.get("creators")) if (name := line(person.get("name"))))
    year = line(item.get("publicationYear"))
    issue = line(item.get("issue"))
    where = [line(item.get("volume")) + (f"({issue})" if issue else ""), _pages(item)]
    parts = [
        " ".join(part for part in (people, f"({year})" if year else "") if part),
        _title(item),
        ", ".join(part for part in (line(item.get("publisher")), *where) if part),
    ]
    return ". ".join(part for part in parts if part)


def _journal(reading: Reading) -> Entry:
    container = mapping(reading.source.get("container"))
    kind = line(container.get("type")).lower()
    numbered = any(line(container.get(key)) for key in ("volume", "issue", "firstPage"))
    if kind not in ("journal", "") and not (kind == "series" and numbered):
        return {}
    issn = line(container.get("identifier"))
    is_issn = line(container.get("identifierType")).upper() in ("ISSN", "EISSN", "LISSN")
    return without_empty(
        {
            "title": line(container.get("title")),
            "volume": line(container.get("volume")),
            "issue": line(container.get("issue")),
            "pages": _pages(container),
            "issn": issn if is_issn and identifiers.is_valid(issn, "issn") else "",
        }
    )


def _item_journal(item: Mapping[str, Any]) -> Entry:
    issn = line(mapping(item.get("relatedItemIdentifier")).get("relatedItemIdentifier"))
    return without_empty(
        {
            "title": _title(item),
            "volume": line(item.get("volume")),
            "issue": line(item.get("issue")),
            "pages": _pages(item),
            "issn": issn if identifiers.is_valid(issn, "issn") else "",
        }
    )


def _item_book(item: Mapping[str, Any]) -> Entry:
    isbn = line(mapping(item.get("relatedItemIdentifier")).get("relatedItemIdentifier"))
    return without_empty(
        {
            "title": _title(item),
            "pages": _pages(item),
            "isbn": isbn if identifiers.is_valid(isbn, "isbn") else "",
            "edition": line(item.get("edition")),
        }
    )


def _is(item: Mapping[str, Any], kind: str) -> bool:
    return line(item.get("relatedItemType")).lower() == kind


def _has_place(item: Mapping[str, Any]) -> bool:
    return _is(item, "journal") or _is(item, "book")


def _title(item: Mapping[str, Any]) -> str:
    titles = [line(mapping(title).get("title")) or line(title) for title in listed(item.get("titles"))]
    return next((title for title in titles if title), "")


def _pages(item: Mapping[str, Any]) -> str:
    pages = [page for key in ("firstPage", "lastPage") if (page := line(item.get(key)))]
    return "-".join(dict.fromkeys(pages))
