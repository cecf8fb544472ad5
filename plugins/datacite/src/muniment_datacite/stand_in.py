"""The stand-in of test mode: keeps DataCite's documented behaviour for the requests that this plugin sends.

States and transitions are those of https://support.datacite.org/docs/doi-states; bodies of errors have the shape of
DataCite's JSON:API answers. Payloads are checked against the published schema for kernel 4.5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from datacite import schema45

from muniment.api import Repository
from muniment_datacite.models import TestDOI
from muniment_datacite.transport import Answer

_DOI = re.compile(r"/dois/(10\.\d{4,9}/[-._;()/:a-z0-9]+)", re.IGNORECASE)
#: The state after an event, by event and present state; what is not here changes nothing.
_TRANSITIONS = {
    ("publish", "draft"): "findable",
    ("publish", "registered"): "findable",
    ("register", "draft"): "registered",
    ("hide", "findable"): "registered",
}
#: Attributes of the REST API that are not part of the metadata schema.
_NOT_METADATA = ("event", "url", "prefix", "suffix", "state")


class StandIn:
    """Answers like DataCite's REST API; its DOIs live in a table of the plugin."""

    def __init__(self, repository: Repository, prefix: str) -> None:
        self.repository = repository
        self.prefix = prefix

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        match = _DOI.fullmatch(path)
        if match is None:
            return _error(404, "The resource you are looking for doesn't exist.")
        doi = match.group(1).lower()
        if method == "GET":
            return self._get(doi)
        if method == "PUT" and body is not None:
            return self._put(doi, body)
        if method == "DELETE":
            return self._delete(doi)
        return _error(405, "Method not allowed")

    def _get(self, doi: str) -> Answer:
        with self.repository.database.read() as session:
            row = session.get(TestDOI, doi)
            return Answer(200, _resource(row)) if row is not None else _error(404, "The resource doesn't exist.")

    def _put(self, doi: str, body: Mapping[str, Any]) -> Answer:
        if not doi.startswith(f"{self.prefix}/"):
            return _error(403, "You are not authorized to access this resource.")
        sent = dict(body.get("data", {}).get("attributes", {}))
        event = sent.get("event")
        if event in ("publish", "register"):
            errors = _schema_errors(doi, sent)
            if errors:
                return Answer(422, {"errors": errors})
        with self.repository.database.write() as unit:
            row = unit.session.get(TestDOI, doi)
            created = row is None
            if row is None:
                row = TestDOI(doi=doi, state="draft", attributes={}, updated=unit.now)
                unit.session.add(row)
            row.attributes = {**row.attributes, **{key: value for key, value in sent.items() if key != "event"}}
            row.state = _TRANSITIONS.get((str(event), row.state), row.state)
            row.updated = unit.now
            return Answer(201 if created else 200, _resource(row))

    def _delete(self, doi: str) -> Answer:
        with self.repository.database.write() as unit:
            row = unit.session.get(TestDOI, doi)
            if row is None:
                return _error(404, "The resource doesn't exist.")
            if row.state != "draft":
                return _error(405, "Method not allowed")
            unit.session.delete(row)
        return Answer(204)


def _schema_errors(doi: str, sent: Mapping[str, Any]) -> list[dict[str, str]]:
    document = {key: value for key, value in sent.items() if key not in _NOT_METADATA}
    document = {**document, "doi": doi, "prefix": doi.partition("/")[0], "suffix": doi.partition("/")[2]}
    found = []
    if not sent.get("url"):
        found.append({"source": "url", "title": "Can't be blank", "uid": doi})
    for error in schema45.validator.iter_errors(document):
        source = str(next(iter(error.absolute_path), "metadata"))
        found.append({"source": source, "title": error.message[:300], "uid": doi})
    return found


def _resource(row: TestDOI) -> dict[str, Any]:
    return {
        "data": {"id": row.doi, "type": "dois", "attributes": {**row.attributes, "doi": row.doi, "state": row.state}}
    }


def _error(status: int, title: str) -> Answer:
    return Answer(status, {"errors": [{"status": str(status), "title": title}]})
