"""What members may see and do: the labels of who makes a request, asked for anew each time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from muniment.api import Actor, labels_given
from muniment_communities.roles import CURATOR, at_least, labels_of

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

_RECORD: Final = re.compile(r"(?:/api)?/(?:records|uploads)/([^/]+)")
_COMMUNITY: Final = re.compile(r"(?:/api)?/communities/([^/]+)(?:/records)?/?")
#: The list of a restricted community shows so many of its newest records to members.
MOST_LISTED: Final = 2000


def labels(service: CommunityService, actor: Actor, path: str) -> list[str]:
    """The labels of an actor's roles in all communities, and those for the records of theirs that the request is
    about. One statement for who is no member."""
    if actor.subject is None:
        return []
    roles = service.roles.of(actor)
    if not roles:
        return []
    found = {label for community, role in roles.items() for label in labels_of(community, role)}
    return sorted(found | _of_record(service, roles, path) | _of_list(service, roles, path))


def level_of(role: str) -> str:
    """What a role may do with the records of a community: members see them, curators edit them too."""
    return "edit" if at_least(role, CURATOR) else "view"


def _of_record(service: CommunityService, roles: Mapping[str, str], path: str) -> frozenset[str]:
    about = _RECORD.match(path)
    parent = service.repository.records.parent_number_of(about[1]) if about else None
    if parent is None:
        return frozenset()
    own = [roles[one.id] for one, _ in service.records.of_parents([parent])[parent] if one.id in roles]
    return frozenset().union(*(labels_given(parent, level_of(role), listed=False) for role in own))


def _of_list(service: CommunityService, roles: Mapping[str, str], path: str) -> frozenset[str]:
    """The records of a restricted community in its own list."""
    about = _COMMUNITY.fullmatch(path)
    community = service.found(about[1]) if about else None
    if community is None or community.is_public or community.id not in roles:
        return frozenset()
    level = level_of(roles[community.id])
    parents = service.records.in_community(community.id, MOST_LISTED)
    return frozenset().union(*(labels_given(parent, level, listed=False) for parent in parents))
