"""Compiles the tree of a query into tantivy's queries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import tantivy
from tantivy import FieldType, Occur, Query

from muniment.access.actor import PUBLIC
from muniment.search.analysis import significant_pairs
from muniment.search.columns import Listing, list_of
from muniment.search.embedded.schema import (
    ELSEWHERE,
    EXTENSION_TEXT,
    KEYWORDS,
    PRESENT,
    SEPARATOR,
    VISIBLE,
    facet_name,
    facet_term,
    hidden_term,
    keyword_term,
    text_name,
    visible_term,
)
from muniment.search.port import (
    CREATORS_BOOST,
    PHRASE_BOOST,
    TITLE_BOOST,
    ColumnRange,
    FacetFilter,
    FacetValue,
    Visibility,
)
from muniment.search.query.errors import query_error
from muniment.search.query.field import SearchField
from muniment.search.query.tree import (
    Boolean,
    Boosted,
    Exists,
    FuzzyMatch,
    KeywordMatch,
    KeywordPattern,
    MatchAll,
    MatchNone,
    Node,
    NumberRange,
    Pattern,
    PatternMatch,
    TokenMatch,
    Wildcard,
)

_SPECIAL: Final = re.compile(r"([\\.+*?()|\[\]{}^$#&~-])")
_WILDCARDS: Final = {Wildcard.MANY: ".*", Wildcard.ONE: ".", Wildcard.OPTIONAL: ".?"}

Clause = tuple[Occur, Query]

TextTarget = tuple[str, str]
"""A text field of the index, and what stands before each of its words."""


class Compiler:
    """Compiles for one schema. `columns` are the number columns that the index has."""

    def __init__(self, schema: tantivy.Schema, columns: frozenset[str]) -> None:
        self.schema = schema
        self.columns = columns

    def query(self, node: Node, *, scoring: bool) -> Query:
        """The query for a tree. Without `scoring` everything that only ranks is left out.

        Raises `InvalidRequest` for patterns that are too costly.
        """
        match node:
            case MatchAll():
                return Query.all_query()
            case MatchNone():
                return Query.empty_query()
            case Boolean():
                return self._boolean(node, scoring)
            case Boosted():
                inner = self.query(node.node, scoring=scoring)
                return Query.boost_query(inner, node.factor) if scoring else inner
            case TokenMatch() | PatternMatch() | FuzzyMatch():
                return any_of(self.alternatives(node, scoring))
            case KeywordMatch():
                return self._keyword(keyword_term(node.field.name, node.value))
            case KeywordPattern():
                return self._regex(KEYWORDS, escape(node.field.name + SEPARATOR) + _regex_of(node.pattern))
            case Exists():
                return self._keyword(keyword_term(PRESENT, node.field.name))
            case NumberRange():
                return self._numbers(node)

    def visibility(self, visibility: Visibility) -> list[Clause]:
        """What may be found at all, as conditions that add nothing to the score."""
        name = list_of(visibility)
        labels = [self._term(VISIBLE, visible_term(name, label)) for label in sorted(visibility.labels - {PUBLIC})]
        clauses: list[Clause]
        if PUBLIC in visibility.labels:
            hidden = self._term(VISIBLE, hidden_term(name))
            if labels:
                hidden = Query.boolean_query([(Occur.Must, hidden), (Occur.MustNot, any_of(labels))])
            clauses = [(Occur.MustNot, hidden)]
        else:
            clauses = [(Occur.Must, any_of(labels))]
        if visibility.only_deleted:
            clauses += self._unseen_in(Listing.ALL_VERSIONS, visibility)
        if visibility.owner is not None:
            owner = self._term(KEYWORDS, keyword_term("owner", visibility.owner))
            clauses.append((Occur.Must if visibility.parents is None else Occur.MustNot, owner))
        if visibility.parents is not None:
            shared = [self._term(KEYWORDS, keyword_term("parent.id", parent)) for parent in sorted(visibility.parents)]
            clauses.append((Occur.Must, any_of(shared)))
        if visibility.parent_id is not None:
            clauses.append((Occur.Must, self._term(KEYWORDS, keyword_term("parent.id", visibility.parent_id))))
        return [
            (occur, Query.const_score_query(query, 0.0) if occur == Occur.Must else query) for occur, query in clauses
        ]

    def _unseen_in(self, name: Listing, visibility: Visibility) -> list[Clause]:
        """Conditions for what is not to be found in that list."""
        labels = [self._term(VISIBLE, visible_term(name, label)) for label in sorted(visibility.labels - {PUBLIC})]
        hidden: Clause = (Occur.Must, self._term(VISIBLE, hidden_term(name)))
        return [hidden, (Occur.MustNot, any_of(labels))] if labels else [hidden]

    def filter(self, chosen: FacetFilter) -> Query:
        """What is selected in one facet; adds nothing to the score."""
        queries = [self._alternative(alternative) for alternative in chosen.alternatives]
        return Query.const_score_query(any_of(queries), 0.0)

    def _alternative(self, alternative: FacetValue | ColumnRange) -> Query:
        if isinstance(alternative, FacetValue):
            column = alternative.column
            return Query.term_query(self.schema, facet_name(column), facet_term(column, alternative.value), "basic")
        return self._range(alternative.column, alternative.low, alternative.high)

    def _boolean(self, node: Boolean, scoring: bool) -> Query:
        clauses = [(Occur.Must, self.query(part, scoring=scoring)) for part in node.must]
        should = [query for part in node.should for query in self.alternatives(part, scoring)]
        if should and not clauses:
            clauses.append((Occur.Must, any_of(should)))
        elif scoring:
            clauses += [(Occur.Should, query) for query in should]
        if not clauses:
            clauses.append((Occur.Must, Query.const_score_query(Query.all_query(), 0.0)))
        clauses += [(Occur.MustNot, self.query(part, scoring=False)) for part in node.must_not]
        return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)

    def alternatives(self, node: Node, scoring: bool) -> list[Query]:
        """Queries of which one has to match. One flat list is answered several times faster than lists of lists."""
        match node:
            case Boolean(must=(), must_not=()) if node.should:
                return [query for part in node.should for query in self.alternatives(part, scoring)]
            case TokenMatch():
                return self._everywhere(node.field, scoring, lambda target: self._tokens(target, node, scoring))
            case PatternMatch():
                return self._everywhere(node.field, scoring, lambda target: self._patterns(target, node.patterns))
            case FuzzyMatch():
                return self._everywhere(node.field, scoring, lambda target: self._fuzzy(target, node))
            case _:
                return [self.query(node, scoring=scoring)]

    def _everywhere(self, field: SearchField | None, scoring: bool, make: Callable[[TextTarget], Query]) -> list[Query]:
        """A match in one field; without one in any, where titles and names count more."""
        if field is not None:
            target = (EXTENSION_TEXT, field.name + SEPARATOR) if field.is_extension else (text_name(field.name), "")
            return [make(target)]
        anywhere = [make((ELSEWHERE, "")), make((text_name("description"), ""))]
        if not scoring:
            return anywhere
        # What stands in these two fields stands elsewhere too: they change the order only.
        title = Query.boost_query(make((text_name("title"), "")), TITLE_BOOST)
        creators = Query.boost_query(make((text_name("creators"), "")), CREATORS_BOOST)
        return [*anywhere, title, creators]

    def _term(self, field: str, term: str, scoring: bool = False) -> Query:
        return Query.term_query(self.schema, field, term, "freq" if scoring else "basic")

    def _keyword(self, term: str) -> Query:
        return Query.const_score_query(self._term(KEYWORDS, term), 1.0)

    def _tokens(self, target: TextTarget, node: TokenMatch, scoring: bool) -> Query:
        field, prefix = target
        words = [prefix + token for token in node.tokens]
        if node.open_end and len(words) == 1:
            return self._beginning(field, words[0])
        if node.open_end:
            patterns = [escape(word) for word in words]
            patterns[-1] += ".*"
            return self._regex_phrase(field, patterns)
        if len(words) == 1:
            return self._term(field, words[0], scoring)
        phrase = Query.phrase_query(self.schema, field, list[str | tuple[int, str]](words), node.slop)
        if not node.spread:
            return phrase
        pairs = significant_pairs(node.tokens)
        terms = [(Occur.Should, self._term(field, prefix + pair, scoring)) for pair in pairs]
        spread = Query.boolean_query(terms, minimum_number_should_match=max(1, len(pairs) * 3 // 4))
        if not scoring:
            return spread
        return Query.boolean_query([(Occur.Must, spread), (Occur.Should, Query.boost_query(phrase, PHRASE_BOOST))])

    def _patterns(self, target: TextTarget, patterns: Sequence[Pattern]) -> Query:
        field, prefix = target
        beginning = _only_a_beginning(patterns)
        if beginning:
            return self._beginning(field, prefix + beginning)
        return self._regex_phrase(field, [escape(prefix) + _regex_of(pattern) for pattern in patterns])

    def _beginning(self, field: str, beginning: str) -> Query:
        """Words that begin so. As a regular expression the same takes ten times as long to prepare."""
        return Query.fuzzy_term_query(self.schema, field, beginning, 0, True, True)

    def _fuzzy(self, target: TextTarget, node: FuzzyMatch) -> Query:
        field, prefix = target
        return Query.fuzzy_term_query(self.schema, field, prefix + node.token, node.distance, True, False)

    def _regex_phrase(self, field: str, patterns: list[str]) -> Query:
        if len(patterns) == 1:
            return self._regex(field, patterns[0])
        try:
            return Query.regex_phrase_query(self.schema, field, list(patterns))
        except ValueError as error:
            raise _too_complex() from error

    def _regex(self, field: str, pattern: str) -> Query:
        try:
            return Query.regex_query(self.schema, field, pattern)
        except ValueError as error:
            raise _too_complex() from error

    def _numbers(self, node: NumberRange) -> Query:
        columns = node.field.columns
        if not columns:
            return self._keyword(keyword_term(node.field.name, str(node.low)))
        if len(columns) == 1:
            return self._range(columns[0], node.low, node.high)
        # A period meets the range when it begins before its end and ends after its beginning.
        parts = []
        if node.high is not None:
            parts.append((Occur.Must, self._range(columns[0], None, node.high)))
        if node.low is not None:
            parts.append((Occur.Must, self._range(columns[1], node.low, None)))
        return Query.const_score_query(Query.boolean_query(parts), 1.0)

    def _range(self, column: str, low: int | None, high: int | None) -> Query:
        if column not in self.columns:
            raise query_error(f"the values of '{column}' are being prepared; please try again later")
        if low is not None and high is not None and low > high:
            return Query.empty_query()
        return Query.range_query(self.schema, column, FieldType.Integer, low, high)


def any_of(queries: Sequence[Query]) -> Query:
    if not queries:
        return Query.empty_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])


def restricted(alternatives: Sequence[Query], visible: list[Clause], filters: Iterable[Query]) -> Query:
    """What matches one of `alternatives`, within what may be found and what is selected."""
    bounds = [*visible, *((Occur.Must, chosen) for chosen in filters)]
    if len(alternatives) > 1 and all(occur == Occur.MustNot for occur, _ in bounds):
        # One of them has to match as nothing else must; a clause around them takes an eighth longer.
        return Query.boolean_query([*((Occur.Should, query) for query in alternatives), *bounds])
    return Query.boolean_query([(Occur.Must, any_of(alternatives)), *bounds])


def escape(text: str) -> str:
    """`text` as a regular expression that matches nothing else."""
    return _SPECIAL.sub(r"\\\1", text)


def _only_a_beginning(patterns: Sequence[Pattern]) -> str:
    """What a word begins with when that is all that is asked of it, else nothing."""
    if len(patterns) != 1 or len(patterns[0]) != 2:
        return ""
    first, last = patterns[0]
    return first if isinstance(first, str) and last is Wildcard.MANY else ""


def _regex_of(pattern: Pattern) -> str:
    return "".join(_WILDCARDS[part] if isinstance(part, Wildcard) else escape(part) for part in pattern)


def _too_complex() -> Exception:
    return query_error("a word with wildcards is too complex; use fewer of them")
