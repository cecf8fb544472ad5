"""The description of a DOI, as its registration agency gives it by content negotiation (https://citation.doi.org/docs)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

from muniment.api import OutgoingAnswer, OutgoingClient, OutgoingFailed, OutgoingLimits
from muniment_importers import identifiers

ACCEPT: Final = "application/vnd.datacite.datacite+json, application/vnd.citationstyles.csl+json;q=0.8"
LIMITS: Final = OutgoingLimits(longest=25.0, largest=4_000_000, redirects=5)


class NotResolved(Exception):
    """A DOI whose description cannot be had; `reason` is unknown, unreachable, undescribed or no_doi."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def describe(client: OutgoingClient, doi: str, resolver: str) -> Mapping[str, Any]:
    """The JSON of a DOI, in the form of DataCite or of CSL; raises `NotResolved`.

    The resolver itself is the operator's choice; where it leads on must be a public address.
    """
    plain = identifiers.doi(doi)
    if plain is None:
        raise NotResolved("no_doi")
    address = f"{resolver.rstrip('/')}/{quote(plain, safe='/:;()._-')}"
    try:
        answer = client.request("GET", address, headers={"Accept": ACCEPT}, limits=LIMITS, trusted=[_place(resolver)])
    except OutgoingFailed as failed:
        raise NotResolved("unreachable") from failed
    return _document(answer)


def _place(resolver: str) -> str:
    """Host and port, so that nothing else on the same host is asked."""
    parts = urlsplit(resolver)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def _document(answer: OutgoingAnswer) -> Mapping[str, Any]:
    if answer.status in (404, 410):
        raise NotResolved("unknown")
    if answer.status in (204, 406):
        raise NotResolved("undescribed")
    if answer.status != 200:
        raise NotResolved("unreachable")
    try:
        document = answer.json()
    except OutgoingFailed as failed:
        raise NotResolved("undescribed") from failed
    if not isinstance(document, Mapping):
        raise NotResolved("undescribed")
    return document
