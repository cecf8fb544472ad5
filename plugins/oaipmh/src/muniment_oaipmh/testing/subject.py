"""The server that is looked at: how it is asked, and what is known of its records."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from lxml import etree

OAI: Final = "{http://www.openarchives.org/OAI/2.0/}"
_SCHEMAS: Final = Path(__file__).parent / "schemas"
_ALL: Final = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:import namespace="http://www.openarchives.org/OAI/2.0/" schemaLocation="OAI-PMH.xsd"/>
<xs:import namespace="http://www.openarchives.org/OAI/2.0/oai_dc/" schemaLocation="oai_dc.xsd"/>
<xs:import namespace="http://www.openarchives.org/OAI/2.0/oai-identifier" schemaLocation="oai-identifier.xsd"/>
</xs:schema>"""

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Reply:
    """What came over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def root(self) -> Any:
        raw = gzip.decompress(self.body) if self.headers.get("Content-Encoding") == "gzip" else self.body
        return etree.fromstring(raw, etree.XMLParser(resolve_entities=False))

    @property
    def error(self) -> str | None:
        found = self.root.find(f"{OAI}error")
        return None if found is None else found.get("code")

    @property
    def request(self) -> Any:
        return self.root.find(f"{OAI}request")

    @property
    def records(self) -> list[Any]:
        return list(self.root.iter(f"{OAI}header"))

    @property
    def numbers(self) -> list[str]:
        return [header.findtext(f"{OAI}identifier").rpartition(":")[2] for header in self.records]

    @property
    def deleted(self) -> set[str]:
        return {
            header.findtext(f"{OAI}identifier").rpartition(":")[2]
            for header in self.records
            if header.get("status") == "deleted"
        }

    @property
    def token(self) -> Any:
        return next(self.root.iter(f"{OAI}resumptionToken"), None)

    def text(self, name: str) -> str:
        found = next(self.root.iter(f"{OAI}{name}"), None)
        assert found is not None, f"no {name}"
        return found.text or ""


@dataclass(frozen=True)
class World:
    """What the server holds: numbers of records, of those that are gone, and by set of those in it. `expired` is a
    token for ListIdentifiers that it gave itself and that has come to its end."""

    live: set[str]
    deleted: set[str]
    sets: Mapping[str, set[str]]
    page_size: int
    hidden: str = ""
    expired: str = ""


@dataclass
class Subject:
    """A server under test. `send(method, pairs, headers)` asks it."""

    send: Callable[[str, Pairs, Mapping[str, str]], Reply]
    world: World
    schema: Any = field(default_factory=lambda: strict_schema())

    def ask(self, *pairs: tuple[str, str], method: str = "GET", **headers: str) -> Reply:
        """One request; each answer has to be valid by the schemas, whatever it says."""
        reply = self.send(method, pairs, headers)
        assert reply.status == 200, f"status {reply.status} for {pairs}"
        assert self.schema.validate(reply.root), f"invalid answer to {pairs}: {self.schema.error_log.last_error}"
        return reply

    def listing(self, verb: str = "ListIdentifiers", *more: tuple[str, str]) -> Reply:
        return self.ask(("verb", verb), ("metadataPrefix", "oai_dc"), *more)

    def harvest(self, verb: str = "ListIdentifiers", *more: tuple[str, str]) -> list[Reply]:
        """All pages of a list."""
        pages = [self.listing(verb, *more)]
        while pages[-1].token is not None and pages[-1].token.text:
            assert len(pages) < 50, "the list does not end"
            pages.append(self.ask(("verb", verb), ("resumptionToken", pages[-1].token.text)))
        return pages

    def datestamps(self) -> list[str]:
        found = [header.findtext(f"{OAI}datestamp") for page in self.harvest() for header in page.records]
        return sorted(found)


def strict_schema() -> Any:
    return etree.XMLSchema(etree.fromstring(_ALL, base_url=f"{_SCHEMAS.as_uri()}/all.xsd"))


def numbers_of(pages: Iterable[Reply]) -> list[str]:
    return [number for page in pages for number in page.numbers]
