"""Titles, descriptions, subjects, dates and rights of DataCite documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muniment_importers import dates as calendar
from muniment_importers import languages, licences, markup
from muniment_importers.reading import Entry, Reading, unique, without_empty
from muniment_importers.values import Losses, first_text, is_unknown, line, listed, mapping, mappings, text

_TITLE_TYPES = {
    "alternativetitle": "alternative-title",
    "subtitle": "subtitle",
    "translatedtitle": "translated-title",
    "other": "other",
}
_DESCRIPTION_TYPES = {
    "abstract": "abstract",
    "methods": "methods",
    "seriesinformation": "series-information",
    "tableofcontents": "table-of-contents",
    "technicalinfo": "technical-info",
    "other": "other",
}
#: Shorter texts are no description, by the schema of the repository.
_SHORTEST = 3


def texts(reading: Reading) -> Entry:
    """The parts of the metadata that are prose, dates or statements."""
    published, dated = _dates(reading)
    return {
        **_titles(reading),
        **_descriptions(reading),
        "subjects": _subjects(reading),
        "publication_date": published,
        "dates": dated,
        "rights": _rights(reading),
    }


def unless_unknown(value: str, field: str, losses: Losses) -> str:
    """The value, or nothing for a code such as `(:unav)` where a record may do without."""
    if not is_unknown(value):
        return value
    losses.add(field, f"'{value}' is a code for unknown information; left out")
    return ""


def access(reading: Reading) -> Entry:
    """Restricted files where a rights statement says so; a record about them is public."""
    statements = {licences.access_statement(found) for _, found in _statements(reading)}
    closed = statements & {"closed", "embargoed", "restricted"}
    return {"record": "public", "files": "restricted" if closed else "public"}


def _titles(reading: Reading) -> Entry:
    entries = [
        (number, _title(mapping(item) or {"title": item}, f"titles.{number}", reading))
        for number, item in enumerate(listed(reading.source.get("titles")))
    ]
    found = [(number, title, kind, lang) for number, (title, kind, lang) in entries if title]
    main = next((entry for entry in found if not entry[2]), found[0] if found else None)
    others = []
    for entry in found:
        if entry is main:
            continue
        number, title, kind, lang = entry
        if len(title) < _SHORTEST:
            reading.losses.add(f"titles.{number}", "too short for a title; left out")
            continue
        others.append(without_empty({"title": title, "type": {"id": kind or "other"}, "lang": lang}))
        if not kind:
            reading.losses.add(f"titles.{number}", "a second main title; kept as an additional title of type 'other'")
    return {"title": main[1] if main else None, "additional_titles": others}


def _title(item: Mapping[str, Any], where: str, reading: Reading) -> tuple[str, str, Entry | None]:
    plain, changed = markup.to_line(text(item.get("title")))
    if changed:
        reading.losses.add(where, "formatting was left out of a title")
    kind = line(item.get("titleType"))
    known = _TITLE_TYPES.get(kind.lower().replace(" ", ""), "other" if kind else "")
    return plain, known, _language(item, reading)


def _language(item: Mapping[str, Any], reading: Reading) -> Entry | None:
    code = languages.language(line(item.get("lang")), reading.known) if item.get("lang") else None
    return {"id": code} if code else None


def _descriptions(reading: Reading) -> Entry:
    """The first abstract is the description; all else is additional, and so is an abstract in a second language."""
    description, additional = None, []
    for number, item in enumerate(listed(reading.source.get("descriptions"))):
        source = mapping(item) or {"description": item}
        content = markup.to_html(
            unless_unknown(text(source.get("description")), f"descriptions.{number}", reading.losses)
        )
        kind = _DESCRIPTION_TYPES.get(line(source.get("descriptionType")).lower().replace(" ", ""), "other")
        if len(content) < _SHORTEST:
            continue
        if kind == "abstract" and description is None:
            description = content
        else:
            entry = {"description": content, "type": {"id": kind}, "lang": _language(source, reading)}
            additional.append(without_empty(entry))
    additional.extend(_series(reading, additional))
    return {"description": description, "additional_descriptions": additional}


def _series(reading: Reading, additional: list[Entry]) -> list[Entry]:
    """The series that DataCite's REST API keeps as `container`, unless a description tells it already."""
    container = mapping(reading.source.get("container"))
    title = line(container.get("title"))
    told = " ".join(entry["description"] for entry in additional)
    if len(title) < _SHORTEST or "series" not in line(container.get("type")).lower() or title in told:
        return []
    return [{"description": markup.to_html(title), "type": {"id": "series-information"}}]


def _subjects(reading: Reading) -> list[Entry]:
    found, schemes = [], set()
    for number, item in enumerate(listed(reading.source.get("subjects"))):
        source = mapping(item) or {"subject": item}
        term = line(source.get("valueUri"))
        words, _ = markup.to_line(text(source.get("subject")))
        if term and reading.known.has("subjects", term):
            found.append({"id": term})
        elif words := unless_unknown(words, f"subjects.{number}", reading.losses):
            found.append({"subject": words})
            schemes.add(line(source.get("subjectScheme")))
    if named := sorted(schemes - {""}):
        reading.losses.add("subjects", f"subjects of {', '.join(named)} are kept as words, without their scheme")
    return unique(found)


def _dates(reading: Reading) -> tuple[str | None, list[Entry]]:
    """The publication date (the day of `Issued` within the publication year, else the year) and all other dates."""
    entries = []
    for number, item in mappings(reading.source.get("dates")):
        if date := _parsed(line(item.get("date")), f"dates.{number}", reading.losses, calendar.edtf_or_moment):
            kind = _date_type(line(item.get("dateType")), f"dates.{number}", reading)
            if ":" in line(item.get("date")) and ":" not in date:
                reading.losses.add(f"dates.{number}", "the time of day is not kept, only the day")
            entries.append((kind, date, line(item.get("dateInformation"))))
    issued = next((date for kind, date, _ in entries if kind == "issued"), None)
    published = _publication_date(reading, issued)
    rest = [
        without_empty({"date": date, "type": {"id": kind}, "description": note})
        for kind, date, note in entries
        if (kind, date, note) != ("issued", published, "")
    ]
    return published, unique(rest)


def _publication_date(reading: Reading, issued: str | None) -> str | None:
    source, losses = reading.source, reading.losses
    year = _parsed(line(source.get("publicationYear")), "publicationYear", losses, calendar.year)
    if issued and (not year or issued.startswith(year)):
        return issued.partition("T")[0]
    if year:
        return year
    return _parsed(first_text(source, "publicationDate", "published"), "published", losses, calendar.edtf)


def _parsed(value: str, field: str, losses: Losses, parse: Callable[[str], str]) -> str | None:
    if not value:
        return None
    try:
        return parse(value)
    except calendar.UnreadableDate as error:
        losses.add(field, f"{error}; left out")
        return None


def _date_type(name: str, where: str, reading: Reading) -> str:
    kind = name.lower().replace(" ", "")
    if kind and reading.known.has("datetypes", kind):
        return kind
    reason = f"the date type '{name}' does not exist here" if name else "the date has no type"
    reading.losses.add(f"{where}.dateType", f"{reason}; kept as 'other'")
    return "other"


def _statements(reading: Reading) -> list[tuple[Mapping[str, Any], str]]:
    """Every rights statement with each of its texts."""
    found = []
    for item in listed(reading.source.get("rightsList")):
        source = mapping(item) or {"rights": item}
        found += [(source, value) for key in ("rights", "rightsUri") if (value := line(source.get(key)))]
    return found


def _rights(reading: Reading) -> list[Entry]:
    found = []
    for item in listed(reading.source.get("rightsList")):
        source = mapping(item) or {"rights": item}
        words, address = line(source.get("rights")), line(source.get("rightsUri"))
        if licences.access_statement(address) or (licences.access_statement(words) and not address):
            continue
        licence = licences.licence_id(reading.known, line(source.get("rightsIdentifier")), address, words)
        if licence:
            found.append({"id": licence})
        elif words.strip("-. ") or address:
            found.append(licences.statement(words, address, languages.alpha_2(line(source.get("lang")))))
    return unique(found)
