"""CSL-JSON (https://citationstyles.org/): what doi.org answers for DOIs of every registration agency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from muniment.api import ImportedRecord, KnownTerms
from muniment_importers import identifiers, languages, licences, markup
from muniment_importers.people import Name, affiliations, person_or_org
from muniment_importers.reading import Entry, Reading, imported, without_empty
from muniment_importers.resource_types import known_type
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

#: Types of CSL, and those that Crossref writes in their place.
_TYPES: Final = {
    "article": "publication", "article-journal": "publication-article", "article-magazine": "publication-article",
    "article-newspaper": "publication-article", "journal-article": "publication-article", "book": "publication-book",
    "monograph": "publication-book", "edited-book": "publication-book", "chapter": "publication-section",
    "book-chapter": "publication-section", "dataset": "dataset", "event": "event", "figure": "image-figure",
    "graphic": "image", "motion_picture": "video", "paper-conference": "publication-conferencepaper",
    "proceedings-article": "publication-conferencepaper", "proceedings": "publication-conferenceproceeding",
    "patent": "publication-patent", "peer-review": "publication-peerreview", "periodical": "publication-journal",
    "post": "other", "posted-content": "publication-preprint", "report": "publication-report",
    "review": "publication-peerreview", "software": "software", "song": "audio", "speech": "presentation",
    "standard": "publication-standard", "thesis": "publication-dissertation",
    "dissertation": "publication-dissertation", "webpage": "other", "map": "image",
}  # fmt: skip


def detect(document: Mapping[str, Any]) -> bool:
    """CSL has a type and names or dates in its own form, and none of the marks of the other formats."""
    if any(mark in document for mark in ("metadata", "titles", "attributes", "cff-version", "bibtex")):
        return False
    marks = ("issued", "author", "container-title", "DOI", "publisher")
    return isinstance(document.get("type"), str) and "title" in document and any(mark in document for mark in marks)


def read(document: Mapping[str, Any], known: KnownTerms) -> ImportedRecord:
    losses = Losses()
    reading = Reading(without_control_characters(document, losses), known, losses)
    source = reading.source
    kind = line(source.get("type")).lower()
    found = known_type(_TYPES.get(kind, "other"), "type", known, losses)
    metadata = {
        "resource_type": {"id": found} if found else None,
        "title": _title(reading),
        "creators": _people(reading, "author") or _people(reading, "editor"),
        "contributors": _editors(reading) if source.get("author") else [],
        "publication_date": _date(reading),
        "description": _description(source),
        "publisher": line(source.get("publisher")),
        "version": line(source.get("version")),
        "languages": _languages(reading),
        "subjects": _subjects(source),
        "rights": _rights(reading),
        "identifiers": _identifiers(reading),
    }
    data: Entry = {
        "metadata": without_empty(metadata),
        "custom_fields": without_empty(_custom_fields(source)),
        "access": {"record": "public", "files": "public"},
        "files": {"enabled": False},
    }
    return imported(reading, data, first_text(source, "DOI", "doi"), "csl", line(source.get("id")))


def _one(value: Any) -> str:
    """Crossref gives titles as lists of one."""
    return next((found for item in listed(value) if (found := line(item))), "")


def _title(reading: Reading) -> str:
    title, changed = markup.to_line(_one(reading.source.get("title")))
    if changed:
        reading.losses.add("title", "formatting was left out of the title")
    subtitle = markup.to_line(_one(reading.source.get("subtitle")))[0]
    return f"{title}: {subtitle}" if subtitle and subtitle.lower() not in title.lower() else title


def _people(reading: Reading, field: str) -> list[Entry]:
    found = []
    for place, item in mappings(reading.source.get(field)):
        where = f"{field}.{place}"
        ids = []
        if orcid := first_text(item, "ORCID", "orcid"):
            ids.append(identifiers.person_or_org(orcid, "orcid", f"{where}.ORCID", reading.losses))
        particle = first_text(item, "non-dropping-particle", "dropping-particle")
        family = " ".join(filter(None, (particle, line(item.get("family")), line(item.get("suffix")))))
        literal = first_text(item, "literal", "name")
        name = Name(
            name=literal,
            family=family,
            given=line(item.get("given")),
            kind="personal" if family else ("organizational" if item.get("name") else ""),
            identifiers=tuple(identifier for identifier in ids if identifier),
        )
        person = person_or_org(name, where, reading.losses)
        if person is None:
            continue
        places = [(inner_text(place, "name"), None) for place in listed(item.get("affiliation"))]
        entry = {"person_or_org": person, "affiliations": affiliations(places, where, reading.known, reading.losses)}
        found.append(without_empty(entry))
    return found


def _editors(reading: Reading) -> list[Entry]:
    role = {"role": {"id": "editor" if reading.known.has("contributorsroles", "editor") else "other"}}
    return [{**person, **role} for person in _people(reading, "editor")]


def _date(reading: Reading) -> str:
    for field in ("issued", "published", "published-online", "published-print", "created"):
        date = mapping(reading.source.get(field))
        parts = listed(date.get("date-parts"))
        numbers = [str(part) for part in listed(parts[0] if parts else None) if str(part).isdecimal()]
        if numbers and len(numbers[0]) == 4:
            return "-".join([numbers[0], *(f"{int(part):02}" for part in numbers[1:3])])
        if (raw := first_text(date, "raw", "literal")) and raw[:4].isdecimal():
            return raw[:10]
    return ""


def _description(source: Mapping[str, Any]) -> str | None:
    return markup.to_html(text(source.get("abstract"))) or None


def _languages(reading: Reading) -> list[Entry]:
    name = line(reading.source.get("language"))
    code = languages.language(name, reading.known) if name else None
    if name and not code:
        reading.losses.add("language", f"'{name}' is no language code that is known here")
    return [{"id": code}] if code else []


def _subjects(source: Mapping[str, Any]) -> list[Entry]:
    words = [line(item) for field in ("subject", "categories") for item in listed(source.get(field))]
    if isinstance(source.get("keyword"), str):
        words += [line(word) for word in source["keyword"].split(",")]
    return [{"subject": word} for word in dict.fromkeys(filter(None, words))]


def _rights(reading: Reading) -> list[Entry]:
    links = [line(item.get("URL")) for _, item in mappings(reading.source.get("license"))]
    stated = line(reading.source.get("copyright"))
    for name in filter(None, (*links, stated)):
        if found := licences.licence_id(reading.known, name):
            return [{"id": found}]
    return [licences.statement(stated, stated)] if stated else []


def _identifiers(reading: Reading) -> list[Entry]:
    source = reading.source
    pairs = [("ISBN", "isbn"), ("PMID", "pmid")]
    return [
        entry
        for field, scheme in pairs
        if (value := _one(source.get(field))) and (entry := identifiers.work(value, scheme, field, reading.losses))
    ]


def _custom_fields(source: Mapping[str, Any]) -> Entry:
    title = markup.to_line(_one(source.get("container-title")))[0]
    pages = line(source.get("page"))
    if (
        line(source.get("type")) in ("article-journal", "journal-article", "article-magazine", "article-newspaper")
        and title
    ):
        journal = {"title": title, "volume": line(source.get("volume")), "issue": line(source.get("issue"))}
        return {"journal:journal": without_empty({**journal, "pages": pages, "issn": _one(source.get("ISSN"))})}
    if title:
        place = line(source.get("publisher-place"))
        return {"imprint:imprint": without_empty({"title": title, "pages": pages, "place": place})}
    return {}
