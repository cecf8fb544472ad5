"""A record as a work of ORCID's schema 3.0: what stands on somebody's ORCID record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from lxml import etree

from muniment.api import strip_html, title_text

_WORK: Final = "http://www.orcid.org/ns/work"
_COMMON: Final = "http://www.orcid.org/ns/common"
#: So many creators are named; people with more co-authors find them at the record.
MOST_PEOPLE: Final = 100
#: ORCID's word for a type of resource; what is not here is told by the part before the first hyphen, or is ``other``.
_TYPES: Final = {
    "audio": "sound",
    "dataset": "data-set",
    "image": "image",
    "lesson": "learning-object",
    "physicalobject": "physical-object",
    "poster": "conference-poster",
    "presentation": "conference-presentation",
    "publication-annotationcollection": "annotation",
    "publication-article": "journal-article",
    "publication-book": "book",
    "publication-conferencepaper": "conference-paper",
    "publication-conferenceproceeding": "conference-proceedings",
    "publication-datamanagementplan": "data-management-plan",
    "publication-datapaper": "journal-article",
    "publication-deliverable": "report",
    "publication-dissertation": "dissertation-thesis",
    "publication-journal": "journal-issue",
    "publication-milestone": "report",
    "publication-patent": "patent",
    "publication-peerreview": "review",
    "publication-preprint": "preprint",
    "publication-proposal": "report",
    "publication-report": "report",
    "publication-section": "book-chapter",
    "publication-softwaredocumentation": "manual",
    "publication-standard": "technical-standard",
    "publication-technicalnote": "report",
    "publication-workingpaper": "working-paper",
    "software": "software",
    "video": "moving-image",
    "workflow": "software",
}
#: What XML cannot say.
_UNSAYABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?![\d-])")


def work_document(record: Mapping[str, Any], authenticated: Iterable[str], put_code: str = "") -> bytes:
    """The XML of a record (its public JSON) as a work; `put_code` is that of one which is there already.

    iDs of creators are told only when their owners proved them (`authenticated`), as ORCID asks.
    """
    metadata: Mapping[str, Any] = record["metadata"]
    root = etree.Element(f"{{{_WORK}}}work", nsmap={"work": _WORK, "common": _COMMON})
    if put_code:
        root.set("put-code", put_code)
    _add(_add(root, "work:title"), "common:title", _cut(title_text(metadata.get("title")), 1000) or "–")
    if description := _cut(strip_html(str(metadata.get("description") or "")), 5000):
        _add(root, "work:short-description", description)
    _add(root, "work:type", work_type(str((metadata.get("resource_type") or {}).get("id") or "")))
    _add_date(root, str(metadata.get("publication_date") or ""))
    _add_identifiers(root, record)
    _add(root, "common:url", record["links"]["self_html"])
    _add_people(root, metadata.get("creators") or [], frozenset(authenticated))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def work_type(resource_type: str) -> str:
    return _TYPES.get(resource_type) or _TYPES.get(resource_type.partition("-")[0]) or "other"


def orcids_of(record: Mapping[str, Any]) -> set[str]:
    """The iDs that stand with the creators of a record."""
    return {
        str(one.get("identifier"))
        for creator in record["metadata"].get("creators") or []
        for one in creator["person_or_org"].get("identifiers") or []
        if one.get("scheme") == "orcid"
    }


def _add_date(root: Any, text: str) -> None:
    """The day on which a date (EDTF) begins, as exactly as it is known; ORCID takes years from 1900 to 2100."""
    match = _DATE.match(text)
    if match is None or not 1900 <= int(match[1]) <= 2100:
        return
    date = _add(root, "common:publication-date")
    for name, value in zip(("year", "month", "day"), match.groups(), strict=True):
        if value is None or int(value) == 0 or (name == "month" and int(value) > 12):
            break
        _add(date, f"common:{name}", value)


def _add_identifiers(root: Any, record: Mapping[str, Any]) -> None:
    """The DOI of the version, and the one of all versions; without a DOI the address of the page."""
    doi, concept = _doi(record), _doi(record.get("parent") or {})
    found = _add(root, "common:external-ids")
    if doi:
        _add_identifier(found, "doi", doi, f"https://doi.org/{doi}", "self")
    else:
        address = record["links"]["self_html"]
        _add_identifier(found, "uri", address, address, "self")
    if concept and concept != doi:
        _add_identifier(found, "doi", concept, f"https://doi.org/{concept}", "version-of")


def _add_identifier(root: Any, scheme: str, value: str, address: str, relation: str) -> None:
    found = _add(root, "common:external-id")
    _add(found, "common:external-id-type", scheme)
    _add(found, "common:external-id-value", value)
    _add(found, "common:external-id-url", address)
    _add(found, "common:external-id-relationship", relation)


def _add_people(root: Any, creators: Sequence[Mapping[str, Any]], authenticated: frozenset[str]) -> None:
    people = _add(root, "work:contributors")
    for index, creator in enumerate(creators[:MOST_PEOPLE]):
        person = creator["person_or_org"]
        found = _add(people, "work:contributor")
        for one in person.get("identifiers") or []:
            if one.get("scheme") == "orcid" and one.get("identifier") in authenticated:
                orcid = _add(found, "common:contributor-orcid")
                _add(orcid, "common:uri", f"https://orcid.org/{one['identifier']}")
                _add(orcid, "common:path", one["identifier"])
                _add(orcid, "common:host", "orcid.org")
        _add(found, "work:credit-name", _cut(str(person.get("name") or ""), 150) or "–")
        about = _add(found, "work:contributor-attributes")
        _add(about, "work:contributor-sequence", "additional" if index else "first")
        _add(about, "work:contributor-role", "author")


def _doi(document: Mapping[str, Any]) -> str:
    return str(((document.get("pids") or {}).get("doi") or {}).get("identifier") or "")


def _add(parent: Any, name: str, text: str = "") -> Any:
    prefix, _colon, local = name.partition(":")
    found = etree.SubElement(parent, f"{{{_WORK if prefix == 'work' else _COMMON}}}{local}")
    if text:
        found.text = text
    return found


def _cut(text: str, longest: int) -> str:
    text = " ".join(_UNSAYABLE.sub(" ", text).split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
