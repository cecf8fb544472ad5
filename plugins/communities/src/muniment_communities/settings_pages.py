"""The page on which owners change their community."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import MunimentError, access, keeps_form, session, the_actor
from muniment_communities.forms import problems_of_form, sent_by_form, shown_by_form
from muniment_communities.logos import LARGEST
from muniment_communities.page import frame

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin


def add(pages: Blueprint, plugin: Plugin) -> None:
    @pages.get("/<slug>/settings")
    @access("authenticated")
    @session("required")
    def settings(slug: str) -> Response:
        return _page(plugin, slug)

    @pages.post("/<slug>/settings")
    @access("authenticated")
    @session("required")
    @keeps_form
    def change(slug: str) -> BaseResponse:
        try:
            logo = request.files.get("logo")
            if logo is not None and logo.filename:
                plugin.communities.logos.replace(the_actor(), slug, logo.stream.read(LARGEST + 1))
            elif "remove_logo" in request.form:
                plugin.communities.logos.remove(the_actor(), slug)
            changed = plugin.communities.update(the_actor(), slug, sent_by_form(request.form))
        except MunimentError as error:
            if error.status != 400:
                raise
            return _page(plugin, slug, error)
        return redirect(url_for("communities.settings", slug=changed.slug, done="saved"), 303)

    @pages.get("/<slug>/delete")
    @access("authenticated")
    @session("required")
    def ask_deletion(slug: str) -> Response:
        """Asks whether a community is to go, and says what that means."""
        community = plugin.communities.get(the_actor(), slug)
        plugin.communities.roles.require(the_actor(), community, "own")
        return make_response(
            render_template("communities/delete.html", frame=frame(plugin, community, "settings"), problem="")
        )

    @pages.post("/<slug>/delete")
    @access("authenticated")
    @session("required")
    def delete(slug: str) -> BaseResponse:
        community = plugin.communities.get(the_actor(), slug)
        plugin.communities.roles.require(the_actor(), community, "own")
        if request.form.get("slug", "").strip().casefold() != community.slug.casefold():
            head = frame(plugin, community, "settings")
            problem = str(_("Type the address of the community, so that no other is deleted."))
            return make_response(render_template("communities/delete.html", frame=head, problem=problem), 422)
        plugin.communities.lifecycle.delete(the_actor(), slug, {"note": request.form.get("note", "")})
        return redirect(url_for("communities.browse", done="deleted"), 303)


def _page(plugin: Plugin, slug: str, error: MunimentError | None = None) -> Response:
    actor = the_actor()
    community = plugin.communities.get(actor, slug)
    plugin.communities.roles.require(actor, community, "own")
    problems = problems_of_form(error)
    page = render_template(
        "communities/settings.html",
        frame=frame(plugin, community, "settings"),
        problems=problems,
        errors=lambda name: [text for control, text in problems if control == name],
        form=request.form if error else shown_by_form(community),
    )
    return make_response(page, 422 if error else 200)
