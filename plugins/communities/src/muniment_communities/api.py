"""What plugins that require `communities` may import."""

from __future__ import annotations

from muniment_communities.community import Community
from muniment_communities.events import CommunityChanged, RecordsLinked
from muniment_communities.listing import Asked
from muniment_communities.log import note
from muniment_communities.page import Frame, community_frame
from muniment_communities.page_parts import CommunityAction, CommunityTab
from muniment_communities.party import KIND
from muniment_communities.roles import CURATOR, MANAGER, OWNER, READER, ROLES, label
from muniment_communities.service import CommunityService

__all__ = [
    "CURATOR",
    "KIND",
    "MANAGER",
    "OWNER",
    "READER",
    "ROLES",
    "Asked",
    "Community",
    "CommunityAction",
    "CommunityChanged",
    "CommunityService",
    "CommunityTab",
    "Frame",
    "RecordsLinked",
    "community_frame",
    "label",
    "note",
]
