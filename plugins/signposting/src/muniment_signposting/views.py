"""Addresses for machines: sitemaps and feeds."""

from __future__ import annotations

from flask import Blueprint, Response, request

from muniment.api import BlueprintSpec, Repository, SearchRequest, access, session
from muniment_signposting import feeds, sitemaps

_XML = "application/xml; charset=utf-8"
#: Arguments of the page of results that are no facets.
_NO_FACETS = frozenset({"q", "sort", "page", "size", "allversions", "lang", "access_token", "token"})


def addresses(repository: Repository) -> BlueprintSpec:
    pages = Blueprint("signposting", __name__)

    @pages.get("/sitemap.xml")
    @access("public")
    @session("none")
    def index() -> Response:
        return Response(sitemaps.index(repository), content_type=_XML)

    @pages.get("/sitemap_<int(max=9999999):number>.xml")
    @access("public")
    @session("none")
    def sitemap(number: int) -> Response:
        return Response(sitemaps.page(repository, number), content_type=_XML)

    @pages.get("/feeds/records.<any(atom, rss):kind>")
    @access("public")
    @session("none")
    def feed(kind: str) -> Response:
        """The newest records that a search finds, by the arguments of the page of results."""
        items = feeds.newest(repository, _asked())
        query = request.query_string.decode("ascii", "ignore")
        address = f"{repository.config.site.url}{request.path}" + (f"?{query}" if query else "")
        write = feeds.atom if kind == "atom" else feeds.rss
        body = write(repository, items, address, request.args.get("q", "").strip())
        return Response(body, content_type=f"application/{kind}+xml; charset=utf-8")

    return BlueprintSpec(pages, "root")


def _asked() -> SearchRequest:
    chosen = {name: request.args.getlist(name) for name in request.args if name not in _NO_FACETS}
    return SearchRequest(
        q=request.args.get("q", ""),
        sort="newest",
        size=feeds.SIZE,
        facets=chosen,
        all_versions=request.args.get("allversions", "") in ("1", "true"),
        with_facets=False,
    )
