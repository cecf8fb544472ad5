"""One cluster, Elasticsearch or OpenSearch, behind one method. Each is spoken to with its own client.

Whatever keeps the cluster from answering becomes `ClusterAway`, which pages and the API answer with 503.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Final, Protocol

import orjson

from muniment.api import Busy

QUIET_SECONDS: Final = 1.0
"""So long nobody asks again after a cluster did not answer: else each search would wait for the timeout."""
BULK_SECONDS: Final = 60.0
AWAY: Final = "Search is away for the moment; records, files and uploads are there as ever."
_UNTRUSTED: Final = "Nobody vouches for the certificate of the search cluster; see the setting elasticsearch.ca_file:"

Json = Mapping[str, Any]


class ClusterAway(Busy):
    """The cluster cannot be reached, or cannot do now what it is asked."""


class ClusterRefused(ValueError):
    """The cluster says that the request itself is wrong; `status` is its answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Answered(Exception):
    """An answer with an error, from either client."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(str(status))
        self.status = status
        self.body = body


class Unreachable(Exception):
    """No answer, from either client."""


class Untrusted(Unreachable):
    """A node whose certificate nobody vouches for, from either client."""


class Client(Protocol):
    """What the two clients have in common once they are wrapped."""

    def send(self, method: str, path: str, params: Json, body: Any, seconds: float, *, lines: bool) -> Any:
        """Raises `Answered` or `Unreachable`."""

    def close(self) -> None: ...


class Cluster:
    """Sends requests, and remembers what went wrong last."""

    def __init__(self, settings: SimpleNamespace) -> None:
        self.settings = settings
        self._client: Client | None = None
        self._lock = threading.Lock()
        self._quiet_until = 0.0
        self.problem = ""

    def request(
        self, method: str, path: str, body: Any = None, *, seconds: float | None = None, **params: Any
    ) -> dict[str, Any]:
        """The answer as JSON. Raises `ClusterAway`, or `ClusterRefused` for an answer that blames the request."""
        return self._send(method, path, params, body, seconds or self.settings.timeout, lines=False)

    def bulk(self, path: str, lines: Sequence[bytes], **params: Any) -> dict[str, Any]:
        """Send lines of JSON."""
        return self._send("POST", path, params, b"\n".join(lines) + b"\n", BULK_SECONDS, lines=True)

    def close(self) -> None:
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _send(
        self, method: str, path: str, params: dict[str, Any], body: Any, seconds: float, *, lines: bool
    ) -> dict[str, Any]:
        if time.monotonic() < self._quiet_until:
            raise ClusterAway(AWAY)
        try:
            answer = self._connected().send(method, path, params, body, seconds, lines=lines)
        except Untrusted as error:
            raise self._away(f"{_UNTRUSTED} {error}", quiet=True) from error
        except Unreachable as error:
            raise self._away(f"The search cluster does not answer: {error}", quiet=True) from error
        except Answered as error:
            reason = reason_of(error.body)
            if error.status in (400, 404, 409):
                raise ClusterRefused(error.status, reason) from error
            raise self._away(self._told(error.status, reason)) from error
        if not isinstance(answer, dict):
            raise self._away("What answers is no search cluster; see the setting elasticsearch.hosts.", quiet=True)
        self.problem = ""
        return answer

    def _told(self, status: int, reason: str) -> str:
        """What an answer with an error means for who operates the site; what the node says may be long."""
        if status == 401:
            where = "elasticsearch.api_key" if self.settings.api_key else "elasticsearch.username and .password"
            return f"The search cluster does not know the account (401); see the settings {where}."
        if status == 403:
            needed = f"it needs all rights on {self.settings.prefix}-*"
            return f"The account may not do that in the search cluster (403), {needed}: {reason}"
        return f"The search cluster answers with {status}: {reason}"

    def _away(self, problem: str, *, quiet: bool = False) -> ClusterAway:
        self.problem = problem[:300]
        if quiet:
            self._quiet_until = time.monotonic() + QUIET_SECONDS
        return ClusterAway(AWAY)

    def _connected(self) -> Client:
        with self._lock:
            if self._client is None:
                try:
                    self._client = connect(self.settings)
                except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
                    raise Untrusted(f"{self.settings.ca_file}: {error}") from error
            return self._client


def connect(settings: SimpleNamespace) -> Client:
    """The client for the flavour that is set; only that library is imported.

    The libraries would write down each request; what goes wrong is told by `Cluster`.
    """
    for name in ("opensearch", "elastic_transport"):
        logging.getLogger(name).setLevel(logging.ERROR)
    if settings.flavour == "elasticsearch":
        from muniment_elasticsearch.elasticsearch_client import ElasticsearchClient

        return ElasticsearchClient(settings)
    from muniment_elasticsearch.opensearch_client import OpenSearchClient

    return OpenSearchClient(settings)


def reason_of(body: Any) -> str:
    """The reason in an answer, in a few words."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if isinstance(error, Mapping):
        causes = error.get("root_cause") or [error]
        cause = causes[0] if isinstance(causes[0], Mapping) else error
        return f"{cause.get('type', 'error')}: {cause.get('reason', '')}"[:300]
    return str(error or body or "no reason given")[:300]


def decoded(body: Any) -> Any:
    """JSON out of what a client keeps of an answer that it raises."""
    if isinstance(body, str | bytes):
        try:
            return orjson.loads(body)
        except ValueError:
            return body
    return body
