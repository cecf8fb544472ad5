"""Makes the leaves of the tree: each word, phrase, range or comparison in the way its field is searched."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from muniment.search.analysis import MAX_TOKEN, folded_text, pieces
from muniment.search.folding import fold_exact
from muniment.search.query.dates import day_period, moment_period
from muniment.search.query.errors import query_error
from muniment.search.query.field import FieldMap, Kind, SearchField
from muniment.search.query.identifiers import BARE, as_doi, normalise_identifier
from muniment.search.query.lexer import Bounds, Token
from muniment.search.query.patterns import text_pattern
from muniment.search.query.phrases import leading_wildcard, phrase
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
    Wildcard,
)

IDENTIFIER_BOOST: Final = 20.0
_LIMIT: Final = 2**63 - 1
_NUMBER: Final = re.compile(r"[+-]?\d{1,20}\Z")


class Leaves:
    """Makes leaves for one query."""

    def __init__(self, fields: FieldMap, now: Callable[[], datetime]) -> None:
        self.fields = fields
        self.now = now

    def leaf(self, token: Token, field: SearchField | None, fuzzy: Token | None) -> Node:
        if token.bounds is not None:
            return self._range(token, field, token.bounds)
        if field is not None and field.kind is not Kind.TEXT:
            return self._exact(token, field, fuzzy)
        if not token.pattern:
            return phrase(field, token.text, slop=_slop(fuzzy), position=token.position)
        if any(isinstance(part, Wildcard) for part in token.pattern):
            if fuzzy is not None:
                raise query_error("a word has either wildcards or ~", fuzzy.position)
            return self._wildcards(token, field)
        word = str(token.pattern[0])
        if fuzzy is not None:
            return _fuzzy(field, word, fuzzy)
        if field is None and (as_doi(word) or BARE.match(word)):
            return self._identifier(word, token.position)
        return phrase(field, word, quoted=False, position=token.position)

    def anything(self, token: Token) -> Node:
        """``*:*`` is everything, ``*:word`` searches all fields."""
        if token.pattern == (Wildcard.MANY,):
            return MatchAll()
        return self.leaf(token, None, None)

    def exists(self, token: Token) -> Node:
        name = token.text or "".join(part if isinstance(part, str) else part.value for part in token.pattern)
        field = self.fields.get(name)
        if field is None:
            raise query_error(f"there is no field '{name}'", token.position)
        return Exists(field)

    def _wildcards(self, token: Token, field: SearchField | None) -> Node:
        if all(part is Wildcard.MANY for part in token.pattern):
            return MatchAll() if field is None else Exists(field)
        return text_pattern(field, token.pattern, token.position)

    def _identifier(self, word: str, position: int) -> Node:
        """A bare DOI or address: the record that owns it first, then those that mention it."""
        value = normalise_identifier(word)
        names = ("doi", "parent.doi") if as_doi(word) else ("identifiers", "related_identifiers")
        found = [self.fields.fields[name] for name in names if name in self.fields.fields]
        exact = [Boosted(KeywordMatch(field, value), IDENTIFIER_BOOST) for field in found]
        mention = phrase(None, value, position=position)
        return Boolean(should=(*exact, *(() if isinstance(mention, MatchNone) else (mention,))))

    def _exact(self, token: Token, field: SearchField, fuzzy: Token | None) -> Node:
        if fuzzy is not None:
            raise query_error(f"~ searches similar words of a text; '{field.name}' has exact values", fuzzy.position)
        pattern = token.pattern or (token.text,)
        if all(part is Wildcard.MANY for part in pattern):
            return Exists(field)
        if field.is_numeric:
            return self._equals(token, field)
        if all(isinstance(part, str) for part in pattern):
            value = field.normalise("".join(str(part) for part in pattern))
            return KeywordMatch(field, value) if value else MatchNone()
        if isinstance(pattern[0], Wildcard):
            raise leading_wildcard(token.position)
        return KeywordPattern(field, tuple(fold_exact(part) if isinstance(part, str) else part for part in pattern))

    def _equals(self, token: Token, field: SearchField) -> Node:
        pattern = token.pattern or (token.text,)
        if pattern[-1] is Wildcard.MANY:  # publication_date:2017*
            pattern = (str(pattern[0]).rstrip("-"), *pattern[1:-1])
        if len(pattern) != 1 or not isinstance(pattern[0], str):
            raise query_error(f"'{field.name}' takes {_expectation(field)}, not a pattern", token.position)
        first, _, last = pattern[0].partition("/") if field.kind is Kind.DAY else (pattern[0], "", "")
        low, high = self._period(first, field, token.position)
        if last:
            high = self._period(last, field, token.position)[1]
        return NumberRange(field, low, high)

    def _range(self, token: Token, field: SearchField | None, bounds: Bounds) -> Node:
        if field is None:
            raise query_error("a range needs a field, for example publication_date:[2020 TO 2024]", token.position)
        if not field.is_numeric or not field.columns:
            raise query_error(f"'{field.name}' has no order, so a range is not possible", token.position)
        low = high = None
        if bounds.low is not None:
            first, last = self._period(bounds.low, field, token.position)
            low = first if bounds.includes_low else last + 1
        if bounds.high is not None:
            first, last = self._period(bounds.high, field, token.position)
            high = last if bounds.includes_high else first - 1
        return Exists(field) if low is None and high is None else NumberRange(field, low, high)

    def _period(self, text: str, field: SearchField, position: int) -> tuple[int, int]:
        period: tuple[int, int] | None
        if field.kind is Kind.DAY:
            period = day_period(text, self.now)
        elif field.kind is Kind.MOMENT:
            period = moment_period(text, self.now)
        else:
            number = int(text) if _NUMBER.match(text) else _LIMIT
            period = None if abs(number) >= _LIMIT else (number, number)
        if period is None:
            raise query_error(f"'{text}' is not {_expectation(field)}, which '{field.name}' takes", position)
        return period


def _slop(fuzzy: Token | None) -> int:
    if fuzzy is None or fuzzy.number < 0:
        return 0
    if fuzzy.number > 100:
        raise query_error("words of a phrase may be at most 100 places apart", fuzzy.position)
    return int(fuzzy.number)


def _fuzzy(field: SearchField | None, word: str, fuzzy: Token) -> Node:
    if fuzzy.number > 2 or (fuzzy.number > 1 and fuzzy.number % 1):
        raise query_error("~ allows at most 2 changed letters, for example water~1", fuzzy.position)
    nodes: list[Node] = []
    for part in pieces(folded_text(word)):
        token = part.text[:MAX_TOKEN]
        distance = int(fuzzy.number) if fuzzy.number in (0, 1, 2) else _distance_for(token)
        if part.is_run or not distance:
            nodes.append(phrase(field, part.text, quoted=False))
        else:
            nodes.append(FuzzyMatch(field, token, distance))
    if not nodes:
        return MatchNone()
    return nodes[0] if len(nodes) == 1 else Boolean(must=tuple(nodes))


def _distance_for(token: str) -> int:
    """None for words of one or two letters, 1 up to five, 2 beyond (as Elasticsearch's AUTO)."""
    return 0 if len(token) < 3 else 1 if len(token) < 6 else 2


def _expectation(field: SearchField) -> str:
    match field.kind:
        case Kind.INTEGER:
            return "a whole number"
        case Kind.DAY:
            return "a date like 2024, 2024-05 or 2024-05-31"
        case _:
            return "a date or time like 2024-05-31, 2024-05-31T12:00:00Z or now-7d"
