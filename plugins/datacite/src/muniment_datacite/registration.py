"""Registers what was published: brings each DOI at DataCite to the present state of its record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from muniment.api import SYSTEM, LogEntry, MunimentError, NotFound, Repository, RetryLater
from muniment_datacite.metadata import attributes, relation
from muniment_datacite.models import Registration
from muniment_datacite.provider import DataCiteProvider
from muniment_datacite.stand_in import StandIn
from muniment_datacite.transport import Answer, HTTPTransport, Transport

GONE = 410


class Refused(Exception):
    """DataCite does not take a payload; its words are the message."""


class Registrar:
    """Talks to DataCite for one repository. Everything here can be repeated without harm."""

    def __init__(self, repository: Repository, settings: Any, transport: Transport | None = None) -> None:
        self.repository = repository
        self.provider = DataCiteProvider(settings)
        self.transport = transport or _transport(repository, settings, self.provider.prefix)

    def follow(self, entry: LogEntry) -> None:
        """Handle the event that a record was published, deleted or restored."""
        self.register(int(entry.payload["record_id"]))

    def register(self, record_id: int) -> None:
        """Bring the DOIs of a version and of its parent to the record's present state."""
        number = self.repository.records.public_id(record_id)
        try:
            record = self.repository.records.read(SYSTEM, number).data
        except NotFound:
            self._hide(record_id)
            return
        except MunimentError as error:
            if error.status != GONE:
                raise
            self._hide(record_id)
            return
        own, concept = _doi(record), _doi(record["parent"])
        if own:
            self._send(own, "record", record_id, self._version_payload(record, concept))
        if concept and record["versions"]["is_latest"]:
            self._send(concept, "parent", record_id, self._concept_payload(record, own))

    def catch_up(self) -> int:
        """Register published DOIs that DataCite has never been told of; returns how many records were tried."""
        with self.repository.database.read() as session:
            known = {row.doi for row in session.query(Registration.doi).filter(Registration.state != "refused")}
        missing = {
            identifier.record_id
            for identifier in self.repository.records.identifiers_of("datacite")
            if identifier.scheme == "doi" and identifier.value.lower() not in known
        }
        for record_id in sorted(missing):
            self.register(record_id)
        return len(missing)

    def _version_payload(self, record: Mapping[str, Any], concept: str | None) -> dict[str, Any]:
        payload = attributes(self.repository, record)
        if concept:
            payload.setdefault("relatedIdentifiers", []).append(relation(concept, "IsVersionOf"))
        return {**payload, "url": record["links"]["self_html"]}

    def _concept_payload(self, record: Mapping[str, Any], own: str | None) -> dict[str, Any]:
        payload = attributes(self.repository, record)
        payload.pop("version", None)
        if own:
            payload.setdefault("relatedIdentifiers", []).append(relation(own, "HasVersion"))
        return {**payload, "url": record["links"]["parent_html"]}

    def _send(self, doi: str, level: str, record_id: int, payload: dict[str, Any]) -> None:
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
        with self.repository.database.read() as session:
            row = session.get(Registration, doi.lower())
        if row is not None and row.state == "findable" and row.digest == digest:
            return
        answer = self._request(doi, {**payload, "event": "publish"})
        self._remember(doi, level, record_id, "findable" if answer.status < 300 else "refused", digest, answer)

    def _hide(self, record_id: int) -> None:
        with self.repository.database.read() as session:
            rows = list(session.query(Registration).filter_by(record_id=record_id, level="record"))
        for row in rows:
            if row.state == "findable":
                answer = self._request(row.doi, {"event": "hide"})
                state = "registered" if answer.status < 300 else "refused"
                self._remember(row.doi, row.level, record_id, state, "", answer)

    def _request(self, doi: str, payload: Mapping[str, Any]) -> Answer:
        body = {"data": {"type": "dois", "attributes": dict(payload)}}
        answer = self.transport.send("PUT", f"/dois/{quote(doi.lower(), safe='/;:()')}", body)
        if answer.status == 429:
            raise RetryLater("DataCite asks to wait.", _seconds(answer.headers.get("Retry-After")))
        if answer.status >= 500:
            raise RetryLater(f"DataCite answered {answer.status}.")
        return answer

    def _remember(self, doi: str, level: str, record_id: int, state: str, digest: str, answer: Answer) -> None:
        words = _words(answer)
        with self.repository.database.write() as unit:
            unit.session.merge(
                Registration(
                    doi=doi.lower(),
                    level=level,
                    record_id=record_id,
                    state=state,
                    digest=digest if state == "findable" else "",
                    answer=words,
                    updated=unit.now,
                )
            )
        if state == "refused":
            raise Refused(f"{doi}: {words}")


def _transport(repository: Repository, settings: Any, prefix: str) -> Transport:
    if settings.test_mode:
        return StandIn(repository, prefix)
    return HTTPTransport(settings.api_url, settings.username, settings.password)


def _doi(document: Mapping[str, Any]) -> str | None:
    """The DOI that this plugin gave, of a record or a parent."""
    value = document.get("pids", {}).get("doi", {})
    return value.get("identifier") if value.get("provider") == "datacite" else None


def _words(answer: Answer) -> str:
    """DataCite's answer in a line: the status, and for errors what it says about which field."""
    errors = answer.body.get("errors") or []
    told = "; ".join(" ".join(filter(None, (error.get("source"), error.get("title")))) for error in errors)
    return f"{answer.status} {told or answer.body.get('text', '')}".strip()


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.isdigit() else None
