"""The page of the communities that are part of another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import MunimentError, access, keeps_form, session, the_actor
from muniment_communities.community import Community
from muniment_communities.forms import problems_of_form
from muniment_communities.listing import LARGEST, Asked
from muniment_communities.page import frame
from muniment_communities.roles import OWNER

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin


def add(pages: Blueprint, plugin: Plugin) -> None:
    service = plugin.communities

    @pages.get("/<slug>/subcommunities")
    @access("public")
    @session("optional")
    def subcommunities(slug: str) -> Response:
        return _page(plugin, service.get(the_actor(), slug))

    @pages.post("/<slug>/subcommunities")
    @access("authenticated")
    @session("required")
    @keeps_form
    def join(slug: str) -> BaseResponse:
        """Asks that a community becomes part of this one, or ends that it is."""
        community = service.get(the_actor(), slug)
        try:
            if "part" in request.form:
                service.subcommunities.part(the_actor(), service.get(the_actor(), request.form["part"]))
                return redirect(url_for("communities.subcommunities", slug=community.slug, done="parted"), 303)
            made = service.subcommunities.ask(the_actor(), community, request.form)
        except MunimentError as error:
            if error.status not in (400, 409):
                raise
            return _page(plugin, community, error)
        return redirect(f"/me/requests/{made.id}", 303)


def _page(plugin: Plugin, community: Community, error: MunimentError | None = None) -> Response:
    actor, service = the_actor(), plugin.communities
    found = service.list(actor, Asked(parent=community.id, size=LARGEST)).communities
    roles = service.roles.of(actor)
    manages = service.can(actor, community, "manage")
    own = [
        one
        for one in service.named(id for id, role in roles.items() if role == OWNER).values()
        if one.parent is None and one.id != community.id
    ]
    problems = problems_of_form(error)
    page = render_template(
        "communities/subcommunities.html",
        frame=frame(plugin, community, "subcommunities"),
        rows=[(one, manages or roles.get(one.id) == OWNER) for one in found],
        counts=service.records.counts([one.id for one in found]),
        own=[(one.id, one.title) for one in sorted(own, key=lambda one: one.title.casefold())],
        problems=problems,
        errors=lambda name: [text for control, text in problems if control == name],
    )
    return make_response(page, 422 if error else 200)
