"""What else a record says of itself: dates, funding, works and places, in the words of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from muniment.records.plain_text import title_text
from muniment.web.ui.clean_html import block_html, inline_html
from muniment.web.ui.identifier_links import IdentifierView, identifier_view, web_address
from muniment.web.ui.places_map import bounds, positions
from muniment.web.ui.wording import _, display_date, localized, number, term_title


@dataclass(frozen=True)
class LicenceView:
    """A licence or other statement of rights. `short` is what stands in the row of chips."""

    title: str
    short: str
    description: str
    href: str


@dataclass(frozen=True)
class SubjectView:
    subject: str
    scheme: str
    href: str


@dataclass(frozen=True)
class DateView:
    kind: str
    date: str
    note: str


@dataclass(frozen=True)
class WorkView:
    """A related work: what it is to this record, and what it is."""

    relation: str
    identifier: IdentifierView
    kind: str


@dataclass(frozen=True)
class FundingView:
    funder: str
    funder_href: str
    title: str
    number: str
    acronym: str
    href: str


@dataclass(frozen=True)
class ReferenceView:
    text: Markup
    identifier: IdentifierView | None


@dataclass(frozen=True)
class PlaceView:
    name: str
    description: str
    coordinates: str
    map_href: str
    identifiers: tuple[IdentifierView, ...]


@dataclass(frozen=True)
class TextView:
    """A further title or description with its kind and language code (for `lang`)."""

    kind: str
    text: Markup
    language: str


def mappings(entries: object) -> list[Mapping[str, Any]]:
    """The objects of a list; anything else is no list of objects and gives none."""
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        return []
    return [entry for entry in entries if isinstance(entry, Mapping)]


def licences(metadata: Mapping[str, Any], locale: str) -> tuple[LicenceView, ...]:
    found = []
    for entry in mappings(metadata.get("rights")):
        title = term_title(entry, locale)
        identifier = str(entry.get("id") or "")
        address = str((entry.get("props") or {}).get("url") or entry.get("link") or "")
        found.append(
            LicenceView(
                title,
                licence_name(identifier) or title,
                localized(entry.get("description"), locale),
                web_address(address),
            )
        )
    return tuple(found)


def licence_name(identifier: str) -> str:
    """ "CC BY 4.0" for ``cc-by-4.0``: the names under which people know licences."""
    if identifier.startswith("cc-"):
        parts = identifier[3:].upper().split("-")
        version = parts.pop() if parts and parts[-1][:1].isdigit() else ""
        return " ".join(filter(None, ["CC", "-".join(parts), version]))
    if identifier == "cc0-1.0":
        return "CC0 1.0"
    return identifier.upper() if identifier in ("mit", "isc") else ""


def subjects(metadata: Mapping[str, Any], locale: str) -> tuple[SubjectView, ...]:
    found = []
    for entry in mappings(metadata.get("subjects")):
        text = localized(entry.get("title"), locale) or str(entry.get("subject") or entry.get("id") or "")
        found.append(SubjectView(text, str(entry.get("scheme") or ""), text))
    return tuple(subject for subject in found if subject.subject)


def dates(metadata: Mapping[str, Any], locale: str) -> tuple[DateView, ...]:
    return tuple(
        DateView(
            term_title(entry.get("type"), locale),
            display_date(entry.get("date"), locale),
            str(entry.get("description") or ""),
        )
        for entry in mappings(metadata.get("dates"))
    )


def languages(metadata: Mapping[str, Any], locale: str) -> tuple[str, ...]:
    return tuple(term_title(entry, locale) for entry in mappings(metadata.get("languages")))


def further_titles(metadata: Mapping[str, Any], locale: str) -> tuple[TextView, ...]:
    return tuple(
        TextView(
            term_title(entry.get("type"), locale),
            Markup.escape(title_text(entry.get("title"))),
            _language(entry),
        )
        for entry in mappings(metadata.get("additional_titles"))
        if entry.get("title")
    )


def further_descriptions(metadata: Mapping[str, Any], locale: str) -> tuple[TextView, ...]:
    return tuple(
        TextView(term_title(entry.get("type"), locale), block_html(entry.get("description")), _language(entry))
        for entry in mappings(metadata.get("additional_descriptions"))
        if entry.get("description")
    )


def _language(entry: Mapping[str, Any]) -> str:
    return language_code(str((entry.get("lang") or {}).get("id") or ""))


_TWO_LETTERS = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "por": "pt", "nld": "nl",
    "jpn": "ja", "zho": "zh", "chi": "zh", "kor": "ko", "rus": "ru", "ukr": "uk", "pol": "pl", "ces": "cs", "cze": "cs",
    "ara": "ar", "heb": "he", "fas": "fa", "per": "fa", "ell": "el", "gre": "el", "tur": "tr", "swe": "sv", "dan": "da",
    "nor": "no", "fin": "fi", "hun": "hu", "ron": "ro", "hin": "hi", "vie": "vi", "ind": "id", "tha": "th", "cat": "ca",
}  # fmt: skip


def language_code(code: str) -> str:
    """The BCP 47 code for an ISO 639-3 one: browsers want the two-letter code where there is one."""
    return _TWO_LETTERS.get(code, code)


def alternate_identifiers(metadata: Mapping[str, Any]) -> tuple[IdentifierView, ...]:
    return tuple(
        identifier_view(entry.get("identifier"), entry.get("scheme")) for entry in mappings(metadata.get("identifiers"))
    )


def related_works(metadata: Mapping[str, Any], locale: str) -> tuple[tuple[str, tuple[WorkView, ...]], ...]:
    """Related works grouped by relation, in the order in which the relations first appear."""
    groups: dict[str, list[WorkView]] = {}
    for entry in mappings(metadata.get("related_identifiers")):
        relation = term_title(entry.get("relation_type"), locale)
        identifier = identifier_view(entry.get("identifier"), entry.get("scheme"))
        kind = term_title(entry.get("resource_type"), locale)
        groups.setdefault(relation, []).append(WorkView(relation, identifier, kind))
    return tuple((relation, tuple(works)) for relation, works in groups.items())


def funding(metadata: Mapping[str, Any], locale: str) -> tuple[FundingView, ...]:
    found = []
    for entry in mappings(metadata.get("funding")):
        funder: Mapping[str, Any] = entry.get("funder") or {}
        award: Mapping[str, Any] = entry.get("award") or {}
        links = [
            identifier_view(item.get("identifier"), item.get("scheme")).href
            for item in mappings(award.get("identifiers"))
        ]
        found.append(
            FundingView(
                funder=str(funder.get("name") or funder.get("id") or ""),
                funder_href=identifier_view(funder.get("id"), "ror").href if funder.get("id") else "",
                title=localized(award.get("title"), locale),
                number=str(award.get("number") or ""),
                acronym=str(award.get("acronym") or ""),
                href=next(filter(None, links), ""),
            )
        )
    return tuple(found)


def references(metadata: Mapping[str, Any]) -> tuple[ReferenceView, ...]:
    found = []
    for entry in mappings(metadata.get("references")):
        identifier = identifier_view(entry["identifier"], entry.get("scheme")) if entry.get("identifier") else None
        found.append(ReferenceView(inline_html(entry.get("reference")), identifier))
    return tuple(found)


def located(metadata: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The GeoJSON features of a work."""
    section = metadata.get("locations")
    return tuple(mappings(section.get("features") if isinstance(section, Mapping) else None))


def places(metadata: Mapping[str, Any], locale: str) -> tuple[PlaceView, ...]:
    found = []
    for feature in located(metadata):
        geometry = feature.get("geometry")
        coordinates, address = _whereabouts(geometry, locale) if isinstance(geometry, Mapping) else ("", "")
        identifiers = tuple(
            identifier_view(item.get("identifier"), item.get("scheme")) for item in mappings(feature.get("identifiers"))
        )
        found.append(
            PlaceView(
                str(feature.get("place") or ""),
                str(feature.get("description") or ""),
                coordinates,
                address,
                identifiers,
            )
        )
    return tuple(found)


def _whereabouts(geometry: Mapping[str, Any], locale: str) -> tuple[str, str]:
    """Where a geometry is, in words, and for a point a map to see it on; of several points and of areas the corners of
    the box around them."""
    points, rings = positions(geometry)
    found = [*points, *(position for ring in rings for position in ring)]
    if not found:
        return "", ""
    west, south, east, north = bounds(found)
    corner = _in_words(west, south, locale)
    if (west, south) != (east, north):
        return _("%(from)s to %(to)s", **{"from": corner, "to": _in_words(east, north, locale)}), ""
    return corner, f"https://www.openstreetmap.org/?mlat={south:g}&mlon={west:g}#map=8/{south:g}/{west:g}"


def _in_words(longitude: float, latitude: float, locale: str) -> str:
    north = (
        _("%(degrees)s° N", degrees=number(latitude, locale))
        if latitude >= 0
        else _("%(degrees)s° S", degrees=number(-latitude, locale))
    )
    east = (
        _("%(degrees)s° E", degrees=number(longitude, locale))
        if longitude >= 0
        else _("%(degrees)s° W", degrees=number(-longitude, locale))
    )
    return f"{north}, {east}"
