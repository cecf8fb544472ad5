"""The page of the statistics of a community."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template
from flask_babel import format_date
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import access, local_minute, session, the_actor
from muniment_communities.page import frame, moved
from muniment_communities.roles import CURATOR, at_least

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin


def add(pages: Blueprint, plugin: Plugin) -> None:
    service = plugin.communities

    @pages.get("/<slug>/statistics")
    @access("public")
    @session("optional")
    def statistics(slug: str) -> BaseResponse:
        """What a community holds; for its curators also what waits for them."""
        community = service.get(the_actor(), slug)
        if community.slug != slug:
            return moved("communities.statistics", community)
        head = frame(plugin, community, "statistics")
        figures = service.statistics.figures(community, head.records)
        page = render_template(
            "communities/statistics.html",
            frame=head,
            figures=figures,
            members=service.statistics.members(community)
            if head.role or community.access["members_visibility"] == "public"
            else None,
            waiting=service.statistics.waiting(the_actor(), community) if at_least(head.role, CURATOR) else None,
            months=[(format_date(first, "MMM yyyy"), count) for first, count in service.statistics.by_month(community)],
            counted=local_minute(figures.counted),
        )
        return make_response(page)
