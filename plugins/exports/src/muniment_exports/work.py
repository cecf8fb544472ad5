"""A record as citations and catalogues see it, read from its public JSON: typed, plain text, with addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from muniment.api import Repository, strip_html, title_text
from muniment_exports import coar

Terms = Callable[[str, str], Mapping[str, Any]]
_DATE = re.compile(r"(-?\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True)
class Named:
    """An organisation: its name and address (ROR, Crossref, …), either of which may be empty."""

    name: str
    address: str = ""


@dataclass(frozen=True)
class Agent:
    """A person or organisation. `identifiers` are pairs of scheme and address; `role` is a term of the vocabulary."""

    name: str
    family: str
    given: str
    personal: bool
    affiliations: tuple[Named, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    role: str = ""

    @property
    def address(self) -> str:
        """Where the agent is identified: ORCID and ROR before others."""
        known = dict(self.identifiers)
        return known.get("orcid") or known.get("ror") or next(iter(known.values()), "")

    @property
    def orcid(self) -> str:
        """The number alone."""
        return dict(self.identifiers).get("orcid", "").rpartition("/")[2]


@dataclass(frozen=True)
class Licence:
    """`spdx` is the identifier as SPDX writes it, empty for others."""

    title: str
    spdx: str
    address: str


@dataclass(frozen=True)
class Grant:
    """Money for the work: who gave it, and for what."""

    funder: Named
    number: str
    title: str
    address: str


@dataclass(frozen=True)
class Related:
    """Another work. `relation` is a term of the vocabulary, `address` is empty for schemes that have none."""

    relation: str
    scheme: str
    identifier: str
    address: str
    kind: str


@dataclass(frozen=True)
class File:
    """A file that everybody may fetch; `size` in bytes, `checksum` as `md5:…`."""

    key: str
    size: int
    media_type: str
    checksum: str
    address: str


@dataclass(frozen=True)
class Work:
    """What is written. `props` are those of the resource type's term, such as its type in CSL."""

    data: Mapping[str, Any] = field(repr=False)
    props: Mapping[str, Any] = field(repr=False)
    repository: Repository = field(repr=False)
    terms: Terms = field(repr=False)

    @cached_property
    def metadata(self) -> Mapping[str, Any]:
        return _mapping(self.data.get("metadata"))

    @property
    def id(self) -> str:
        return str(self.data.get("id") or "")

    @property
    def page(self) -> str:
        return str(_mapping(self.data.get("links")).get("self_html") or "")

    @property
    def doi(self) -> str:
        return _doi(self.data)

    @property
    def concept_doi(self) -> str:
        return _doi(_mapping(self.data.get("parent")))

    @property
    def address(self) -> str:
        """The address to cite: that of the DOI, else the page."""
        return self.url("doi", self.doi) if self.doi else self.page

    @property
    def title(self) -> str:
        return _UNPRINTABLE.sub("", title_text(self.metadata.get("title"))) or "Untitled"

    @property
    def titles(self) -> list[tuple[str, str, str]]:
        """Further titles: kind, text, language (ISO 639-1 or -3, or empty)."""
        return self._texts("additional_titles", lambda entry: line(title_text(entry.get("title"))))

    @cached_property
    def description(self) -> str:
        return plain(self.metadata.get("description"))

    @property
    def descriptions(self) -> list[tuple[str, str, str]]:
        """Further descriptions: kind, text, language."""
        return self._texts("additional_descriptions", lambda entry: plain(entry.get("description")))

    def _texts(self, name: str, read: Callable[[Mapping[str, Any]], str]) -> list[tuple[str, str, str]]:
        return [
            (_id(entry.get("type")), text, self.language_code(_id(entry.get("lang"))))
            for entry in _list(self.metadata.get(name))
            if (text := read(entry))
        ]

    @property
    def kind(self) -> str:
        return _id(self.metadata.get("resource_type"))

    @property
    def kind_title(self) -> str:
        return _english(_mapping(self.metadata.get("resource_type")).get("title"))

    @property
    def coar_type(self) -> tuple[str, str]:
        """Address and label in COAR's vocabulary of resource types."""
        return coar.resource_type(self.kind)

    @property
    def access(self) -> str:
        """`open`, `embargoed`, `restricted` or `metadata-only`."""
        return str(_mapping(self.data.get("access")).get("status") or "open")

    @property
    def embargo_end(self) -> str:
        embargo = _mapping(_mapping(self.data.get("access")).get("embargo"))
        return str(embargo.get("until") or "") if embargo.get("active") else ""

    @property
    def coar_access(self) -> tuple[str, str]:
        """Address and label in COAR's vocabulary of access rights."""
        return coar.access_rights(self.access)

    @property
    def publisher(self) -> str:
        site = self.repository.config.site
        return line(self.metadata.get("publisher")) or site.publisher or site.name

    @property
    def date(self) -> str:
        return line(self.metadata.get("publication_date"))

    @property
    def dates(self) -> list[tuple[str, str, str]]:
        """Further dates: kind, date or interval (EDTF), description."""
        return [
            (_id(entry.get("type")), line(entry.get("date")), line(entry.get("description")))
            for entry in _list(self.metadata.get("dates"))
        ]

    @property
    def year(self) -> str:
        return next((parts[0] for parts in date_parts(self.date)), "")

    @property
    def version(self) -> str:
        return line(self.metadata.get("version"))

    @cached_property
    def creators(self) -> tuple[Agent, ...]:
        return self._agents("creators")

    @cached_property
    def contributors(self) -> tuple[Agent, ...]:
        return self._agents("contributors")

    def _agents(self, name: str) -> tuple[Agent, ...]:
        found = []
        for entry in _list(self.metadata.get(name)):
            who = _mapping(entry.get("person_or_org"))
            family, given = line(who.get("family_name")), line(who.get("given_name"))
            shown = line(who.get("name")) or ", ".join(part for part in (family, given) if part)
            if not shown:
                continue
            identifiers = tuple(
                (str(item.get("scheme")), self.url(str(item.get("scheme")), str(item.get("identifier"))))
                for item in _list(who.get("identifiers"))
                if item.get("identifier") and self.url(str(item.get("scheme")), str(item.get("identifier")))
            )
            affiliations = tuple(
                Named(line(item.get("name")) or str(item.get("id")), self._organisation(item))
                for item in _list(entry.get("affiliations"))
                if item.get("name") or item.get("id")
            )
            personal = who.get("type") != "organizational"
            found.append(Agent(shown, family, given, personal, affiliations, identifiers, _id(entry.get("role"))))
        return tuple(found)

    def _organisation(self, item: Mapping[str, Any]) -> str:
        """The address of an organisation: its ROR, by its own number or among its identifiers."""
        for entry in [*_list(item.get("identifiers")), {"scheme": "ror", "identifier": item.get("id")}]:
            scheme, identifier = str(entry.get("scheme")), str(entry.get("identifier") or "")
            if identifier and self.repository.identifiers.is_valid(scheme, identifier):
                return self.url(scheme, identifier)
        return ""

    @property
    def subjects(self) -> list[tuple[str, str]]:
        """Keywords with the address of those that come from a vocabulary."""
        found = []
        for entry in _list(self.metadata.get("subjects")):
            text = line(entry.get("subject")) or _english(entry.get("title"))
            address = str(entry.get("id") or "")
            if text:
                found.append((text, address if address.startswith(("http://", "https://")) else ""))
        return found

    @property
    def languages(self) -> list[str]:
        """ISO 639-3."""
        return [code for code in map(_id, _list(self.metadata.get("languages"))) if code]

    def language_code(self, code: str) -> str:
        """ISO 639-1 where there is one, as web languages are written."""
        return str(self.terms("languages", code).get("alpha_2") or code) if code else ""

    @property
    def licences(self) -> list[Licence]:
        found = []
        for entry in _list(self.metadata.get("rights")):
            props = _mapping(entry.get("props"))
            spdx = coar.spdx(str(entry.get("id") or "")) if entry.get("id") else ""
            address = str(props.get("url") or entry.get("link") or "") or (coar.spdx_address(spdx) if spdx else "")
            title = _english(entry.get("title")) or spdx or address
            if title:
                found.append(Licence(title, spdx, address))
        return found

    @property
    def copyright(self) -> str:
        return plain(self.metadata.get("copyright"))

    @property
    def grants(self) -> list[Grant]:
        found = []
        for entry in _list(self.metadata.get("funding")):
            funder, award = _mapping(entry.get("funder")), _mapping(entry.get("award"))
            name = line(funder.get("name")) or _english(funder.get("title")) or str(funder.get("id") or "")
            number = line(award.get("number"))
            title = _english(award.get("title"))
            addresses = (
                self.url(str(item.get("scheme")), str(item.get("identifier")))
                for item in _list(award.get("identifiers"))
            )
            found.append(
                Grant(Named(name, self._organisation(funder)), number, title, next(filter(None, addresses), ""))
            )
        return found

    @property
    def related(self) -> list[Related]:
        return [
            Related(
                _id(entry.get("relation_type")),
                str(entry.get("scheme") or ""),
                str(entry.get("identifier") or ""),
                self.url(str(entry.get("scheme")), str(entry.get("identifier") or "")),
                _id(entry.get("resource_type")),
            )
            for entry in _list(self.metadata.get("related_identifiers"))
            if entry.get("identifier")
        ]

    @property
    def identifiers(self) -> list[tuple[str, str, str]]:
        """Other identifiers of the same work: scheme, value, address."""
        return [
            (
                str(entry.get("scheme") or ""),
                str(entry["identifier"]),
                self.url(str(entry.get("scheme")), str(entry["identifier"])),
            )
            for entry in _list(self.metadata.get("identifiers"))
            if entry.get("identifier")
        ]

    @property
    def references(self) -> list[str]:
        return [
            line(title_text(entry.get("reference")))
            for entry in _list(self.metadata.get("references"))
            if entry.get("reference")
        ]

    @property
    def places(self) -> list[Mapping[str, Any]]:
        """Features of the JSON: geometry, place, description, identifiers."""
        return _list(_mapping(self.metadata.get("locations")).get("features"))

    @property
    def files(self) -> list[File]:
        found = []
        for key, entry in _mapping(_mapping(self.data.get("files")).get("entries")).items():
            address = str(_mapping(entry.get("links")).get("content") or "")
            media_type = str(entry.get("mimetype") or "application/octet-stream")
            found.append(
                File(str(key), int(entry.get("size") or 0), media_type, str(entry.get("checksum") or ""), address)
            )
        return found

    def strings(self, name: str) -> list[str]:
        """A list of texts of the metadata, such as `sizes`."""
        return [line(entry) for entry in _any(self.metadata.get(name)) if line(entry)]

    def field(self, name: str) -> Mapping[str, Any]:
        """A custom field that is an object, such as `journal:journal`; empty when it is not there."""
        return {key: value for key, value in _mapping(self._custom.get(name)).items() if value}

    def value(self, name: str) -> Any:
        """Any custom field."""
        return self._custom.get(name)

    @property
    def _custom(self) -> Mapping[str, Any]:
        return _mapping(self.data.get("custom_fields"))

    def url(self, scheme: str, identifier: str) -> str:
        """The address of an identifier; empty for schemes without."""
        address = self.repository.identifiers.url(scheme, identifier)
        return str(address or "")


class Works:
    """Makes works; keeps the few properties of terms that all records share."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def __call__(self, record: Mapping[str, Any]) -> Work:
        kind = _id(_mapping(record.get("metadata")).get("resource_type"))
        return Work(record, self.props("resourcetypes", kind), self._repository, self.props)

    def props(self, vocabulary: str, name: str) -> Mapping[str, Any]:
        """What a term has besides its titles; empty for one that there is not."""
        pair = (vocabulary, name)
        term = self._repository.vocabularies.resolve([pair]).get(pair)
        return term.props if term is not None else {}


def date_parts(text: str) -> list[tuple[str, ...]]:
    """Year, month and day of a date, of both ends of an interval: as many parts as are known."""
    found = (_DATE.match(piece.strip()) for piece in text.split("/")[:2])
    return [tuple(part for part in match.groups() if part) for match in found if match]


def plain(value: object) -> str:
    """The words of a formatted text (HTML) on one line, without characters that no format can carry."""
    return line(strip_html(value)) if isinstance(value, str) else ""


def line(value: object) -> str:
    """A text that is no HTML on one line, without characters that no format can carry: angle brackets and ampersands
    belong to it, as in a name that holds a place in angle brackets."""
    return " ".join(_UNPRINTABLE.sub("", value).split()) if isinstance(value, str) else ""


#: What XML 1.0 excludes: control characters, halves of surrogate pairs, two that stand for nothing.
_UNPRINTABLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")


def _doi(data: Mapping[str, Any]) -> str:
    return str(_mapping(_mapping(data.get("pids")).get("doi")).get("identifier") or "")


def _english(titles: object) -> str:
    found = _mapping(titles)
    return line(found.get("en")) or next((line(text) for text in found.values() if line(text)), "")


def _id(value: object) -> str:
    return str(_mapping(value).get("id") or "")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, (list, tuple)) else []


def _any(value: object) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []
