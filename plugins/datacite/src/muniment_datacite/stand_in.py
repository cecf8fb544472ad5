"""The stand-in of test mode: keeps DataCite's documented behaviour for the requests of its REST API that make DOIs.

States and transitions are those of https://support.datacite.org/docs/doi-states, statuses and messages those of
https://support.datacite.org/docs/api-error-codes, the limit that of https://support.datacite.org/docs/rate-limit.
Payloads are checked twice: as JSON, and written as XML against the published schema of kernel 4.6.
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

from muniment.api import Repository, RetryLater
from muniment_datacite import kernel
from muniment_datacite.models import TestDOI
from muniment_datacite.rehearsal import what_plays
from muniment_datacite.transport import Answer

#: The account of the stand-in.
ACCOUNT: Final = ("TEST.MUNIMENT", "test")
#: Requests of one account in so many seconds.
REQUESTS: Final = 3000
WINDOW: Final = 300.0
_DOI: Final = re.compile(r"/dois/(10\.\d{4,9}/[-._;()/:a-z0-9*~$=+]+)", re.IGNORECASE)
#: The state after an event, by event and present state; what is not here changes nothing.
_TRANSITIONS: Final = {
    ("publish", "draft"): "findable",
    ("publish", "registered"): "findable",
    ("register", "draft"): "registered",
    ("hide", "findable"): "registered",
}
_REQUIRED: Final = ("creators", "titles", "publisher", "publicationYear", "types")


class RequestWindow:
    """Counts the requests of the last minutes."""

    def __init__(self, limit: int = REQUESTS, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._times: deque[float] = deque()

    def wait(self) -> float:
        """Count a request; how many seconds it comes too early, 0 when it may pass."""
        now = self._clock()
        while self._times and self._times[0] <= now - WINDOW:
            self._times.popleft()
        if len(self._times) >= self.limit:
            return self._times[0] + WINDOW - now
        self._times.append(now)
        return 0.0


class StandIn:
    """Answers like DataCite's REST API; its DOIs live in a table of the plugin.

    `authentication` is what the requests carry, an account and its password or None for nobody's.
    """

    def __init__(
        self,
        repository: Repository,
        prefixes: Sequence[str],
        *,
        authentication: tuple[str, str] | None = ACCOUNT,
        window: RequestWindow | None = None,
    ) -> None:
        self.repository = repository
        self.prefixes = tuple(prefixes)
        self.authentication = authentication
        self.window = window or repository.resources.get("datacite.stand-in", RequestWindow)

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        played = _played(what_plays(self.repository))
        if played is not None:
            return played
        wait = self.window.wait()
        if wait:
            return _error(429, "Your request has been rate limited.", {"Retry-After": str(int(wait) + 1)})
        if self.authentication is not None and self.authentication != ACCOUNT:
            return _error(401, "Bad credentials.")
        return self._answer(method, path, body)

    def _answer(self, method: str, path: str, body: Mapping[str, Any] | None) -> Answer:
        if path == "/heartbeat" and method == "GET":
            return Answer(200, {"text": "OK"})
        if path == "/dois" and method == "POST":
            return self._post(body)
        match = _DOI.fullmatch(unquote(path))
        if match is None:
            return _error(404, "The resource you are looking for doesn't exist.")
        doi = match.group(1).lower()
        if method == "GET":
            return self._get(doi)
        if method == "PUT":
            return self._put(doi, body)
        if method == "DELETE":
            return self._delete(doi)
        return _error(405, "Method not allowed")

    def _get(self, doi: str) -> Answer:
        with self.repository.database.read() as session:
            row = session.get(TestDOI, doi)
            if row is None or (row.state == "draft" and self.authentication is None):
                return _error(404, "The resource you are looking for doesn't exist.")
            return Answer(200, _resource(row))

    def _post(self, body: Mapping[str, Any] | None) -> Answer:
        sent = _attributes(body)
        doi = str((sent or {}).get("doi") or "").lower()
        if sent is None or not _DOI.fullmatch(f"/dois/{doi}"):
            return _error(400, "You need to provide a payload following the JSONAPI spec")
        with self.repository.database.read() as session:
            if session.get(TestDOI, doi) is not None:
                taken = {"source": "doi", "uid": doi, "title": "This DOI has already been taken"}
                return Answer(422, {"errors": [taken]})
        return self._put(doi, body)

    def _put(self, doi: str, body: Mapping[str, Any] | None) -> Answer:
        sent = _attributes(body)
        if sent is None:
            return _error(400, "You need to provide a payload following the JSONAPI spec")
        if self.authentication is None or doi.partition("/")[0] not in self.prefixes:
            return _error(403, "You are not authorized to access this resource.")
        event = str(sent.pop("event", ""))
        sent.pop("doi", None)
        while (answer := self._store(doi, sent, event)) is None:
            continue  # somebody else changed it while it was checked
        return answer

    def _store(self, doi: str, sent: Mapping[str, Any], event: str) -> Answer | None:
        """Check and store what a DOI becomes; None when it was changed meanwhile.

        The check of the schemas takes long, so it is made before the transaction: others wait for theirs.
        """
        with self.repository.database.read() as session:
            seen = session.get(TestDOI, doi)
        before = (seen.state, seen.attributes) if seen is not None else ("draft", {})
        merged = {key: value for key, value in {**before[1], **sent}.items() if value not in (None, [], "", {})}
        state = _TRANSITIONS.get((event, before[0])) or before[0]
        errors = _errors(doi, merged, draft=state == "draft")
        if errors:
            return Answer(422, {"errors": errors})
        with self.repository.database.write() as unit:
            row = unit.session.get(TestDOI, doi, with_for_update=True)
            if (row is None) != (seen is None) or (row is not None and (row.state, row.attributes) != before):
                return None
            if row is None:
                row = TestDOI(doi=doi)
                unit.session.add(row)
            row.state, row.attributes, row.updated = state, merged, unit.now
            return Answer(201 if seen is None else 200, _resource(row))

    def _delete(self, doi: str) -> Answer:
        if self.authentication is None:
            return _error(403, "You are not authorized to access this resource.")
        with self.repository.database.write() as unit:
            row = unit.session.get(TestDOI, doi, with_for_update=True)
            if row is None:
                return _error(404, "The resource you are looking for doesn't exist.")
            if row.state != "draft":
                return _error(405, "Method not allowed")
            unit.session.delete(row)
        return Answer(204)


def _played(plays: str) -> Answer | None:
    """What a rehearsal answers, or does not answer."""
    if plays == "away":
        raise RetryLater("DataCite cannot be reached: the stand-in rehearses an outage")
    if plays == "broken":
        return Answer(503, {"text": "Service Unavailable"})
    if plays == "busy":
        return _error(429, "Your request has been rate limited.", {"Retry-After": "30"})
    if plays == "nonsense":
        return Answer(200, {"text": "<!doctype html><title>Welcome to nginx</title>"})
    if plays == "refusing":
        refusal = {"source": "creators", "title": "Can't be blank"}
        return Answer(422, {"errors": [refusal]})
    return None


def _attributes(body: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The attributes of a JSON:API document; None for what is none."""
    data = body.get("data") if isinstance(body, Mapping) else None
    attributes = data.get("attributes") if isinstance(data, Mapping) and data.get("type") == "dois" else None
    return dict(attributes) if isinstance(attributes, Mapping) else None


def _errors(doi: str, merged: Mapping[str, Any], *, draft: bool) -> list[dict[str, str]]:
    """What is wrong with a DOI. A draft may lack what it will need; what it has must be right in any case."""
    missing = [name for name in ("url", *_REQUIRED) if not merged.get(name)]
    if missing:
        return [] if draft else [{"source": name, "title": "Can't be blank", "uid": doi} for name in missing]
    if not str(merged["url"]).startswith(("https://", "http://", "ftp://")):
        return [{"source": "url", "title": "URL is not valid", "uid": doi}]
    document = {**{key: value for key, value in merged.items() if key not in ("url", "state")}, "doi": doi}
    found = [{"source": source, "title": title, "uid": doi} for source, title in kernel.json_problems(document)]
    if not found:
        found = [
            {"source": "xml", "title": problem, "uid": doi} for problem in kernel.xml_problems(kernel.to_xml(document))
        ]
    return found


def _resource(row: TestDOI) -> dict[str, Any]:
    return {
        "data": {"id": row.doi, "type": "dois", "attributes": {**row.attributes, "doi": row.doi, "state": row.state}}
    }


def _error(status: int, title: str, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, {"errors": [{"status": str(status), "title": title}]}, headers or {})
