"""What every page of a community shows around its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import the_actor
from muniment_communities.community import Community
from muniment_communities.page_parts import CommunityAction
from muniment_communities.roles import MANAGER, OWNER, at_least
from muniment_communities.theme_pages import theme_address
from muniment_communities.wording import type_label

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin
    from muniment_communities.service import CommunityService

Tab = tuple[str, str, bool, int | None]


@dataclass(frozen=True)
class Frame:
    """The head of a community's pages: what it is, the parts that the reader may see, and the address of its theme."""

    community: Community
    kind: str
    role: str
    records: int
    tabs: list[Tab]
    actions: list[CommunityAction]
    theme: str


def frame(plugin: Plugin, community: Community, current: str) -> Frame:
    return community_frame(plugin.communities, community, current)


def community_frame(service: CommunityService, community: Community, current: str) -> Frame:
    """The head of the community's page `current`, which may be a part that a plugin adds."""
    actor = the_actor()
    role = OWNER if actor.is_administrator else service.roles.role(actor, community.id)
    records = service.records.counts([community.id])[community.id]
    return Frame(
        community=community,
        kind=type_label((community.metadata.get("type") or {}).get("id", "")),
        role=role,
        records=records,
        tabs=[
            *_tabs(community, role, current, collections=service.collections.any(community)),
            *_added(service, community, current),
        ],
        actions=service.actions(the_actor(), community) if current == "home" else [],
        theme=theme_address(service, community),
    )


def _tabs(community: Community, role: str, current: str, *, collections: bool) -> list[Tab]:
    """The parts of a community that there are, for this reader."""
    parts = [("home", _("Records"), True)]
    parts.append(("collections", _("Collections"), collections or at_least(role, MANAGER)))
    parts.append(("about", _("About"), bool(community.metadata.get("page"))))
    parts.append(("policy", _("Curation policy"), bool(community.metadata.get("curation_policy"))))
    parts.append(("subcommunities", _("Subcommunities"), community.children_allowed))
    parts.append(("members", _("Members"), bool(role) or community.access["members_visibility"] == "public"))
    parts.append(("statistics", _("Statistics"), True))
    parts.append(("log", _("Log"), at_least(role, MANAGER)))
    parts.append(("settings", _("Settings"), at_least(role, OWNER)))
    return [
        (text, url_for(f"communities.{name}", slug=community.slug), name == current, None)
        for name, text, there in parts
        if there or name == current
    ]


def moved(endpoint: str, community: Community, **more: str) -> BaseResponse:
    """To the address with the slug that the community has now."""
    values: dict[str, Any] = {**more, **request.args.to_dict(flat=False)}
    return redirect(url_for(endpoint, slug=community.slug, **values), 301)


def _added(service: CommunityService, community: Community, current: str) -> list[Tab]:
    """The parts that plugins add."""
    tabs = service.tabs(the_actor(), community)
    return [(str(tab.text), tab.href, tab.name == current, None) for tab in tabs]
