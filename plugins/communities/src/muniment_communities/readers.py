"""What members may see and do: the labels of who makes a request, asked for anew each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.api import Actor
from muniment_communities.roles import labels_of

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService


def labels(service: CommunityService, actor: Actor) -> list[str]:
    """The labels of an actor's roles in all communities; one statement."""
    if actor.subject is None:
        return []
    return sorted(label for community, role in service.roles.of(actor).items() for label in labels_of(community, role))
