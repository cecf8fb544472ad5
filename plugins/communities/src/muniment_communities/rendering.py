"""Communities in InvenioRDM's JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from muniment.api import Actor
from muniment_communities.community import Community
from muniment_communities.roles import permissions


def community_json(site: str, actor: Actor, community: Community, roles: Mapping[str, str]) -> dict[str, Any]:
    """A community as the API writes it; `roles` are the actor's by community."""
    found: dict[str, Any] = {
        "id": community.id,
        "slug": community.slug,
        "created": community.created.isoformat(),
        "updated": community.updated.isoformat(),
        "revision_id": community.revision,
        "links": _links(site, community),
        "metadata": {"title": community.title, **community.metadata},
        "access": dict(community.access),
        "custom_fields": {},
        "theme": dict(community.theme),
        "children": {"allow": community.children_allowed},
        "is_verified": community.verified is not None,
        "deletion_status": {"is_deleted": community.status != "P", "status": community.status},
        "ui": {"permissions": permissions(roles, actor, community)},
    }
    if community.parent:
        found["parent"] = {"id": community.parent}
    return found


def _links(site: str, community: Community) -> dict[str, str]:
    own = f"{site}/api/communities/{community.id}"
    page = f"{site}{community.href}"
    parts = ("rename", "members", "invitations", "requests", "records", "subcommunities", "featured")
    return {
        "self": own,
        "self_html": page,
        "settings_html": f"{page}/settings",
        "logo": f"{own}/logo",
        "public_members": f"{own}/members/public",
        "membership_requests": f"{own}/membership-requests",
        "collection_trees": f"{own}/collection-trees",
        "replace": own,
        **{name: f"{own}/{name}" for name in parts},
    }


def list_json(
    hits: Sequence[Mapping[str, Any]],
    total: int,
    links: Mapping[str, str],
    *,
    sort: str = "",
    aggregations: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A list in InvenioRDM's envelope."""
    found: dict[str, Any] = {"hits": {"hits": list(hits), "total": total}, "links": dict(links)}
    if aggregations is not None:
        found["aggregations"] = dict(aggregations)
    return {**found, "sortBy": sort} if sort else found
