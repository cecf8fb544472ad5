"""The pages of communities: all of them, one with its records, and making one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import BlueprintSpec, MunimentError, access, answered_search, keeps_form, session, the_actor
from muniment_communities import (
    collections_pages,
    log_pages,
    members_pages,
    other_addresses,
    settings_pages,
    statistics_pages,
    subcommunities_pages,
    theme_pages,
)
from muniment_communities.browsing import browse_view
from muniment_communities.forms import problems_of_form, sent_by_form
from muniment_communities.page import frame, moved
from muniment_communities.rest_logos import picture

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin


def pages(plugin: Plugin) -> BlueprintSpec:
    blueprint = Blueprint(
        "communities", __name__, url_prefix="/communities", template_folder="templates", static_folder=None
    )
    _listing_pages(blueprint, plugin)
    _community_pages(blueprint, plugin)
    collections_pages.add(blueprint, plugin)
    members_pages.add(blueprint, plugin)
    subcommunities_pages.add(blueprint, plugin)
    statistics_pages.add(blueprint, plugin)
    log_pages.add(blueprint, plugin)
    settings_pages.add(blueprint, plugin)
    theme_pages.add(blueprint, plugin)
    other_addresses.add(blueprint, plugin)
    return BlueprintSpec(blueprint, "ui")


def _listing_pages(pages: Blueprint, plugin: Plugin) -> None:
    @pages.get("")
    @access("public")
    @session("optional")
    def browse() -> Response:
        """All communities that the reader may know of, or those of which they are a member."""
        return make_response(render_template("communities/browse.html", page=browse_view(plugin, request.args)))

    @pages.get("/new")
    @access("authenticated")
    @session("required")
    def new() -> Response:
        return _new_page()

    @pages.post("/new")
    @access("authenticated")
    @session("required")
    @keeps_form
    def create() -> BaseResponse:
        try:
            made = plugin.communities.create(the_actor(), sent_by_form(request.form))
        except MunimentError as error:
            if error.status != 400:
                raise
            return _new_page(error)
        return redirect(made.href, 303)


def _community_pages(pages: Blueprint, plugin: Plugin) -> None:
    @pages.get("/<slug>")
    @access("public")
    @session("optional")
    def home(slug: str) -> BaseResponse:
        """A community with its records, which can be searched."""
        community = plugin.communities.get(the_actor(), slug)
        if community.slug != slug:
            return moved("communities.home", community)
        search, status = answered_search(
            community.href,
            within=f'parent.communities.ids:"{community.id}"',
            programs=f"/api/communities/{community.id}/records",
        )
        page = render_template(
            "communities/home.html",
            frame=frame(plugin, community, "home"),
            page=search,
            trees=[] if search.narrowed else plugin.communities.collections.trees(community),
        )
        return make_response(page, status)

    def text_page(path: str, name: str, key: str) -> None:
        @pages.get(f"/<slug>/{path}", endpoint=name)
        @access("public")
        @session("optional")
        def show(slug: str) -> BaseResponse:
            community = plugin.communities.get(the_actor(), slug)
            if community.slug != slug:
                return moved(f"communities.{name}", community)
            text = Markup(community.metadata.get(key, ""))  # cleaned when it was stored
            return make_response(
                render_template("communities/text.html", frame=frame(plugin, community, name), text=text)
            )

    @pages.get("/<slug>/logo")
    @access("public")
    @session("optional")
    def logo(slug: str) -> BaseResponse:
        return picture(*plugin.communities.logos.read(plugin.communities.get(the_actor(), slug)))

    text_page("about", "about", "page")
    text_page("curation-policy", "policy", "curation_policy")


def _new_page(error: MunimentError | None = None) -> Response:
    problems = problems_of_form(error)
    page = render_template(
        "communities/new.html",
        problems=problems,
        errors=lambda name: [text for control, text in problems if control == name],
        form=request.form,
    )
    return make_response(page, 422 if error else 200)
