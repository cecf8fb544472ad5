"""Tells OpenAIRE of records for immediate indexing: published, changed, deleted. Everything here can be repeated."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
import requests

from muniment.api import ANONYMOUS, LogEntry, MunimentError, Repository, RetryLater, strip_html
from muniment_openaire import coar
from muniment_openaire.grant_agreement import grant_agreements
from muniment_openaire.models import Notice

TIMEOUT: Final = (10, 30)  # seconds to connect, and to answer
#: What OpenAIRE calls the access of a result.
_ACCESS: Final = {"open": "OPEN", "embargoed": "EMBARGO", "restricted": "RESTRICTED"}


class Refused(Exception):
    """OpenAIRE does not take what it was sent; its words are the message."""


class Notifier:
    """Brings what OpenAIRE knows of a record to its present state."""

    def __init__(self, repository: Repository, settings: Any) -> None:
        self.repository = repository
        self.settings = settings
        self.prefix = settings.id_prefix or urlsplit(repository.config.site.url).hostname or "localhost"

    def follow(self, entry: LogEntry) -> None:
        """Handle the event that a record was published, changed, deleted or restored."""
        record_id = int(entry.payload["record_id"])
        number = self.repository.records.public_id(record_id)
        told = self._told(record_id)
        record = self._public(number)
        if record is None:
            if told:
                self._send("DELETE", "", {"originalId": self._original(number), **self._source("collectedFromId")})
                self._forget(record_id)
            return
        body = self.document(record)
        digest = hashlib.blake2b(orjson.dumps(body, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()
        if digest != told:
            self._send("POST", "/feedObject", body)
            self._remember(record_id, digest)

    def document(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """A record as OpenAIRE's interface takes it; what is not known is left out."""
        metadata: Mapping[str, Any] = record["metadata"]
        kind = metadata["resource_type"]["id"]
        term = self.repository.vocabularies.resolve([("resourcetypes", kind)]).get(("resourcetypes", kind))
        status = (record.get("access") or {}).get("status")
        embargo: Mapping[str, Any] = (record.get("access") or {}).get("embargo") or {}
        found: dict[str, Any] = {
            "originalId": self._original(str(record["id"])),
            "title": metadata["title"],
            "description": strip_html(metadata.get("description") or ""),
            "url": record["links"]["self_html"],
            "authors": [person["person_or_org"]["name"] for person in metadata.get("creators", ())],
            "language": next((entry["id"] for entry in metadata.get("languages", ())), ""),
            "version": metadata.get("version") or "",
            "licenseCode": _ACCESS.get(str(status), "CLOSED"),
            "embargoEndDate": embargo.get("until") if embargo.get("active") else "",
            "publisher": metadata.get("publisher") or "",
            **self._source("collectedFromId", "hostedById"),
            "linksToProjects": list(grant_agreements(metadata)),
            "pids": list(self._pids(record)),
            "type": coar.openaire_type(kind),
            "resourceType": term.props.get("openaire_resourceType", "") if term else "",
        }
        return {key: value for key, value in found.items() if value}

    def _public(self, number: str) -> Mapping[str, Any] | None:
        """The record as everybody may see it; None for one that nobody may, or that is gone."""
        try:
            return self.repository.records.read(ANONYMOUS, number).data
        except MunimentError as error:
            if error.status in (403, 404, 410):
                return None
            raise

    def _original(self, number: str) -> str:
        return f"oai:{self.prefix}:{number}"

    def _pids(self, record: Mapping[str, Any]) -> Iterator[dict[str, str]]:
        doi = ((record.get("pids") or {}).get("doi") or {}).get("identifier")
        if doi:
            yield {"type": "doi", "value": doi}
        yield {"type": "oai", "value": self._original(str(record["id"]))}

    def _source(self, *names: str) -> dict[str, str]:
        return dict.fromkeys(names, self.settings.datasource)

    def _send(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        try:
            answer = requests.request(
                method,
                self.settings.api_url.rstrip("/") + path,
                data=orjson.dumps(body),
                auth=(self.settings.username, self.settings.password),
                headers={"Content-Type": "application/json", "Accept": "application/json"},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise RetryLater(f"OpenAIRE cannot be reached: {type(error).__name__}") from error
        if answer.status_code == 404 and method == "DELETE":
            return  # what is not there is gone
        if answer.status_code == 429 or answer.status_code >= 500:
            wait = answer.headers.get("Retry-After", "")
            raise RetryLater(f"OpenAIRE answered {answer.status_code}.", float(wait) if wait.isdigit() else None)
        if answer.status_code >= 300:
            raise Refused(f"OpenAIRE answered {answer.status_code}: {answer.text[:300]}")

    def _told(self, record_id: int) -> str:
        with self.repository.database.read() as session:
            row = session.get(Notice, record_id)
            return row.digest if row is not None else ""

    def _remember(self, record_id: int, digest: str) -> None:
        with self.repository.database.write() as unit:
            unit.session.merge(Notice(record_id=record_id, digest=digest, sent=unit.now))

    def _forget(self, record_id: int) -> None:
        with self.repository.database.write() as unit:
            row = unit.session.get(Notice, record_id)
            if row is not None:
                unit.session.delete(row)
