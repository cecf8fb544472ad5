"""Custom fields by domain (journal, book, thesis, conference, software, …) as labelled rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from muniment.web.ui.identifier_links import identifier_view, web_address
from muniment.web.ui.wording import _, display_date, localized


@dataclass(frozen=True)
class FieldValue:
    text: str
    href: str = ""


@dataclass(frozen=True)
class FieldRow:
    label: str
    values: tuple[FieldValue, ...]


@dataclass(frozen=True)
class FieldGroup:
    """The fields of one domain, e.g. ``journal``."""

    domain: str
    title: str
    rows: tuple[FieldRow, ...]


def domain_title(domain: str) -> str:
    titles = {
        "journal": _("Journal"), "imprint": _("Book or report"), "thesis": _("Thesis"), "meeting": _("Conference"),
        "code": _("Software"),
    }  # fmt: skip
    return titles.get(domain) or domain.replace("_", " ").replace("-", " ").capitalize()


def field_label(name: str) -> str:
    labels = {
        "title": _("Title"), "issn": "ISSN", "volume": _("Volume"), "issue": _("Issue"), "pages": _("Pages"),
        "place": _("Place"), "isbn": "ISBN", "edition": _("Edition"), "university": _("University"),
        "department": _("Department"), "type": _("Type"), "date_submitted": _("Submitted"),
        "date_defended": _("Defended"), "acronym": _("Acronym"), "dates": _("Dates"), "session": _("Session"),
        "session_part": _("Part of session"), "url": _("Website"), "identifiers": _("Identifiers"),
        "codeRepository": _("Repository"), "programmingLanguage": _("Programming languages"),
        "developmentStatus": _("Development status"),
    }  # fmt: skip
    return labels.get(name) or _spaced(name)


def _spaced(name: str) -> str:
    """ "dateOfRecord" and "date_of_record" read "Date of record"."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return " ".join(words.replace("_", " ").replace("-", " ").split()).capitalize()


def custom_field_groups(fields: Mapping[str, Any], locale: str) -> tuple[FieldGroup, ...]:
    """All custom fields of a record: an object gives a row for each of its keys, anything else one row."""
    groups: dict[str, list[FieldRow]] = {}
    for name, value in fields.items():
        domain, _colon, key = str(name).partition(":")
        rows = groups.setdefault(domain, [])
        if isinstance(value, Mapping) and not _is_term(value):
            rows.extend(_row(part, content, locale) for part, content in value.items() if content)
        elif value not in (None, "", []):
            rows.append(_row(key or domain, value, locale))
    return tuple(FieldGroup(domain, domain_title(domain), tuple(rows)) for domain, rows in groups.items() if rows)


def _row(name: str, value: Any, locale: str) -> FieldRow:
    values = value if isinstance(value, list) else [value]
    return FieldRow(
        field_label(name),
        tuple(filter(lambda item: item.text, (_value(name, item, locale) for item in values))),
    )


def _value(name: str, value: Any, locale: str) -> FieldValue:
    if isinstance(value, Mapping):
        if "identifier" in value:
            view = identifier_view(value.get("identifier"), value.get("scheme"))
            return FieldValue(view.identifier, view.href)
        text = localized(value.get("title"), locale) or str(value.get("name") or value.get("id") or "")
        return FieldValue(
            text or ", ".join(str(part) for part in value.values() if isinstance(part, (str, int, float)))
        )
    if isinstance(value, bool):
        return FieldValue(_("yes") if value else _("no"))
    if name.startswith("date_"):
        return FieldValue(display_date(value, locale))
    return FieldValue(str(value), web_address(str(value)))


def _is_term(value: Mapping[str, Any]) -> bool:
    return "id" in value and set(value) <= {"id", "title"}
