"""FAIR Signposting: what a record's page, its metadata and its files are to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from muniment.api import RecordItem, Repository, TypedLink, served_as

LINKSET = "application/linkset+json"
#: More authors, files or licences than these stand in the linkset alone, so that the header stays short.
MOST = 20
_ABOUT_PAGE = "https://schema.org/AboutPage"


class Links:
    """The typed links of records."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def page(self, number: str) -> str:
        return f"{self._repository.config.site.url}/records/{number}"

    def of_metadata(self, number: str) -> list[TypedLink]:
        """From the record in the API or in a format; made of its number alone, since this is asked for most."""
        return [TypedLink("describes", self.page(number), "text/html"), self._linkset(number)]

    def of_file(self, number: str) -> list[TypedLink]:
        return [TypedLink("collection", self.page(number), "text/html"), self._linkset(number)]

    def of_page(self, record: RecordItem) -> list[TypedLink]:
        """From the page: level 1 of the profile, and the way to level 2."""
        found = self.all(record)
        numbers = {rel: sum(link.rel == rel for link in found) for rel in ("author", "item", "license")}
        return [link for link in found if numbers.get(link.rel, 0) <= MOST] + [self._linkset(record.id)]

    def _linkset(self, number: str) -> TypedLink:
        return TypedLink("linkset", f"{self._repository.config.site.url}/api/records/{number}", LINKSET)

    def all(self, record: RecordItem) -> list[TypedLink]:
        """Every link of the page but that to the linkset."""
        metadata = _mapping(record.data.get("metadata"))
        doi = str(_mapping(_mapping(record.data.get("pids")).get("doi")).get("identifier") or "")
        found = [TypedLink("cite-as", self._url("doi", doi) or self.page(record.id))]
        found += [TypedLink("type", _ABOUT_PAGE), TypedLink("type", self._type(metadata))]
        for creator in metadata.get("creators") or []:
            address = self._author(_mapping(creator.get("person_or_org")))
            found += [TypedLink("author", address)] if address else []
        for right in metadata.get("rights") or []:
            address = str(_mapping(right.get("props")).get("url") or right.get("link") or "")
            found += [TypedLink("license", address)] if address else []
        found += self._described_by(record.id)
        for entry in _mapping(_mapping(record.data.get("files")).get("entries")).values():
            address = str(_mapping(entry.get("links")).get("content") or "")
            served = served_as(str(entry.get("mimetype") or "")).partition(";")[0]
            found += [TypedLink("item", address, served)] if address else []
        return found

    def _described_by(self, number: str) -> list[TypedLink]:
        """The formats that can be asked for by a media type, at the addresses where they answer with it."""
        found = []
        for format in self._repository.exports.formats:
            for offer in format.offers[:1]:
                _, _, profile = offer.partition(';profile="')
                address = f"{self.page(number)}/export/{format.name}"
                found.append(TypedLink("describedby", address, format.media_type, profile.rstrip('"')))
        return found

    def _type(self, metadata: Mapping[str, Any]) -> str:
        pair = ("resourcetypes", str(_mapping(metadata.get("resource_type")).get("id") or ""))
        term = self._repository.vocabularies.resolve([pair]).get(pair)
        return str((term.props if term else {}).get("schema.org") or "https://schema.org/CreativeWork")

    def _author(self, agent: Mapping[str, Any]) -> str:
        for entry in agent.get("identifiers") or []:
            address = self._url(str(entry.get("scheme")), str(entry.get("identifier") or ""))
            if address:
                return address
        return ""

    def _url(self, scheme: str, identifier: str) -> str:
        return self._repository.identifiers.url(scheme, identifier) if identifier else ""

    def document(self, record: RecordItem) -> bytes:
        """Level 2: the links of the page, of each file and of each description, as RFC 9264 writes them."""
        page = self.page(record.id)
        found = self.all(record)
        contexts = [{"anchor": page, **_grouped(found)}]
        back = {"href": page, "type": "text/html"}
        contexts += [{"anchor": link.href, "collection": [back]} for link in found if link.rel == "item"]
        contexts += [{"anchor": link.href, "describes": [back]} for link in found if link.rel == "describedby"]
        return orjson.dumps({"linkset": contexts})


def _grouped(links: Iterable[TypedLink]) -> dict[str, list[dict[str, str]]]:
    grouped: dict[str, list[dict[str, str]]] = {}
    for link in links:
        target = {"href": link.href, "type": link.type, "profile": link.profile}
        grouped.setdefault(link.rel, []).append({name: value for name, value in target.items() if value})
    return grouped


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
