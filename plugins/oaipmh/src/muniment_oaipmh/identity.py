"""Who the repository is to harvesters: names, addresses and identifiers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from muniment.api import NotFound, Repository
from muniment_oaipmh.xml import element

_DOMAIN: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9\-]*(\.[a-zA-Z][a-zA-Z0-9\-]*)+", re.ASCII)
_EMAIL: Final = re.compile(r"\S+@(\S+\.)+\S+")


@dataclass(frozen=True)
class Identity:
    """`base` is the address of the interface, `prefix` what stands in the middle of identifiers."""

    name: str
    base: str
    prefix: str
    emails: tuple[str, ...]
    page_size: int
    token_seconds: int

    @classmethod
    def of(cls, repository: Repository, settings: Any) -> Identity:
        site = repository.config.site
        host = urlsplit(site.url).hostname or "localhost"
        contact = site.contact.removeprefix("mailto:")
        emails = tuple(settings.admin_emails) or ((contact,) if _EMAIL.fullmatch(contact) else ())
        return cls(
            name=site.name,
            base=f"{site.url}/oai2d",
            prefix=settings.id_prefix or host,
            emails=emails or (f"postmaster@{host if '.' in host else 'localhost.localdomain'}",),
            page_size=settings.page_size,
            token_seconds=settings.pause_hours * 3600,
        )

    def identifier(self, number: str) -> str:
        return f"oai:{self.prefix}:{number}"

    def number(self, identifier: str, repository: Repository) -> int | None:
        """The number of the record that an identifier of this repository names, if it can be one."""
        start = f"oai:{self.prefix}:"
        rest = identifier.removeprefix(start)
        if rest == identifier:
            return None
        try:
            number = repository.records.number_of(rest)
        except NotFound:
            return None
        return number if repository.records.public_id(number) == rest else None

    def descriptions(self) -> list[str]:
        """What else is told of the repository, as elements: what identifiers look like, of which the schema takes only
        names of domains with a dot."""
        if not _DOMAIN.fullmatch(self.prefix):
            return []
        namespace = "http://www.openarchives.org/OAI/2.0/oai-identifier"
        return [
            f'<oai-identifier xmlns="{namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            f'xsi:schemaLocation="{namespace} {namespace}.xsd">'
            + element("scheme", "oai")
            + element("repositoryIdentifier", self.prefix)
            + element("delimiter", ":")
            + element("sampleIdentifier", self.identifier("1"))
            + "</oai-identifier>"
        ]
