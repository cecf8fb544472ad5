"""The client that everything uses which asks addresses that people or other servers chose."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from muniment.errors import ConfigurationError
from muniment.outgoing.addresses import AllowedHosts
from muniment.outgoing.failures import OutgoingFailed
from muniment.outgoing.limits import OutgoingLimits
from muniment.version import __version__

if TYPE_CHECKING:
    import requests

    from muniment.outgoing.adapter import GuardedAdapter

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
#: Headers that are for the first server only.
_SECRET: Final = frozenset({"authorization", "cookie"})


@dataclass(frozen=True)
class OutgoingAnswer:
    """What a server answered. `url` is the address that answered in the end; names in `headers` are in small
    letters."""

    status: int
    headers: Mapping[str, str]
    url: str
    content: bytes = field(default=b"", repr=False)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The content as JSON; raises `OutgoingFailed` ("broken") for anything else."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise OutgoingFailed("broken", "not JSON") from error


class OutgoingClient:
    """Asks public addresses only, and the hosts of `outgoing.allowed`.

    Each address is judged by where it leads, also after a redirect; certificates are checked; time, size and redirects
    have limits. Never used inside a transaction, nor where a person waits for something else: in a job, an event
    handler, or a view whose purpose it is. `authorities` is a file with certificates to trust instead of the usual
    ones.
    """

    def __init__(
        self, allowed: Iterable[str] = (), authorities: Path | None = None, agent: str = f"Muniment/{__version__}"
    ) -> None:
        self._allowed = tuple(allowed)
        self._authorities = authorities
        self._agent = agent

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limits: OutgoingLimits | None = None,
        trusted: Iterable[str] = (),
        reads: bool = True,
    ) -> OutgoingAnswer:
        """Send a request and give its answer, whatever its status is; raises `OutgoingFailed` when there is none.

        `trusted` are further hosts that an operator chose (as in `outgoing.allowed`). Without `reads` the body of the
        answer is left unread. Redirects are followed as often as the limits say, from https to https only; a body is
        sent to the first address only, and what names a person (Authorization, Cookie) to the first host only.
        """
        import requests

        from muniment.outgoing.connecting import Deadline

        limits = limits or OutgoingLimits()
        adapter = self._adapter(limits, trusted, internal=False)
        sent = {"User-Agent": self._agent, **(headers or {})}
        with closing(adapter), Deadline(limits.longest) as deadline:
            for _hop in range(limits.redirects + 1):
                try:
                    prepared = requests.Request(method, url, headers=sent, data=body).prepare()
                except (requests.RequestException, ValueError) as error:
                    raise OutgoingFailed("address", type(error).__name__) from error
                response = adapter.send_until(deadline, prepared, reads=reads)
                location = response.headers.get("Location", "")
                if response.status_code not in _REDIRECTS or not location or not limits.redirects:
                    return _answer(response)
                before, url = url, _next(url, location)
                method, body = _repeated(method, response.status_code), None
                sent = _passed_on(sent, before, url)
        raise OutgoingFailed("redirects", f"more than {limits.redirects}")

    def guard(
        self, session: requests.Session, *, limits: OutgoingLimits | None = None, internal: bool = False
    ) -> requests.Session:
        """Make a session of a library that brings its own keep to the rules. It follows no redirects by itself.

        With `internal` it may ask whatever is of the own network (an operator's choice, never a person's). What goes
        wrong is raised as `OutgoingFailed` through the library.
        """
        adapter = self._adapter(limits or OutgoingLimits(), (), internal=internal)
        session.trust_env = False
        session.headers["User-Agent"] = self._agent
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session

    def _adapter(self, limits: OutgoingLimits, trusted: Iterable[str], *, internal: bool) -> GuardedAdapter:
        from muniment.outgoing.adapter import GuardedAdapter
        from muniment.outgoing.connecting import Guard

        allowed = AllowedHosts([*self._allowed, *trusted])
        return GuardedAdapter(Guard(allowed, internal=internal), limits, self._trusted())

    def _trusted(self) -> str | bool:
        if self._authorities is None:
            return True
        if not self._authorities.is_file():
            raise ConfigurationError(f"outgoing.ca_file: {self._authorities} is not there.")
        return str(self._authorities)


def _answer(response: requests.Response) -> OutgoingAnswer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return OutgoingAnswer(response.status_code, headers, str(response.url), response.content)


def _next(url: str, location: str) -> str:
    """Where a redirect leads; never from https to http, nor to something that is no web address."""
    try:
        found = urljoin(url, location)
        scheme = urlsplit(found).scheme
    except ValueError as error:
        raise OutgoingFailed("redirects", "to what is no address") from error
    if scheme != "https" and scheme != urlsplit(url).scheme:
        raise OutgoingFailed("redirects", "from https to another scheme")
    return found


def _repeated(method: str, status: int) -> str:
    """How the next address is asked: as browsers do, and never with a body."""
    if method in ("GET", "HEAD"):
        return method
    if status in (307, 308):
        raise OutgoingFailed("redirects", "of a request with a body")
    return "GET"


def _passed_on(headers: dict[str, str], before: str, after: str) -> dict[str, str]:
    if urlsplit(before)[:2] == urlsplit(after)[:2]:
        return headers
    return {name: value for name, value in headers.items() if name.lower() not in _SECRET}
