"""The shortest way for the commonest question: a visitor asks the API for a public record.

Flask takes longer to set a request up than the database to answer it. A request that carries nothing that any check
looks at is answered from here, byte for byte as by the view `records.read`; every other one, and every answer but 200
and 304, takes the ordinary way. `core/tests/web/test_shortcut.py` compares both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from muniment.access.actor import ANONYMOUS
from muniment.errors import MunimentError, ParentRedirect
from muniment.web.caching import REVALIDATE, SESSION_COOKIE
from muniment.web.hosts import Hosts
from muniment.web.negotiation import JSON, Representations, best_match
from muniment.web.rates import Rates
from muniment.web.request_log import ROUTE
from muniment.web.rest.representations import PLAIN
from muniment.web.typed_links import links_of

if TYPE_CHECKING:
    from muniment.records.items import RecordItem
    from muniment.repository import Repository

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

RULE: Final = "/api/records/<id>"
_PATH: Final = re.compile(r"/api/records/([0-9a-z-]{1,24})")
#: Different Accept headers whose choice is remembered.
_REMEMBERED: Final = 64


class RecordShortcut:
    """Answers plain requests for public records; `otherwise` is the application for all else."""

    def __init__(
        self,
        repository: Repository,
        hosts: Hosts,
        representations: Representations,
        rates: Rates,
        otherwise: Wsgi,
    ) -> None:
        self._rates = rates
        self._records = repository.records
        self._hosts = hosts
        self._offers = [media_type for media_type, _ in representations.offered()]
        self._otherwise = otherwise
        self._hooks = repository.hooks
        self._links = bool(repository.hooks.implementers("record_links"))
        self._accepts: dict[str | None, bool] = {}
        self._open = representations.default.name == PLAIN
        #: Cookies of any kind may mean something to plugins that give labels.
        self._any_cookie = bool(repository.hooks.implementers("actor_labels"))

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        item = self._find(environ) if self._open else None
        if item is None:
            return self._otherwise(environ, start_response)
        standing = self._rates.count(environ.get("REMOTE_ADDR", ""))
        if standing is not None and standing.refused:
            return self._otherwise(environ, start_response)
        environ[ROUTE] = RULE
        tag = f'"{item.etag}"'
        links = links_of(self._hooks, item.id, item, "api") if self._links else ""
        same = environ.get("HTTP_IF_NONE_MATCH") == tag
        headers = [
            ("ETag", tag),
            ("Vary", "Accept, Cookie, Authorization"),
            ("Cache-Control", REVALIDATE),
            *(standing.headers if standing is not None else ()),
        ]
        if links:
            headers.append(("Link", links))
        if same:
            start_response("304 NOT MODIFIED", headers)
            return []
        headers += [("Content-Type", JSON), ("Content-Length", str(len(item.body)))]
        start_response("200 OK", headers)
        return [item.body]

    def _find(self, environ: Environ) -> RecordItem | None:
        """The record that is asked for, if this is the commonest question and its answer is a record."""
        if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING") or "HTTP_AUTHORIZATION" in environ:
            return None
        found = _PATH.fullmatch(environ["PATH_INFO"])
        cookie = environ.get("HTTP_COOKIE", "")
        if found is None or SESSION_COOKIE in cookie or "HTTP_X_FORWARDED_HOST" in environ:
            return None
        if cookie and self._any_cookie:
            return None
        if not self._hosts.accepts(environ.get("HTTP_HOST")) or not self._takes_json(environ.get("HTTP_ACCEPT")):
            return None
        try:
            return self._records.read(ANONYMOUS, found[1])
        except (MunimentError, ParentRedirect):
            return None

    def _takes_json(self, accept: str | None) -> bool:
        if accept not in self._accepts:
            if len(self._accepts) >= _REMEMBERED:
                return best_match(accept, self._offers) == JSON
            self._accepts[accept] = best_match(accept, self._offers) == JSON
        return self._accepts[accept]
