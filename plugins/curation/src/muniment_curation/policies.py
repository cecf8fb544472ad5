"""What the policies of a community say about somebody and a record."""

from __future__ import annotations

from typing import Final

from muniment.api import Actor, InvalidRequest, PermissionDenied
from muniment_communities.api import Community, CommunityService

PUBLIC_IN_RESTRICTED: Final = (
    "A public record cannot be in a restricted community. Restrict the record, or choose another community."
)
MEMBERS_ONLY: Final = "Only members of this community can submit to it."


def require_submission(communities: CommunityService, actor: Actor, community: Community, access: str) -> None:
    """Raises `PermissionDenied` where only members may submit, and `InvalidRequest` when a record with this visibility
    cannot be in the community."""
    if community.access["record_submission_policy"] == "closed" and not communities.can(actor, community, "view"):
        raise PermissionDenied(MEMBERS_ONLY)
    if not community.is_public and access == "public":
        raise InvalidRequest(PUBLIC_IN_RESTRICTED)


def needs_review(communities: CommunityService, actor: Actor, community: Community) -> bool:
    """Whether somebody else looks at what the actor brings: ``closed`` always, ``open`` unless they are a curator,
    ``members`` unless they are a member."""
    policy = community.access["review_policy"]
    if policy == "open":
        return not communities.can(actor, community, "curate")
    if policy == "members":
        return not communities.can(actor, community, "view")
    return True
