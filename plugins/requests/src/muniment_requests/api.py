"""What plugins that require `requests` may import: types of requests, parties, and the service."""

from __future__ import annotations

from muniment_requests.parties import Party, PartyKind, Shown
from muniment_requests.request import Request
from muniment_requests.service import RequestService
from muniment_requests.types import CarryOut, Decided, RequestType

__all__ = ["CarryOut", "Decided", "Party", "PartyKind", "Request", "RequestService", "RequestType", "Shown"]
