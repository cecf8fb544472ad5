"""The style sheet of a community's own accent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request, url_for

from muniment.api import NotFound, access, session, the_actor
from muniment_communities.community import Community
from muniment_communities.theme import Grounds, fingerprint, stylesheet

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin
    from muniment_communities.service import CommunityService

_FOR_EVER: Final = "public, max-age=31536000, immutable"


def theme_address(service: CommunityService, community: Community) -> str:
    """Where the style sheet of a community is, another address with each change; "" where it has none."""
    sheet = stylesheet(community.theme, Grounds.of(service.repository.config.theme))
    return url_for("communities.theme", slug=community.slug, v=fingerprint(sheet)) if sheet else ""


def add(pages: Blueprint, plugin: Plugin) -> None:
    @pages.get("/<slug>/theme.css")
    @access("public")
    @session("optional")
    def theme(slug: str) -> Response:
        """The accent of the community; nobody but those who see the community gets it."""
        community = plugin.communities.get(the_actor(), slug)
        sheet = stylesheet(community.theme, Grounds.of(plugin.context.repository.config.theme))
        if not sheet:
            raise NotFound()
        answer = Response(sheet, content_type="text/css; charset=utf-8")
        answer.headers["X-Content-Type-Options"] = "nosniff"
        if request.args.get("v") == fingerprint(sheet) and community.is_public:
            answer.headers["Cache-Control"] = _FOR_EVER  # for visitors; what people who are signed in get is not kept
        return answer
