"""The pages of collections: all of a community, one with its records, and changing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import MunimentError, SearchPage, access, answered_search, keeps_form, session, the_actor, title_text
from muniment_communities.collection import Collection, Tree, narrowing
from muniment_communities.community import Community
from muniment_communities.forms import problems_of_form
from muniment_communities.page import frame, moved

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin


def add(pages: Blueprint, plugin: Plugin) -> None:
    _reading(pages, plugin)
    _forms(pages, plugin)
    _deeds(pages, plugin)


def _reading(pages: Blueprint, plugin: Plugin) -> None:
    service = plugin.communities

    @pages.get("/<slug>/collections")
    @access("public")
    @session("optional")
    def collections(slug: str) -> BaseResponse:
        """All collections of a community; its managers change them here."""
        community = service.get(the_actor(), slug)
        if community.slug != slug:
            return moved("communities.collections", community)
        page = render_template(
            "communities/collections.html",
            frame=frame(plugin, community, "collections"),
            trees=service.collections.trees(community),
            manages=service.can(the_actor(), community, "manage"),
        )
        return make_response(page)

    @pages.get("/<slug>/collections/<tree>/<name>")
    @access("public")
    @session("optional")
    def collection(slug: str, tree: str, name: str) -> BaseResponse:
        """A collection with its records, which can be searched."""
        community = service.get(the_actor(), slug)
        if community.slug != slug:
            return moved("communities.collection", community, tree=tree, name=name)
        found = service.collections.collection(community, tree, name)
        search, status = answered_search(
            f"{community.href}/collections/{tree}/{name}",
            within=narrowing(community.id, found.queries),
            programs=f"/api/collections/{found.id}/records",
        )
        page = render_template(
            "communities/collection.html",
            frame=frame(plugin, community, "collections"),
            collection=found,
            page=search,
            manages=service.can(the_actor(), community, "manage"),
        )
        return make_response(page, status)


def _forms(pages: Blueprint, plugin: Plugin) -> None:
    service = plugin.communities

    def form(path: str, name: str) -> None:
        @pages.route(f"/<slug>/collections/{path}", methods=["GET", "POST"], endpoint=name)
        @access("authenticated")
        @session("required")
        @keeps_form
        def show(slug: str) -> BaseResponse:
            community = service.get(the_actor(), slug)
            service.roles.require(the_actor(), community, "manage")
            asked = _Asked(plugin, community, is_new=path == "new")
            if request.method == "GET":
                return asked.page()
            try:
                if request.form.get("do") == "try":
                    return asked.page(tried=asked.tried())
                asked.save()
            except MunimentError as error:
                if error.status not in (400, 409):
                    raise
                return asked.page(error)
            return _done(community, "saved")

    form("new", "new_collection")
    form("change", "change_collection")


def _deeds(pages: Blueprint, plugin: Plugin) -> None:
    service = plugin.communities

    @pages.post("/<slug>/collections/move")
    @access("authenticated")
    @session("required")
    def move_collection(slug: str) -> BaseResponse:
        community = service.get(the_actor(), slug)
        steps = 1 if request.form.get("to") == "down" else -1
        tree, name = request.form.get("tree", ""), request.form.get("collection", "")
        service.collections.move(the_actor(), community, tree, name, steps)
        return _done(community, "moved")

    @pages.post("/<slug>/collections/remove")
    @access("authenticated")
    @session("required")
    def remove_collection(slug: str) -> BaseResponse:
        community = service.get(the_actor(), slug)
        tree, name = request.form.get("tree", ""), request.form.get("collection", "")
        if name:
            service.collections.delete(the_actor(), community, tree, name, cascade=True)
        else:
            service.collections.delete_tree(the_actor(), community, tree, cascade=True)
        return _done(community, "removed")


def _done(community: Community, what: str) -> BaseResponse:
    return redirect(url_for("communities.collections", slug=community.slug, done=what), 303)


class _Asked:
    """The form that an address asks for: a new tree or collection, or one that is there."""

    def __init__(self, plugin: Plugin, community: Community, *, is_new: bool) -> None:
        self.plugin = plugin
        self.community = community
        self.collections = plugin.communities.collections
        self.is_new = is_new
        tree, under, name = (request.args.get(key, "") for key in ("tree", "under", "collection"))
        self.tree: Tree | None = self.collections.tree(community, tree) if tree or not is_new else None
        self.above: Collection | None = self.collections.collection(community, tree, under) if under else None
        self.collection: Collection | None = self.collections.collection(community, tree, name) if name else None

    @property
    def is_tree(self) -> bool:
        return self.tree is None or (not self.is_new and self.collection is None)

    @property
    def queries(self) -> list[str]:
        """The searches of the collections above."""
        if self.collection is not None:
            return self.collection.queries[:-1]
        return self.above.queries if self.above is not None else []

    def tried(self) -> SearchPage:
        return self.collections.tried(
            the_actor(), self.community, self.queries, request.form.get("search_query", "").strip()
        )

    def save(self) -> None:
        actor, sent = the_actor(), {name: request.form.get(name, "") for name in ("title", "slug", "search_query")}
        if not self.is_new and not sent["slug"]:
            del sent["slug"]
        if self.tree is None:
            self.collections.create_tree(actor, self.community, sent)
        elif self.is_new:
            under = self.above.slug if self.above is not None else ""
            self.collections.create(actor, self.community, self.tree.slug, sent, under=under)
        elif self.collection is None:
            self.collections.update_tree(actor, self.community, self.tree.slug, sent)
        else:
            self.collections.update(actor, self.community, self.tree.slug, self.collection.slug, sent)

    def page(self, error: MunimentError | None = None, tried: SearchPage | None = None) -> Response:
        problems = problems_of_form(error)
        page = render_template(
            "communities/collection_form.html",
            frame=frame(self.plugin, self.community, "collections"),
            asked=self,
            form=request.form if request.method == "POST" else self._stored(),
            problems=problems,
            errors=lambda name: [text for control, text in problems if control == name],
            tried=tried,
            titles=[title_text(item.data["metadata"].get("title")) for item in tried.hits] if tried else [],
        )
        return make_response(page, 422 if error else 200)

    def _stored(self) -> dict[str, Any]:
        shown = self.collection or (None if self.is_new else self.tree)
        if shown is None:
            return {}
        query = shown.query if isinstance(shown, Collection) else ""
        return {"title": shown.title, "slug": shown.slug, "search_query": query}
