"""CITATION.cff (https://citation-file-format.github.io/): how software and datasets ask to be cited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import yaml

from muniment.api import ImportedRecord, KnownTerms
from muniment_importers import dates, identifiers, licences, markup
from muniment_importers.people import Name, affiliations, person_or_org
from muniment_importers.reading import Entry, Reading, imported, without_empty
from muniment_importers.resource_types import known_type
from muniment_importers.values import Losses, first_text, line, listed, mapping, mappings, without_control_characters

_MOST_BYTES: Final = 1_000_000
_SCHEMES: Final = {"doi": "doi", "url": "url", "swh": "swh", "other": "other"}
_READ: Final = frozenset({
    "cff-version", "message", "title", "type", "authors", "contact", "date-released", "version", "doi", "identifiers",
    "url", "repository", "repository-code", "repository-artifact", "license", "license-url", "abstract", "keywords",
    "references", "preferred-citation", "commit",
})  # fmt: skip


class _Loader(yaml.BaseLoader):
    """YAML of texts, so that version 2.10 is not 2.1, and without aliases, which unfold to more than memory holds."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def parse(content: bytes) -> list[Mapping[str, Any]]:
    """The one document of a file; raises `ValueError` for what is no CITATION.cff."""
    if len(content) > _MOST_BYTES:
        raise ValueError(f"a CITATION.cff has at most {_MOST_BYTES} bytes")
    try:
        value = yaml.load(content.decode("utf-8-sig", "replace"), Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"this is not valid YAML: {' '.join(str(error).split())[:200]}") from error
    if not isinstance(value, dict) or "cff-version" not in value:
        raise ValueError("this is no CITATION.cff: there is no cff-version")
    return [value]


def detect(document: Mapping[str, Any]) -> bool:
    return "cff-version" in document


def read(document: Mapping[str, Any], known: KnownTerms) -> ImportedRecord:
    losses = Losses()
    reading = Reading(without_control_characters(document, losses), known, losses)
    source = reading.source
    kind = "dataset" if line(source.get("type")) == "dataset" else "software"
    found = known_type(kind, "type", known, losses)
    title, _ = markup.to_line(line(source.get("title")))
    metadata = {
        "resource_type": {"id": found} if found else None,
        "title": title,
        "creators": _people(reading, "authors"),
        "contributors": [{**person, "role": {"id": "contactperson"}} for person in _people(reading, "contact")],
        "publication_date": _date(reading),
        "description": markup.to_html(str(source.get("abstract") or "").strip()) or None,
        "version": line(source.get("version")),
        "subjects": [{"subject": word} for item in listed(source.get("keywords")) if (word := line(item))],
        "rights": _rights(reading),
        "identifiers": _identifiers(reading),
        "related_identifiers": _related(reading),
        "references": _references(reading),
    }
    for name in source:
        if name not in _READ:
            losses.add(name, f"the key '{name}' has no place here")
    if "preferred-citation" in source:
        losses.add("preferred-citation", "another work is asked to be cited instead; add it as a related work")
    code = line(source.get("repository-code"))
    data: Entry = {
        "metadata": without_empty(metadata),
        "custom_fields": {"code:codeRepository": code} if identifiers.is_valid(code, "url") and code else {},
        "access": {"record": "public", "files": "public"},
        "files": {"enabled": False},
    }
    return imported(reading, data, _doi(source), "cff", "")


def _people(reading: Reading, field: str) -> list[Entry]:
    found = []
    for place, item in mappings(reading.source.get(field)):
        where = f"{field}.{place}"
        ids = []
        if orcid := line(item.get("orcid")):
            ids.append(identifiers.person_or_org(orcid, "orcid", f"{where}.orcid", reading.losses))
        family = " ".join(filter(None, (line(item.get("name-particle")), line(item.get("family-names")))))
        suffix = line(item.get("name-suffix"))
        name = Name(
            name=first_text(item, "name", "alias") if not family else "",
            family=f"{family} {suffix}".strip(),
            given=line(item.get("given-names")),
            kind="personal" if family or item.get("given-names") else "organizational",
            identifiers=tuple(identifier for identifier in ids if identifier),
        )
        person = person_or_org(name, where, reading.losses)
        if person is None:
            continue
        places = [(line(item.get("affiliation")), None)]
        entry = {"person_or_org": person, "affiliations": affiliations(places, where, reading.known, reading.losses)}
        found.append(without_empty(entry))
    return found


def _date(reading: Reading) -> str:
    stated = line(reading.source.get("date-released"))
    try:
        return dates.edtf(stated) if stated else ""
    except dates.UnreadableDate as error:
        reading.losses.add("date-released", f"{error}; left out")
        return ""


def _rights(reading: Reading) -> list[Entry]:
    link = line(reading.source.get("license-url"))
    names = [line(item) for item in listed(reading.source.get("license"))] or ([link] if link else [])
    found = []
    for name in filter(None, names):
        licence = licences.licence_id(reading.known, name, link)
        found.append({"id": licence} if licence else licences.statement(name, link))
    return found


def _doi(source: Mapping[str, Any]) -> str:
    return line(source.get("doi")) or next(
        (line(item.get("value")) for _, item in mappings(source.get("identifiers")) if item.get("type") == "doi"), ""
    )


def _identifiers(reading: Reading) -> list[Entry]:
    found = []
    for place, item in mappings(reading.source.get("identifiers")):
        value, scheme = line(item.get("value")), _SCHEMES.get(line(item.get("type")), "other")
        if value == _doi(reading.source):
            continue
        entry = identifiers.work(value, scheme, f"identifiers.{place}", reading.losses)
        if entry:
            found.append(entry)
    return list({entry["scheme"]: entry for entry in reversed(found)}.values())[::-1]


def _related(reading: Reading) -> list[Entry]:
    relations = {"repository-code": "issupplementto", "repository-artifact": "isidenticalto", "url": "isdescribedby"}
    found = []
    for field, relation in relations.items():
        value = line(reading.source.get(field))
        entry = identifiers.work(value, "url", field, reading.losses) if value else None
        if entry and reading.known.has("relationtypes", relation):
            found.append({**entry, "relation_type": {"id": relation}})
    return found


def _references(reading: Reading) -> list[Entry]:
    found = []
    for _, item in mappings(reading.source.get("references")):
        names = [_short(author) for _, author in mappings(item.get("authors"))]
        parts = [
            "; ".join(filter(None, names)),
            line(item.get("year")),
            line(item.get("title")),
            line(item.get("journal")),
        ]
        entry: Entry = {"reference": ". ".join(part.rstrip(".") for part in parts if part)}
        if doi := identifiers.doi(line(item.get("doi"))):
            entry |= {"identifier": doi, "scheme": "doi"}
        if entry["reference"]:
            found.append(entry)
    return found


def _short(author: Mapping[str, Any]) -> str:
    family, given = line(author.get("family-names")), line(author.get("given-names"))
    return ", ".join(filter(None, (family, given))) or line(mapping(author).get("name"))
