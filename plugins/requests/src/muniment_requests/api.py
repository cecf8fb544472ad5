"""What plugins that require `requests` may import: types of requests, parties, and the service."""

from __future__ import annotations

from muniment_requests.concerned import SPEAKER
from muniment_requests.events import RequestActed, RequestCommented, RequestEvent, RequestExpiring
from muniment_requests.listing import Asked
from muniment_requests.parties import Party, PartyKind, Shown, names_of
from muniment_requests.request import Request
from muniment_requests.service import RequestService
from muniment_requests.types import CarryOut, Decided, RequestType, Terms

__all__ = [
    "SPEAKER",
    "Asked",
    "CarryOut",
    "Decided",
    "Party",
    "PartyKind",
    "Request",
    "RequestActed",
    "RequestCommented",
    "RequestEvent",
    "RequestExpiring",
    "RequestService",
    "RequestType",
    "Shown",
    "Terms",
    "names_of",
]
