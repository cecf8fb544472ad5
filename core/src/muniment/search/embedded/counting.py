"""Counts the values of facets among everything that a query finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import tantivy
from tantivy import Query

from muniment.search.columns import NUMBER_COLUMNS
from muniment.search.embedded.codes import CODED, code_column, code_digits, values_of
from muniment.search.embedded.schema import facet_name
from muniment.search.port import FacetRequest

SEGMENT_VALUES: Final = 10_000
"""Counts are exact as long as no segment of the index has more different values of one facet among what is found; of
more, only the most frequent of each segment are added up. tantivy's own bound is ten times what is asked for."""
_REMEMBERED: Final = 50_000

Counts = tuple[tuple[str, int], ...]


class CodedValues:
    """The values behind the codes that were counted, for one index. They never change, so they are looked up once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[str, ...]] = {}

    def of(self, searcher: tantivy.Searcher, column: str, code: int) -> tuple[str, ...]:
        """As a rule one value; in the index there is at least one."""
        known = self._known.get(code)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = searcher.terms_with_prefix(facet_name(column), code_digits(code))
            known = self._known[code] = values_of(term for term, _ in found)
        return known


def count_facets(
    searcher: tantivy.Searcher, known: CodedValues, query: Query, requests: Sequence[FacetRequest]
) -> dict[str, Counts]:
    """What each of the facets has among the matches of `query`, in one pass over them."""
    answer = searcher.aggregate(query, {request.facet: _aggregation(request) for request in requests})
    counts: dict[str, Counts] = {}
    for request in requests:
        buckets = [(bucket["key"], int(bucket["doc_count"])) for bucket in answer[request.facet]["buckets"]]
        if request.column in CODED:
            counts[request.facet] = _named(searcher, known, query, request, buckets)
        else:
            counts[request.facet] = tuple((_key(key), count) for key, count in buckets)
    return counts


def _aggregation(request: FacetRequest) -> dict[str, Any]:
    terms: dict[str, Any] = {
        "field": _counted(request.column),
        "size": request.size,
        "segment_size": max(SEGMENT_VALUES, request.size),
    }
    if request.by_key:
        terms["order"] = {"_key": "desc"}
    return {"terms": terms}


def _counted(column: str) -> str:
    if column in CODED:
        return code_column(column)
    return column if column in NUMBER_COLUMNS else facet_name(column)


def _named(
    searcher: tantivy.Searcher,
    known: CodedValues,
    query: Query,
    request: FacetRequest,
    buckets: Iterable[tuple[Any, int]],
) -> Counts:
    """The values behind counted codes, the most frequent first, those that are equally frequent by name."""
    found: list[tuple[str, int]] = []
    for key, count in buckets:
        code = int(key)
        values = known.of(searcher, request.column, code)
        if len(values) == 1:
            found.append((values[0], count))
            continue
        terms = searcher.terms_with_prefix(facet_name(request.column), code_digits(code), query)
        found += zip(values_of(term for term, _ in terms), (count for _, count in terms), strict=True)
    return tuple(sorted(found, key=lambda entry: (-entry[1], entry[0]))[: request.size])


def _key(key: object) -> str:
    return str(int(key)) if isinstance(key, float) else str(key)
