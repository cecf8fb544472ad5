"""BibTeX: each entry as a document `{"bibtex": type, "key": …, "fields": {…}}`, and such documents as drafts."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import RemoveEnclosingMiddleware, ResolveStringReferencesMiddleware
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from pylatexenc.latex2text import LatexNodes2Text

from muniment.api import ImportedRecord, KnownTerms
from muniment_importers import dates, identifiers, languages, licences, markup
from muniment_importers.people import Name, person_or_org
from muniment_importers.reading import Entry, Reading, imported, without_empty
from muniment_importers.resource_types import known_type
from muniment_importers.values import Losses, line, mapping, without_control_characters

#: Entry types of BibTeX, biblatex and reference managers.
_TYPES: Final = {
    "article": "publication-article", "book": "publication-book", "booklet": "publication", "collection":
    "publication-book", "conference": "publication-conferencepaper", "dataset": "dataset", "inbook":
    "publication-section", "incollection": "publication-section", "inproceedings": "publication-conferencepaper",
    "manual": "publication-softwaredocumentation", "mastersthesis": "publication-dissertation", "misc": "other",
    "online": "other", "patent": "publication-patent", "phdthesis": "publication-dissertation", "presentation":
    "presentation", "proceedings": "publication-conferenceproceeding", "report": "publication-report", "software":
    "software", "techreport": "publication-report", "thesis": "publication-dissertation", "unpublished":
    "publication-workingpaper", "image": "image", "video": "video", "electronic": "other",
}  # fmt: skip
#: Fields that became something, or that say nothing about the work.
_READ: Final = frozenset({
    "title", "subtitle", "author", "editor", "year", "month", "day", "date", "doi", "url", "abstract", "publisher",
    "institution", "school", "organization", "journal", "journaltitle", "volume", "number", "issue", "pages", "issn",
    "isbn", "booktitle", "address", "location", "version", "edition", "keywords", "language", "langid", "note",
    "howpublished", "license", "copyright", "eprint", "archiveprefix", "eprinttype", "type", "series", "key", "file",
    "timestamp", "owner", "abbr", "bibsource", "biburl", "urldate", "shorttitle",
})  # fmt: skip
_MOST_BYTES: Final = 5_000_000
_BRACED: Final = re.compile(r"\{(.*)\}", re.DOTALL)


def parse(content: bytes) -> list[Mapping[str, Any]]:
    """The entries of a file; raises `ValueError` for one that has none, or too much."""
    if len(content) > _MOST_BYTES:
        raise ValueError(f"the BibTeX file has more than {_MOST_BYTES} bytes; divide it")
    text = content.decode("utf-8-sig", "replace").replace("\x00", "")
    with _quiet():
        library = parse_string(text, parse_stack=[ResolveStringReferencesMiddleware(), RemoveEnclosingMiddleware()])
    entries: list[Mapping[str, Any]] = [
        {
            "bibtex": entry.entry_type.lower(),
            "key": entry.key,
            "fields": {name.lower(): str(item.value) for name, item in entry.fields_dict.items()},
        }
        for entry in library.entries
    ]
    if not entries:
        raise ValueError("there is no BibTeX entry that can be read in this file")
    return entries


@contextmanager
def _quiet() -> Iterator[None]:
    """The library tells the log of each block that it cannot read; the reader is told otherwise."""
    logger = logging.getLogger("bibtexparser")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def detect(document: Mapping[str, Any]) -> bool:
    return isinstance(document.get("bibtex"), str) and isinstance(document.get("fields"), Mapping)


def read(document: Mapping[str, Any], known: KnownTerms) -> ImportedRecord:
    """Read one entry; LaTeX commands become the characters that they stand for, formulas stay as they are."""
    losses = Losses()
    whole = without_control_characters(document, losses)
    fields = {str(name).lower(): value for name, value in mapping(whole.get("fields")).items()}
    reading = Reading(fields, known, losses)
    kind = line(whole.get("bibtex")).lower()
    found = known_type(_TYPES.get(kind, "other"), "type", known, losses)
    metadata = {
        "resource_type": {"id": found} if found else None,
        "title": _title(reading),
        "creators": _people(reading, "author") or _people(reading, "editor"),
        "contributors": _editors(reading) if fields.get("author") else [],
        "publication_date": _date(reading),
        "description": _description(reading),
        "publisher": _first(reading, "publisher", "institution", "school", "organization"),
        "version": _first(reading, "version", "edition"),
        "subjects": _subjects(reading),
        "languages": _languages(reading),
        "rights": _rights(reading),
        "identifiers": _identifiers(reading),
    }
    for name in fields:
        if name not in _READ:
            losses.add(name, f"the field '{name}' has no place here")
    data: Entry = {
        "metadata": without_empty(metadata),
        "custom_fields": without_empty(_custom_fields(reading, kind)),
        "access": {"record": "public", "files": "public"},
        "files": {"enabled": False},
    }
    return imported(reading, data, _doi(fields), "bibtex", "")


def plain(value: Any) -> str:
    """A field as plain text on one line: LaTeX becomes Unicode, formulas between dollar signs stay."""
    source = line(value)
    if not re.search(r"[\\{}~$%&-]", source):
        return source
    try:
        converter = LatexNodes2Text(math_mode="verbatim", keep_comments=True, strict_latex_spaces=False)
        # A percent sign begins a comment in LaTeX, but not in the fields that people export.
        decoded = converter.latex_to_text(re.sub(r"(?<!\\)%", r"\%", source))
    except (ValueError, IndexError, RecursionError):
        decoded = source.replace("{", "").replace("}", "")
    return line(decoded)


def _address(value: Any) -> str:
    """A field that names something for machines, without the escapes of LaTeX."""
    return re.sub(r"\\([_&%#~$])", r"\1", line(value)).strip("{}")


def _first(reading: Reading, *names: str) -> str:
    return next((found for name in names if (found := plain(reading.source.get(name)))), "")


def _title(reading: Reading) -> str:
    title, subtitle = plain(reading.source.get("title")), plain(reading.source.get("subtitle"))
    return f"{title}: {subtitle}" if title and subtitle else title


def _people(reading: Reading, field: str) -> list[Entry]:
    source = line(reading.source.get(field))
    if not source:
        return []
    found = []
    for place, name in enumerate(split_multiple_persons_names(source)):
        if name.strip().lower() == "others":
            reading.losses.add(field, "“and others” is not kept")
            continue
        person = person_or_org(_name(name.strip()), f"{field}.{place}", reading.losses)
        if person is not None:
            found.append({"person_or_org": person})
    return found


def _name(name: str) -> Name:
    """A name in BibTeX's forms; what is in braces as a whole is an organisation's."""
    if braced := _BRACED.fullmatch(name):
        return Name(plain(braced[1]), kind="organizational")
    try:
        parts = parse_single_name_into_parts(name, strict=False)
    except ValueError:
        return Name(plain(name))
    family = plain(" ".join([*parts.von, *parts.last, *parts.jr]))
    given = plain(" ".join(parts.first))
    return Name("", family=family, given=given, kind="personal" if given else "")


def _editors(reading: Reading) -> list[Entry]:
    has_role = reading.known.has("contributorsroles", "editor")
    role = {"role": {"id": "editor" if has_role else "other"}}
    return [{**person, **role} for person in _people(reading, "editor")]


def _date(reading: Reading) -> str:
    source = reading.source
    stated = plain(source.get("date"))
    if not stated:
        parts = [plain(source.get(name)) for name in ("day", "month", "year")]
        day, month, year = parts
        stated = f"{year}-{int(month):02}" if month.isdecimal() and 0 < int(month) < 13 else f"{month} {year}".strip()
        if day and "-" not in stated:
            stated = f"{day} {stated}"
    if not stated:
        return ""
    try:
        return dates.edtf(stated)
    except dates.UnreadableDate as error:
        year = plain(source.get("year"))
        if re.fullmatch(r"\d{4}", year):
            reading.losses.add("month", f"{error}; only the year is kept")
            return year
        reading.losses.add("date", f"{error}; left out")
        return ""


def _description(reading: Reading) -> str | None:
    parts = [plain(reading.source.get(name)) for name in ("abstract", "note", "howpublished")]
    return "".join(markup.to_html(part) for part in parts if len(part) > 2) or None


def _subjects(reading: Reading) -> list[Entry]:
    words = re.split(r"[;,]", plain(reading.source.get("keywords")))
    return [{"subject": word} for word in dict.fromkeys(line(word) for word in words) if word]


def _languages(reading: Reading) -> list[Entry]:
    name = _first(reading, "langid", "language")
    code = languages.language(name, reading.known) if name else None
    if name and not code:
        reading.losses.add("language", f"'{name}' is no language code that is known here")
    return [{"id": code}] if code else []


def _rights(reading: Reading) -> list[Entry]:
    name = _first(reading, "license", "copyright")
    if not name:
        return []
    found = licences.licence_id(reading.known, name)
    return [{"id": found} if found else licences.statement(name, name)]


def _doi(fields: Mapping[str, Any]) -> str:
    return _address(fields.get("doi")) or (identifiers.doi(_address(fields.get("url"))) or "")


def _identifiers(reading: Reading) -> list[Entry]:
    source = reading.source
    pairs = [("isbn", "isbn"), ("issn", "issn")] if "booktitle" not in source and "journal" not in source else []
    if line(source.get("archiveprefix") or source.get("eprinttype")).lower() == "arxiv":
        pairs.append(("eprint", "arxiv"))
    if not identifiers.doi(_address(source.get("url"))):
        pairs.append(("url", "url"))
    found = [
        entry
        for name, scheme in pairs
        if (value := _address(source.get(name))) and (entry := identifiers.work(value, scheme, name, reading.losses))
    ]
    return list({entry["scheme"]: entry for entry in reversed(found)}.values())[::-1]


def _custom_fields(reading: Reading, kind: str) -> Entry:
    source = {name: plain(value) for name, value in reading.source.items()}
    pages = source.get("pages", "").replace("--", "–")
    fields: Entry = {}
    if title := source.get("journal") or source.get("journaltitle"):
        issue = source.get("number") or source.get("issue")
        journal = {"title": title, "volume": source.get("volume"), "issue": issue, "pages": pages}
        fields["journal:journal"] = without_empty({**journal, "issn": source.get("issn")})
    elif source.get("booktitle"):
        place = source.get("address") or source.get("location")
        fields["imprint:imprint"] = without_empty(
            {"title": source["booktitle"], "isbn": source.get("isbn"), "pages": pages, "place": place}
        )
    if kind in ("phdthesis", "mastersthesis", "thesis") and (
        school := source.get("school") or source.get("institution")
    ):
        fields["thesis:thesis"] = {"university": school}
    return fields
