"""Asks the cluster: one request for the page, the total and all facets."""

from __future__ import annotations

from typing import Any

from elasticsearch.dsl import A, Q, Search

from muniment.api import search_port as port
from muniment_elasticsearch.compile import Compiler
from muniment_elasticsearch.layout import NUMBER, Layout, facet_name

Counts = tuple[tuple[str, int], ...]


def search_body(query: port.BackendQuery, layout: Layout) -> dict[str, Any]:
    """The request for a query. Raises `InvalidRequest` for what the index cannot be asked."""
    compiler = Compiler(frozenset((*port.NUMBER_COLUMNS, *layout.columns)))
    filters = {chosen.facet: compiler.filter(chosen) for chosen in query.filters}
    visible = Q("bool", must=[compiler.query(query.tree)], filter=[compiler.visibility(query.visibility)])
    first = {"_score": {"order": "desc"}}
    if query.order is not None:
        direction = "desc" if query.order.descending else "asc"
        first = {query.order.column: {"order": direction, "unmapped_type": "long"}}
    # A selection narrows the hits after the counting: each facet counts with the selections of the others.
    search = Search().query(visible).extra(track_total_hits=True, _source=False).sort(first, {NUMBER: {"order": "asc"}})
    if filters:
        search = search.post_filter(Q("bool", filter=list(filters.values())))
    search = search[query.offset : query.offset + query.limit]
    for own, requests in _grouped(query, filters).items():
        others = [chosen for facet, chosen in filters.items() if facet != own]
        group = search.aggs.bucket(
            f"without {own}", A("filter", Q("bool", filter=others) if others else Q("match_all"))
        )
        for request in requests:
            group.bucket(request.facet, _counted(request))
    body: dict[str, Any] = search.to_dict()
    return body


def result_of(query: port.BackendQuery, answer: dict[str, Any]) -> port.BackendResult:
    hits = answer["hits"]
    found: dict[str, Counts] = {}
    for group in answer.get("aggregations", {}).values():
        for facet, values in group.items():
            if isinstance(values, dict):
                found[facet] = tuple((str(bucket["key"]), int(bucket["doc_count"])) for bucket in values["buckets"])
    counts = {request.facet: found[request.facet] for request in query.facets}
    return port.BackendResult(tuple(hit["_id"] for hit in hits["hits"]), int(hits["total"]["value"]), counts)


def _grouped(query: port.BackendQuery, filters: dict[str, Any]) -> dict[str, list[port.FacetRequest]]:
    """Facets without a selection are counted together, each other one without its own."""
    groups: dict[str, list[port.FacetRequest]] = {}
    for request in query.facets:
        groups.setdefault(request.facet if request.facet in filters else "", []).append(request)
    return groups


def _counted(request: port.FacetRequest) -> Any:
    column = request.column if request.column in port.NUMBER_COLUMNS else facet_name(request.column)
    options: dict[str, Any] = {"field": column, "size": request.size, "shard_size": request.size * 10 + 100}
    if request.by_key:
        options["order"] = {"_key": "desc"}
    return A("terms", **options)
