"""From query arguments to a search request."""

from __future__ import annotations

from flask import request

from muniment.errors import InvalidRequest
from muniment.records.requests import SearchRequest
from muniment.web.current import the_actor, the_repository
from muniment.web.rest.arguments import facets, flag, paging, text


def page_sizes() -> dict[str, int]:
    """The largest page for whoever asks, as `paging` takes it."""
    section = the_repository().config.search
    if the_actor().is_authenticated:
        return {"max_size": section.max_page_size}
    return {"max_size": section.max_page_size_anonymous, "max_size_authenticated": section.max_page_size}


def search_request(*, own: bool = False) -> SearchRequest:
    """The search that the arguments ask for; raises a 400 that names the argument.

    `own` is for the list of one's own drafts and records, which knows two more arguments.
    """
    page, size = paging(**page_sizes())
    query, suggest = text("q"), text("suggest")
    if query and suggest:
        raise InvalidRequest("You cannot specify both 'q' and 'suggest' parameters at the same time.")
    chosen = facets()
    if own and "is_published" in request.args:
        chosen["is_published"] = ["true" if flag("is_published") else "false"]
    return SearchRequest(
        q=query,
        suggest=suggest or None,
        sort=request.args.get("sort") or None,
        page=page,
        size=size,
        facets=chosen,
        all_versions=flag("allversions"),
        include_deleted=flag("include_deleted"),
        shared_with_me=own and flag("shared_with_me"),
    )
