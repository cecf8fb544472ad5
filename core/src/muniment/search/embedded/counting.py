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

_SAMPLE: Final = "00"
"""Codes are spread evenly: one value in 256 begins with it."""
_SAMPLED: Final = 256
_LEAST: Final = 100_000
"""Fewer matches are counted in some milliseconds either way."""
_PER_VALUE: Final = 6
"""Looking up one value in one segment takes as long as counting the values of this number of matches."""

Counts = tuple[tuple[str, int], ...]


class CodedValues:
    """The values behind the codes that were counted, for one index. They are looked up once: of two values that share a
    code, one that comes later is told apart from the next start of the process on."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], tuple[str, ...]] = {}

    def of(self, searcher: tantivy.Searcher, column: str, code: int) -> tuple[str, ...]:
        """As a rule one value; in the index there is at least one."""
        known = self._known.get((column, code))
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = searcher.terms_with_prefix(facet_name(column), code_digits(code))
            known = self._known[column, code] = values_of(term for term, _ in found)
        return known


def count_facets(
    searcher: tantivy.Searcher, known: CodedValues, query: Query, requests: Sequence[FacetRequest], matches: int
) -> dict[str, Counts]:
    """What each of the facets has among the matches of `query`, of which there are about `matches`."""
    walked = {request.facet for request in requests if request.column in CODED and _walks(searcher, request, matches)}
    aggregated = {request.facet: _aggregation(request) for request in requests if request.facet not in walked}
    answer = searcher.aggregate(query, aggregated) if aggregated else {}
    counts: dict[str, Counts] = {}
    for request in requests:
        if request.facet in walked:
            counts[request.facet] = _by_lists(searcher, request.column, query, request.size)
            continue
        buckets = [(bucket["key"], int(bucket["doc_count"])) for bucket in answer[request.facet]["buckets"]]
        if request.column in CODED:
            counts[request.facet] = _named(searcher, known, query, request, buckets)
        else:
            counts[request.facet] = tuple((_key(key), count) for key, count in buckets)
    return counts


def _walks(searcher: tantivy.Searcher, request: FacetRequest, matches: int) -> bool:
    """Whether to walk along the lists of documents of all values, which takes the same time whatever was found, instead
    of along the values of all documents that were found: a quarter as long for one value of one document."""
    scan = searcher.num_docs // 4
    if matches < max(_LEAST, scan):
        return False
    sampled = len(searcher.terms_with_prefix(facet_name(request.column), _SAMPLE))
    values = max(1, sampled) * _SAMPLED
    return matches > scan + _PER_VALUE * values * searcher.num_segments


def _by_lists(searcher: tantivy.Searcher, column: str, query: Query, size: int, digits: str = "") -> Counts:
    """The most frequent values, whose codes begin with `digits`, by their lists of documents."""
    terms = searcher.terms_with_prefix(facet_name(column), digits, query, size)
    values = values_of(term for term, _ in terms)
    return _ordered(zip(values, (count for _, count in terms), strict=True))


def _ordered(counts: Iterable[tuple[str, int]]) -> Counts:
    """The most frequent first, those that are equally frequent by name."""
    return tuple(sorted(counts, key=lambda entry: (-entry[1], entry[0])))


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
    """The values behind counted codes."""
    found: list[tuple[str, int]] = []
    for key, count in buckets:
        code = int(key)
        values = known.of(searcher, request.column, code)
        if len(values) == 1:
            found.append((values[0], count))
        else:
            found += _by_lists(searcher, request.column, query, request.size, code_digits(code))
    return _ordered(found)[: request.size]


def _key(key: object) -> str:
    return str(int(key)) if isinstance(key, float) else str(key)
