"""A community as a party of requests: its curators decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from muniment.api import Actor, Repository
from muniment_communities.roles import label
from muniment_requests.api import PartyKind, Shown

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

KIND: Final = "community"


def party_kind(service: Callable[[], CommunityService]) -> PartyKind:
    def show(_repository: Repository, actor: Actor, ids: Iterable[str]) -> Mapping[str, Shown]:
        """Titles are shown to everybody who sees the request: who asked a restricted community knows of it."""
        found = service().named(ids)
        roles = service().roles.of(actor, found)
        return {
            one.id: (one.title, one.href if one.is_public or one.id in roles or actor.is_administrator else "")
            for one in found.values()
        }

    return PartyKind(KIND, lambda one: frozenset({label(one, "curate"), "role:administrator"}), show)
