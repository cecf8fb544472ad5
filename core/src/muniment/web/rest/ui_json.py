"""The block `ui` of `application/vnd.inveniordm.v1+json`: what InvenioRDM's pages show, in words of one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from muniment.records.plain_text import strip_html
from muniment.web.ui.wording import display_date, localized

_ACCESS: Final[dict[str, tuple[str, str, str]]] = {
    "open": ("Open", "unlock", "positive"),
    "embargoed": ("Embargoed", "outline clock", "warning"),
    "restricted": ("Restricted", "ban", "negative"),
    "metadata-only": ("Metadata-only", "tag", ""),
}

_RECORD_WORDS: Final = {
    "open": "The record and files are publicly accessible.",
    "metadata-only": "No files are available for this record.",
}


def ui_block(data: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """The `ui` object of a record or draft; a part without data is left out."""
    metadata = data.get("metadata") or {}
    block: dict[str, Any] = {
        "publication_date_l10n_medium": _date(metadata.get("publication_date"), locale, "medium"),
        "publication_date_l10n_long": _date(metadata.get("publication_date"), locale, "long"),
        "created_date_l10n_long": _date(str(data.get("created") or "")[:10], locale, "long"),
        "updated_date_l10n_long": _date(str(data.get("updated") or "")[:10], locale, "long"),
        "resource_type": _term(metadata.get("resource_type"), locale),
        "description_stripped": strip_html(metadata["description"]) if metadata.get("description") else None,
        "version": metadata.get("version") or f"v{(data.get('versions') or {}).get('index', 1)}",
        "access_status": _access_status(data.get("access") or {}, locale),
        "conference": _conference(data.get("custom_fields") or {}),
        "publishing_information": _publishing_information(data.get("custom_fields") or {}),
        "custom_fields": dict(data.get("custom_fields") or {}),
        "is_draft": bool(data.get("is_draft")),
        "tombstone": _tombstone(data.get("tombstone"), locale),
    }
    for name, write in _LISTS.items():
        values = metadata.get(name)
        if values:
            block[name] = [write(value, locale) for value in values if isinstance(value, Mapping)]
    for name in ("creators", "contributors"):
        if metadata.get(name):
            block[name] = _people(name, metadata[name], locale)
    if (metadata.get("locations") or {}).get("features"):
        block["locations"] = [dict(feature) for feature in metadata["locations"]["features"]]
    return {name: value for name, value in block.items() if value not in (None, "")}


def _date(value: object, locale: str, style: str) -> str | None:
    return display_date(value, locale, style) if value else None


def _term(term: object, locale: str) -> dict[str, str] | None:
    if not isinstance(term, Mapping) or not term.get("id"):
        return None
    return {"id": str(term["id"]), "title_l10n": localized(term.get("title"), locale) or str(term["id"])}


def _with_terms(*names: str) -> Callable[[Mapping[str, Any], str], dict[str, Any]]:
    """A writer that copies an object, with the terms under `names` in words and descriptions without tags."""

    def write(value: Mapping[str, Any], locale: str) -> dict[str, Any]:
        written = dict(value)
        for name in names:
            if name in written:
                written[name] = _term(written[name], locale)
        if isinstance(written.get("description"), str):
            written["description"] = strip_html(written["description"])
        return {name: item for name, item in written.items() if item is not None}

    return write


def _right(value: Mapping[str, Any], locale: str) -> dict[str, Any]:
    written = {name: value[name] for name in ("id", "icon", "link", "props") if value.get(name)}
    written["title_l10n"] = localized(value.get("title"), locale) or str(value.get("id", ""))
    description = localized(value.get("description"), locale)
    if description:
        written["description_l10n"] = description
    return written


def _funding(value: Mapping[str, Any], locale: str) -> dict[str, Any]:
    written = dict(value)
    award = written.get("award")
    if isinstance(award, Mapping):
        written["award"] = {**award, "title_l10n": localized(award.get("title"), locale)}
    return written


_LISTS: Final[dict[str, Callable[[Mapping[str, Any], str], Any]]] = {
    "additional_titles": _with_terms("type", "lang"),
    "additional_descriptions": _with_terms("type", "lang"),
    "dates": _with_terms("type"),
    "languages": _term,
    "related_identifiers": _with_terms("relation_type", "resource_type"),
    "rights": _right,
    "funding": _funding,
}


def _people(name: str, people: Sequence[Mapping[str, Any]], locale: str) -> dict[str, Any]:
    """People with their affiliations as numbers into one list, as a title page numbers them."""
    numbers: dict[str, int] = {}
    affiliations: list[list[Any]] = []
    written = []
    for person in people:
        copy = dict(person)
        marks = []
        for affiliation in person.get("affiliations") or []:
            label = str(affiliation.get("name") or affiliation.get("id") or "")
            if label not in numbers:
                numbers[label] = len(numbers) + 1
                affiliations.append([numbers[label], label, affiliation.get("id")])
            marks.append([numbers[label], label])
        if marks:
            copy["affiliations"] = marks
        if isinstance(person.get("role"), Mapping):
            copy["role"] = {**person["role"], "title": localized(person["role"].get("title"), locale)}
        written.append(copy)
    return {name: written, "affiliations": affiliations}


def _access_status(access: Mapping[str, Any], locale: str) -> dict[str, Any] | None:
    status = access.get("status")
    if status not in _ACCESS:
        return None
    title, icon, message_class = _ACCESS[status]
    until = (access.get("embargo") or {}).get("until")
    words = _RECORD_WORDS.get(status) or (
        "The record is publicly accessible, but files are restricted."
        if access.get("record") == "public"
        else "The record and files are restricted to users with access."
    )
    return {
        "id": status,
        "title_l10n": title,
        "description_l10n": words,
        "icon": icon,
        "embargo_date_l10n": _date(until, locale, "long"),
        "message_class": message_class,
    }


def _conference(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    meeting = fields.get("meeting:meeting")
    return dict(meeting) if isinstance(meeting, Mapping) and meeting else None


def _publishing_information(fields: Mapping[str, Any]) -> dict[str, str] | None:
    """The lines under which a work appeared, as InvenioRDM's record page prints them."""
    found: dict[str, str] = {}
    for name, write in (("journal", _journal), ("imprint", _imprint), ("thesis", _thesis)):
        value = fields.get(f"{name}:{name}")
        if isinstance(value, Mapping) and value:
            found[name] = write(value)
        elif name == "thesis" and isinstance(fields.get("thesis:university"), str):
            found[name] = fields["thesis:university"]
    return found or None


def _journal(value: Mapping[str, Any]) -> str:
    volume, issue = value.get("volume"), value.get("issue")
    numbering = f"{volume}({issue})" if volume and issue else volume or (f"({issue})" if issue else None)
    issn = f"ISSN: {value['issn']}" if value.get("issn") else None
    return _joined(value.get("title"), numbering, value.get("pages"), issn)


def _imprint(value: Mapping[str, Any]) -> str:
    isbn = f"ISBN: {value['isbn']}" if value.get("isbn") else None
    return _joined(value.get("title"), value.get("place"), value.get("pages"), value.get("edition"), isbn)


def _thesis(value: Mapping[str, Any]) -> str:
    kind = f"({value['type']})" if value.get("type") else None
    return _joined(value.get("university"), value.get("department"), kind, value.get("date_defended"))


def _joined(*parts: object) -> str:
    return ", ".join(str(part) for part in parts if part)


def _tombstone(tombstone: object, locale: str) -> dict[str, Any] | None:
    if not isinstance(tombstone, Mapping):
        return None
    written = dict(tombstone)
    reason = _term(tombstone.get("removal_reason"), locale)
    if reason is not None:
        written["removal_reason"] = reason
    written["removal_date_l10n_long"] = _date(str(tombstone.get("removal_date") or "")[:10], locale, "long")
    return written
