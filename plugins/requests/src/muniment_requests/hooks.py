"""The plugin's own hooks: types of requests, and who can take part in one."""

from __future__ import annotations

from muniment.api import hook
from muniment_requests.parties import PartyKind
from muniment_requests.types import RequestType


class RequestHooks:
    """What plugins add to requests."""

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def requests_types(self) -> list[RequestType]:  # type: ignore[empty-body]
        """Offer types of requests.

        What a type does is called when somebody decides, outside any transaction; it opens one and writes the decision
        in it, so that both become durable together. What it raises is told to the person and leaves the request open.

        :returns: types; of two with one id the first counts.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def requests_parties(self) -> list[PartyKind]:  # type: ignore[empty-body]
        """Offer kinds of parties besides people, roles and records.

        What a kind does is called in requests of pages and of the API, inside transactions too: it reads and no more.

        :returns: kinds; of two with one name the first counts.
        """
