"""Compiles the tree of a query into the query DSL."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from elasticsearch.dsl import Q

from muniment.api import search_port as port
from muniment_elasticsearch.layout import (
    ELSEWHERE,
    EXTENSION_TEXT,
    KEYWORDS,
    PRESENT,
    SEPARATOR,
    VISIBLE,
    facet_name,
    keyword_term,
    text_name,
    visible_term,
)

Query = Any
"""A query of the DSL."""

Target = tuple[str, str]
"""A text field of the index, and what stands before each of its words."""

MAX_TERMS: Final = 1000
"""So many words of the index may stand for the last word of a phrase that goes on."""
_NOT_WORD: Final = re.compile(r"([^A-Za-z0-9_\x80-\U0010ffff])")
_OF_WORDS: Final = f"[^{port.BOUNDARY}]"
"""Any letter of a word; what only the index has is no word."""
_OF_VALUES: Final = "."
_TIMES: Final = {port.Wildcard.MANY: "*", port.Wildcard.ONE: "", port.Wildcard.OPTIONAL: "?"}


class Compiler:
    """Compiles for one index. `columns` are the number columns that it has."""

    def __init__(self, columns: frozenset[str]) -> None:
        self.columns = columns

    def query(self, node: port.Node) -> Query:
        """The query for a tree. Raises `InvalidRequest` for a column that the index lacks."""
        match node:
            case port.MatchAll():
                return Q("match_all")
            case port.MatchNone():
                return Q("match_none")
            case port.Boolean():
                return self._boolean(node)
            case port.Boosted():
                return Q("bool", must=[self.query(node.node)], boost=node.factor)
            case port.TokenMatch() | port.PatternMatch() | port.FuzzyMatch():
                return any_of(self._alternatives(node))
            case port.KeywordMatch():
                return _keyword(keyword_term(node.field.name, node.value))
            case port.KeywordPattern():
                pattern = escape(node.field.name + SEPARATOR) + _regex_of(node.pattern, _OF_VALUES)
                return Q("regexp", **{KEYWORDS: {"value": pattern, "flags": "NONE"}})
            case port.Exists():
                return _keyword(keyword_term(PRESENT, node.field.name))
            case port.NumberRange():
                return self._numbers(node)

    def visibility(self, visibility: port.Visibility) -> Query:
        """What may be found at all; for the filter of a query."""
        name = port.list_of(visibility)
        conditions = [_seen_in(name, visibility)]
        refusals = []
        if visibility.only_deleted:
            refusals.append(_seen_in(port.Listing.ALL_VERSIONS, visibility))
        if visibility.owner is not None:
            owner = Q("term", **{KEYWORDS: keyword_term("owner", visibility.owner)})
            (conditions if visibility.parents is None else refusals).append(owner)
        if visibility.parents is not None:
            shared = [keyword_term("parent.id", parent) for parent in sorted(visibility.parents)]
            conditions.append(Q("terms", **{KEYWORDS: shared}))
        if visibility.parent_id is not None:
            conditions.append(Q("term", **{KEYWORDS: keyword_term("parent.id", visibility.parent_id)}))
        return Q("bool", filter=conditions, must_not=refusals)

    def filter(self, chosen: port.FacetFilter) -> Query:
        """What is selected in one facet."""
        values: dict[str, list[str]] = {}
        ranges = []
        for alternative in chosen.alternatives:
            if isinstance(alternative, port.FacetValue):
                values.setdefault(facet_name(alternative.column), []).append(alternative.value)
            else:
                ranges.append(self._range(alternative.column, alternative.low, alternative.high))
        return any_of([*(Q("terms", **{name: found}) for name, found in values.items()), *ranges])

    def _boolean(self, node: port.Boolean) -> Query:
        must = [self.query(part) for part in node.must]
        should = [query for part in node.should for query in self._alternatives(part)]
        must_not = [self.query(part) for part in node.must_not]
        if not must and not should:
            must = [Q("constant_score", filter=Q("match_all"), boost=0.0)]
        return Q("bool", must=must, should=should, must_not=must_not, minimum_should_match=0 if must else 1)

    def _alternatives(self, node: port.Node) -> list[Query]:
        """Queries of which one has to match, in one flat list."""
        match node:
            case port.Boolean(must=(), must_not=()):
                return [query for part in node.should for query in self._alternatives(part)]
            case port.TokenMatch():
                return _everywhere(node.field, lambda target: _tokens(target, node))
            case port.PatternMatch():
                return _everywhere(node.field, lambda target: _patterns(target, node.patterns))
            case port.FuzzyMatch():
                return _everywhere(node.field, lambda target: _fuzzy(target, node))
            case _:
                return [self.query(node)]

    def _numbers(self, node: port.NumberRange) -> Query:
        columns = node.field.columns
        if not columns:
            return _keyword(keyword_term(node.field.name, str(node.low)))
        if len(columns) == 1:
            return self._range(columns[0], node.low, node.high)
        # A period meets the range when it begins before its end and ends after its beginning.
        parts = []
        if node.high is not None:
            parts.append(self._range(columns[0], None, node.high))
        if node.low is not None:
            parts.append(self._range(columns[1], node.low, None))
        return Q("constant_score", filter=Q("bool", filter=parts))

    def _range(self, column: str, low: int | None, high: int | None) -> Query:
        if column not in self.columns:
            raise port.query_error(f"the values of '{column}' are being prepared; please try again later")
        bounds = {name: bound for name, bound in (("gte", low), ("lte", high)) if bound is not None}
        return Q("range", **{column: bounds})


def any_of(queries: list[Query]) -> Query:
    if not queries:
        return Q("match_none")
    return queries[0] if len(queries) == 1 else Q("bool", should=queries, minimum_should_match=1)


def escape(text: str) -> str:
    """`text` as a regular expression that matches nothing else."""
    return _NOT_WORD.sub(r"\\\1", text)


def _seen_in(name: port.Listing, visibility: port.Visibility) -> Query:
    return Q("terms", **{VISIBLE: [visible_term(name, label) for label in sorted(visibility.labels)]})


def _everywhere(field: port.SearchField | None, make: Callable[[Target], Query]) -> list[Query]:
    """A match in one field; without one in any, where titles and names count more."""
    if field is not None:
        return [make((EXTENSION_TEXT, field.name + SEPARATOR) if field.is_extension else (text_name(field.name), ""))]
    return [
        make((ELSEWHERE, "")),
        make((text_name("description"), "")),
        # What stands in these two stands elsewhere too: they change the order only.
        _boosted(make((text_name("title"), "")), port.TITLE_BOOST),
        _boosted(make((text_name("creators"), "")), port.CREATORS_BOOST),
    ]


def _boosted(query: Query, factor: float) -> Query:
    return Q("bool", must=[query], boost=factor)


def _keyword(term: str) -> Query:
    return Q("constant_score", filter=Q("term", **{KEYWORDS: term}))


def _tokens(target: Target, node: port.TokenMatch) -> Query:
    field, prefix = target
    words = [prefix + token for token in node.tokens]
    if node.open_end and len(words) == 1:
        return _beginning(field, words[0])
    if node.open_end:
        last = {"prefix": {field: {"value": words[-1], "rewrite": f"top_terms_{MAX_TERMS}"}}}
        clauses = [*({"span_term": {field: word}} for word in words[:-1]), {"span_multi": {"match": last}}]
        return Q("span_near", clauses=clauses, slop=0, in_order=True)
    if len(words) == 1:
        return Q("term", **{field: {"value": words[0]}})
    phrase = Q("match_phrase", **{field: {"query": " ".join(words), "slop": node.slop}})
    if not node.spread:
        return phrase
    pairs = port.significant_pairs(node.tokens)
    terms = [Q("term", **{field: {"value": prefix + pair}}) for pair in pairs]
    spread = Q("bool", should=terms, minimum_should_match=max(1, len(pairs) * 3 // 4))
    return Q("bool", must=[spread], should=[_boosted(phrase, port.PHRASE_BOOST)])


def _patterns(target: Target, patterns: Sequence[port.Pattern]) -> Query:
    field, prefix = target
    if len(patterns) == 1:
        first = patterns[0]
        if len(first) == 2 and isinstance(first[0], str) and first[1] is port.Wildcard.MANY:
            return _beginning(field, prefix + first[0])
        return Q("regexp", **{field: {"value": escape(prefix) + _regex_of(first), "flags": "NONE"}})
    clauses: list[dict[str, Any]] = []
    for pattern in patterns:
        if all(isinstance(part, str) for part in pattern):
            clauses.append({"span_term": {field: prefix + "".join(map(str, pattern))}})
        else:
            regexp = {"regexp": {field: {"value": escape(prefix) + _regex_of(pattern), "flags": "NONE"}}}
            clauses.append({"span_multi": {"match": regexp}})
    return Q("span_near", clauses=clauses, slop=0, in_order=True)


def _beginning(field: str, beginning: str) -> Query:
    return Q("prefix", **{field: {"value": beginning}})


def _fuzzy(target: Target, node: port.FuzzyMatch) -> Query:
    field, prefix = target
    options = {"fuzziness": node.distance, "prefix_length": len(prefix), "transpositions": True}
    return Q("fuzzy", **{field: {"value": prefix + node.token, "rewrite": "constant_score", **options}})


def _regex_of(pattern: port.Pattern, letter: str = _OF_WORDS) -> str:
    return "".join(letter + _TIMES[part] if isinstance(part, port.Wildcard) else escape(part) for part in pattern)
