"""How requests reach DataCite: over HTTPS, or to the stand-in of test mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import requests

from muniment.api import RetryLater

TIMEOUT = (10, 60)


@dataclass(frozen=True)
class Answer:
    """What DataCite answered: HTTP status, JSON body (or text under the key `text`) and headers."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Transport(Protocol):
    """Sends one request of DataCite's REST API."""

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer: ...


class HTTPTransport:
    """DataCite's REST API with basic authentication."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = url.rstrip("/")
        self.authentication = (username, password)

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        """Send a request; raises `RetryLater` when DataCite cannot be reached."""
        try:
            response = requests.request(
                method,
                self.url + path,
                json=body,
                auth=self.authentication,
                headers={"Content-Type": "application/vnd.api+json", "Accept": "application/vnd.api+json"},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise RetryLater(f"DataCite cannot be reached: {type(error).__name__}") from error
        try:
            found = response.json() if response.content else {}
        except ValueError:
            found = {"text": response.text[:500]}
        return Answer(response.status_code, found if isinstance(found, dict) else {"text": found}, response.headers)
