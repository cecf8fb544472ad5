"""The description of a DOI, as its registration agency gives it by content negotiation (https://citation.doi.org/docs)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urljoin, urlsplit

import requests

from muniment_importers import identifiers
from muniment_importers.guarded import ForbiddenAddress, GuardedAdapter

ACCEPT: Final = "application/vnd.datacite.datacite+json, application/vnd.citationstyles.csl+json;q=0.8"
_TIMEOUT: Final = (5, 10)  # seconds to connect, and without a byte
_DEADLINE: Final = 25.0  # seconds in all
_MOST_BYTES: Final = 4_000_000
_HOPS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class NotResolved(Exception):
    """A DOI whose description cannot be had; `reason` is unknown, unreachable, undescribed or no_doi."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def describe(doi: str, resolver: str) -> Mapping[str, Any]:
    """The JSON of a DOI, in the form of DataCite or of CSL; raises `NotResolved`.

    The resolver itself is the operator's choice; where it leads on must be a public address.
    """
    plain = identifiers.doi(doi)
    if plain is None:
        raise NotResolved("no_doi")
    address = f"{resolver.rstrip('/')}/{quote(plain, safe='/:;()._-')}"
    deadline = time.monotonic() + _DEADLINE
    with requests.Session() as session:
        session.trust_env = False
        guarded = GuardedAdapter()
        for _ in range(_HOPS + 1):
            if not _same_place(address, resolver):
                session.mount(address, guarded)
            answer = _get(session, address)
            with answer:
                if answer.status_code in _REDIRECTS and (location := answer.headers.get("Location")):
                    address = urljoin(address, location)
                    if urlsplit(address).scheme != urlsplit(resolver).scheme and not address.startswith("https://"):
                        raise NotResolved("unreachable")
                    continue
                return _document(answer, deadline)
    raise NotResolved("unreachable")


def _same_place(address: str, resolver: str) -> bool:
    return urlsplit(address)[:2] == urlsplit(resolver)[:2]


def _get(session: requests.Session, address: str) -> requests.Response:
    try:
        return session.get(address, headers={"Accept": ACCEPT}, timeout=_TIMEOUT, allow_redirects=False, stream=True)
    except (requests.RequestException, ForbiddenAddress, ValueError) as error:
        raise NotResolved("unreachable") from error


def _document(answer: requests.Response, deadline: float) -> Mapping[str, Any]:
    if answer.status_code in (404, 410):
        raise NotResolved("unknown")
    if answer.status_code in (204, 406):
        raise NotResolved("undescribed")
    if answer.status_code != 200:
        raise NotResolved("unreachable")
    content = b""
    try:
        for chunk in answer.iter_content(65536):
            content += chunk
            if len(content) > _MOST_BYTES or time.monotonic() > deadline:
                raise NotResolved("unreachable")
    except requests.RequestException as error:
        raise NotResolved("unreachable") from error
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotResolved("undescribed") from error
    if not isinstance(document, Mapping):
        raise NotResolved("undescribed")
    return document
