"""What members may see and do: the labels of who makes a request, asked for anew each time, and what they give."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from muniment.api import Actor, LabelOnWork, labels_given
from muniment_communities.roles import CURATOR, at_least, label, labels_of

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

_RECORD: Final = re.compile(r"(?:/api)?/(?:records|uploads)/([^/]+)")


def labels(service: CommunityService, actor: Actor, path: str) -> list[str]:
    """The labels of an actor's roles in all communities, and those for the records of theirs that the request is
    about. One statement for who is no member."""
    if actor.subject is None:
        return []
    roles = service.roles.of(actor)
    if not roles:
        return []
    found = {one for community, role in roles.items() for one in labels_of(community, role)}
    return sorted(found | _of_record(service, roles, path))


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


def of_works(service: CommunityService, parents: Sequence[int]) -> list[LabelOnWork]:
    """Members find what is restricted with their community; curators edit it too. One statement."""
    return [
        LabelOnWork(parent, label(community.id, action), level)
        for parent, there in service.records.of_parents(parents).items()
        for community, _is_default in there
        for action, level in (("view", "view"), ("curate", "edit"))
    ]
