"""ORCID's member interface: adding, changing and taking out works with a person's token."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Final

import requests
from urllib3.exceptions import HTTPError

from muniment.api import RetryLater, __version__
from muniment_orcid.addresses import api_address

#: Seconds for the connection, and between two pieces of an answer.
TIMEOUT: Final = (10, 30)
#: And for the whole answer.
LONGEST: Final = 60.0
LARGEST: Final = 1_000_000
#: A Retry-After beyond this is not believed.
LONGEST_ASKED: Final = 86_400.0
_AWAY: Final = frozenset({408, 421, 425, 429})
_LOCATION: Final = re.compile(r"/work/(\d{1,18})/?\Z")
#: Of a work that is there already ORCID tells where.
_PRESENT: Final = re.compile(r"put-code\D{0,3}(\d{1,18})")


@dataclass(frozen=True)
class Answer:
    """What ORCID answered: HTTP status, its words, and the put-code that it gave or named, "" for none."""

    status: int
    words: str
    put_code: str = ""

    @property
    def is_done(self) -> bool:
        return 200 <= self.status < 300


class MemberAPI:
    """Talks to ORCID for one API client. Raises `RetryLater` when it is away or asks to wait."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.address = api_address(settings.url, "api")

    def add(self, orcid: str, token: str, document: bytes) -> Answer:
        return self._send("POST", f"{self.address}/{orcid}/work", token, document)

    def change(self, orcid: str, token: str, put_code: str, document: bytes) -> Answer:
        return self._send("PUT", f"{self.address}/{orcid}/work/{put_code}", token, document)

    def remove(self, orcid: str, token: str, put_code: str) -> Answer:
        return self._send("DELETE", f"{self.address}/{orcid}/work/{put_code}", token)

    def revoke(self, token: str) -> Answer:
        """Give a token back (RFC 7009)."""
        form = {"client_id": self.settings.client_id, "client_secret": self.settings.client_secret, "token": token}
        return self._asked("POST", f"{self.settings.url.rstrip('/')}/oauth/revoke", data=form)

    def _send(self, method: str, address: str, token: str, document: bytes | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {token}"}
        if document is not None:
            headers["Content-Type"] = "application/vnd.orcid+xml"
        return self._asked(method, address, data=document, headers=headers)

    def _asked(self, method: str, address: str, **sent: Any) -> Answer:
        headers = {
            "Accept": "application/json",
            "User-Agent": f"Muniment/{__version__} (https://pypi.org/project/muniment-orcid/)",
            **sent.pop("headers", {}),
        }
        try:
            with requests.Session() as session:
                session.trust_env = False
                response = session.request(
                    method, address, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True, **sent
                )
                with response:
                    response._content = _read(response)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise RetryLater(f"ORCID cannot be reached: {type(error).__name__}") from error
        words = _words(response)
        if response.status_code in _AWAY or response.status_code >= 500:
            raise RetryLater(words, _seconds(response.headers.get("Retry-After")))
        return Answer(response.status_code, words, _put_code(response, words))


def _read(response: requests.Response) -> bytes:
    deadline = time.monotonic() + LONGEST
    content = b""
    while piece := response.raw.read1(65_536, decode_content=True):
        content += piece
        if len(content) > LARGEST or time.monotonic() > deadline:
            raise RetryLater("ORCID's answer takes too long or is too large to be one.")
    return content


def _words(response: requests.Response) -> str:
    """The status, and for errors what ORCID says about it."""
    try:
        told = response.json()
    except ValueError:
        told = {}
    text = told.get("developer-message") or told.get("error_description") if isinstance(told, dict) else ""
    words = " ".join(str(text or "").split())
    return (words if words.startswith(str(response.status_code)) else f"{response.status_code} {words}")[:1000].strip()


def _put_code(response: requests.Response, words: str) -> str:
    if response.status_code == 201:
        found = _LOCATION.search(response.headers.get("Location", ""))
    else:
        found = _PRESENT.search(words) if response.status_code == 409 else None
    return found[1] if found is not None else ""


def _seconds(value: str | None) -> float | None:
    """What Retry-After says, as seconds or as a date."""
    text = str(value or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 8:
        return min(float(text), LONGEST_ASKED)
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError):
        return None
    return min(max(0.0, moment - time.time()), LONGEST_ASKED)
