"""How requests reach DataCite: over HTTPS, or to the stand-in of test mode."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import requests
from urllib3.exceptions import HTTPError

from muniment.api import RetryLater, __version__

#: Seconds for the connection, and between two pieces of an answer.
TIMEOUT: Final = (10, 60)
#: And for the whole answer.
LONGEST: Final = 120.0
#: Of an answer that is no JSON so much is kept.
LONGEST_TEXT: Final = 500
#: No document of DataCite is larger.
LARGEST_ANSWER: Final = 20_000_000


@dataclass(frozen=True)
class Answer:
    """What DataCite answered: HTTP status, JSON body (or text under the key `text`) and headers."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def resource(self) -> Mapping[str, Any] | None:
        """The attributes of the DOI in it; None for an answer that has none, whatever its status says."""
        data = self.body.get("data")
        attributes = data.get("attributes") if isinstance(data, Mapping) else None
        return attributes if isinstance(attributes, Mapping) else None

    @property
    def words(self) -> str:
        """The answer in a line: the status, and for errors what it says about which field."""
        errors = self.body.get("errors")
        told = [_error(entry) for entry in errors if entry] if isinstance(errors, list) else []
        text = "; ".join(told) or str(self.body.get("text") or "")
        return f"{self.status} {' '.join(text.split())}"[:2000].strip()


def _error(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return str(entry)
    return " ".join(str(entry[key]) for key in ("source", "title") if entry.get(key))


class Transport(Protocol):
    """Sends one request of DataCite's REST API; raises `RetryLater` when it cannot be reached."""

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer: ...


class HTTPTransport:
    """DataCite's REST API with basic authentication."""

    def __init__(self, url: str, username: str, password: str, contact: str = "") -> None:
        self.url = url.rstrip("/")
        self.authentication = (username, password)
        mail = f"; mailto:{contact}" if contact else ""
        self.agent = f"Muniment/{__version__} (https://pypi.org/project/muniment-datacite/{mail})"

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        try:
            response = requests.request(
                method,
                self.url + path,
                json=body,
                auth=self.authentication,
                headers={
                    "Content-Type": "application/vnd.api+json",
                    "Accept": "application/vnd.api+json",
                    "User-Agent": self.agent,
                },
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            with response:
                content = _read(response)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise RetryLater(f"DataCite cannot be reached: {type(error).__name__}") from error
        return Answer(response.status_code, _parsed(response, content), response.headers)


def _read(response: requests.Response) -> bytes:
    """The body, as long as it comes within the time; one that drips would hold up all others."""
    deadline = time.monotonic() + LONGEST
    content = b""
    while piece := response.raw.read1(65_536, decode_content=True):
        content += piece
        if len(content) > LARGEST_ANSWER or time.monotonic() > deadline:
            raise RetryLater("DataCite's answer takes too long or is too large to be one.")
    return content


def _parsed(response: requests.Response, content: bytes) -> Mapping[str, Any]:
    if not content:
        return {}
    response._content = content
    try:
        found = response.json()
    except ValueError:
        return {"text": response.text[:LONGEST_TEXT]}
    return found if isinstance(found, dict) else {"text": str(found)[:LONGEST_TEXT]}
