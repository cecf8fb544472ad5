"""The search page: its address read into a request, and the answer into what the template shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment.records.requests import SearchRequest
from muniment.web.ui.histogram import YEAR_FACETS, written_span
from muniment.web.ui.search_view import (
    ActiveFilter,
    Address,
    FacetView,
    Pagination,
    ResultView,
    active_filters,
    facet_views,
    pagination,
    result_view,
)
from muniment.web.ui.wording import _

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from muniment.errors import InvalidRequest
    from muniment.records.requests import SearchPage

PATH = "/search"
SIZE, LARGEST = 15, 100
#: Further results can be reached by a narrower search only.
WINDOW = 10_000

_YES = frozenset({"1", "true", "yes", "on", "True"})
#: Arguments that are no facets. `f`, `p`, `s` and `l` are how InvenioRDM's pages write filters, page, size and layout.
_RESERVED = frozenset(
    {"q", "sort", "page", "size", "all_versions", "allversions", "lang", "l", "f", "p", "s", "layout"}
)


@dataclass(frozen=True)
class SearchPageView:
    """Everything that the search page shows.

    `error` is set instead of results when the query or (not `error_in_query`) a filter was not understood.
    """

    request: SearchRequest
    query: str
    error: str = ""
    error_in_query: bool = True
    total: int = 0
    results: tuple[ResultView, ...] = ()
    facets: tuple[FacetView, ...] = ()
    filters: tuple[ActiveFilter, ...] = ()
    pages: Pagination | None = None
    sort: str = ""
    sorts: tuple[tuple[str, str], ...] = ()
    all_versions: bool = False
    all_versions_href: str = ""
    unfiltered_href: str = ""
    json_href: str = ""
    path: str = PATH
    kept: Sequence[tuple[str, str]] = ()
    kept_for_sort: Sequence[tuple[str, str]] = ()

    @property
    def narrowed(self) -> bool:
        """Whether this is any page but the first one of all records, which is the one that search engines may list."""
        request = self.request
        return bool(self.query or request.facets or request.sort or request.all_versions or request.page > 1)


def read_request(arguments: MultiDict[str, str], path: str = PATH, within: str = "") -> tuple[SearchRequest, Address]:
    """The request in an address below `path`, which narrows to what the query `within` finds. Numbers that make no
    sense count as missing: an old link still shows something."""
    facets: dict[str, list[str]] = {}
    for name, values in arguments.lists():
        if name not in _RESERVED and name.isidentifier():
            facets[name] = [value for value in dict.fromkeys(values) if value]
    for written in arguments.getlist("f"):
        for name, value in _invenio_filter(written):
            facets.setdefault(name, []).append(value)
    for name in YEAR_FACETS:
        if span := written_span(arguments.get(f"{name}.from", ""), arguments.get(f"{name}.to", "")):
            facets[name] = [span]
    facets = {name: values for name, values in facets.items() if values}
    size = min(_number(arguments.get("size") or arguments.get("s"), SIZE), LARGEST)
    page = min(_number(arguments.get("page") or arguments.get("p"), 1), max(1, WINDOW // size))
    request = SearchRequest(
        q=arguments.get("q", "").replace("\x00", ""),
        sort=arguments.get("sort") or None,
        page=page,
        size=size,
        facets=facets,
        all_versions=(arguments.get("allversions") or arguments.get("all_versions") or "") in _YES,
        highlight=True,
        within=within,
    )
    return request, Address(path, _canonical(request))


def _invenio_filter(written: str) -> list[tuple[str, str]]:
    """``resource_type:publication+inner:publication-article`` as InvenioRDM's pages write it."""
    outer, _plus, inner = written.partition("+inner:")
    name, colon, value = outer.partition(":")
    if not colon or not name.isidentifier() or not value:
        return []
    return [(name, inner or value)]


def _canonical(request: SearchRequest) -> list[tuple[str, str]]:
    pairs = [("q", request.q)] if request.q else []
    pairs += [(name, value) for name, values in request.facets.items() for value in values]
    if request.sort:
        pairs.append(("sort", request.sort))
    if request.all_versions:
        pairs.append(("allversions", "true"))
    if request.size != SIZE:
        pairs.append(("size", str(request.size)))
    return pairs


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and int(text[:9]) > 0 else default


def sort_choices() -> dict[str, str]:
    """The orders that the page offers; links may use any that the API knows."""
    return {
        "bestmatch": _("Best match"),
        "newest": _("Newest"),
        "oldest": _("Oldest"),
        "publication-desc": _("Publication date, newest first"),
        "publication-asc": _("Publication date, oldest first"),
        "updated-desc": _("Recently changed"),
    }


def search_page_view(
    request: SearchRequest,
    address: Address,
    found: SearchPage,
    locale: str,
    titles: Mapping[tuple[str, str], str] | None = None,
    programs: str = "/api/records",
) -> SearchPageView:
    """The page for an answer; `titles` as in `active_filters`. `programs` is the address of the same for programs."""
    facet_names = set(request.facets)
    kept = [pair for pair in address.arguments if pair[0] != "q"]
    unfiltered = Address(address.path, [pair for pair in address.arguments if pair[0] not in facet_names])
    choices = sort_choices()
    if found.sort_by not in choices:
        choices[found.sort_by] = found.sort_by
    return SearchPageView(
        request=request,
        query=request.q,
        total=found.total,
        results=tuple(result_view(item.data, locale, _highlights(found.highlights, item.id)) for item in found.hits),
        facets=facet_views(found.aggregations, address, locale),
        filters=active_filters(request.facets, found.aggregations, address, locale, titles),
        pages=pagination(found.total, request.page, request.size, address, WINDOW),
        sort=found.sort_by,
        sorts=tuple(choices.items()),
        all_versions=request.all_versions,
        all_versions_href=str(address.replacing(allversions=None if request.all_versions else "true")),
        unfiltered_href=str(unfiltered),
        json_href=str(Address(programs, [*address.arguments, ("page", str(request.page))])),
        path=address.path,
        kept=kept,
        kept_for_sort=[pair for pair in address.arguments if pair[0] != "sort"],
    )


def _highlights(highlights: Mapping[str, Mapping[str, str]], identifier: str) -> Mapping[str, str]:
    return highlights.get(identifier) or {}


def failed_search_view(request: SearchRequest, address: Address, error: InvalidRequest) -> SearchPageView:
    """The page for a query or filter that could not be understood. A filter that is wrong is not kept."""
    wrong = {problem.field for problem in error.errors} & set(request.facets)
    return SearchPageView(
        request=request,
        query=request.q,
        error=" ".join(problem.message for problem in error.errors) or error.message,
        error_in_query=not wrong,
        path=address.path,
        kept=[pair for pair in address.arguments if pair[0] != "q" and pair[0] not in wrong],
    )
