"""Marks what a query matched, with the same analysis that found it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from muniment.search.analysis import Token, significant_pairs, tokens
from muniment.search.query.tree import (
    FuzzyMatch,
    Leaf,
    Node,
    Pattern,
    PatternMatch,
    TokenMatch,
    Wildcard,
    leaves_of,
)

MAX_TEXT: Final = 20_000
"""Only the beginning of a longer text is looked at, in characters."""

EXCERPT: Final = 260
_LEAD: Final = 60
Matches = Callable[[str], bool]


@dataclass(frozen=True)
class Span:
    """A part of a text that matched, in characters."""

    start: int
    end: int


def highlight(text: str, query: Node, field: str | None = None) -> Markup | None:
    """The whole of `text` as HTML with `<mark>` around what matched; None when nothing did.

    `field` is the name of the search field that `text` comes from: what was searched in another field is not marked.
    """
    spans = matches(text[:MAX_TEXT], query, field)
    return _marked(text, spans, 0, len(text)) if spans else None


def excerpt(text: str, query: Node, field: str | None = None, length: int = EXCERPT) -> Markup | None:
    """The part of `text` with the most matches, about `length` characters, as `highlight` marks it."""
    spans = matches(text[:MAX_TEXT], query, field)
    if not spans:
        return None
    best = max(spans, key=lambda first: (_within(spans, first.start, length), -first.start))
    start = _word_start(text, max(0, best.start - _LEAD))
    end = _word_end(text, min(len(text), start + length))
    return _marked(text, spans, start, end)


def matches(text: str, query: Node, field: str | None = None) -> list[Span]:
    """Where the words and phrases of `query` stand in `text`, in order and without overlaps."""
    leaves = [leaf for leaf in leaves_of(query, negated=False) if _concerns(leaf, field)]
    if not leaves or not text:
        return []
    found = tokens(text)
    spans = [span for leaf in leaves for span in _leaf_spans(leaf, found)]
    return _merged(spans)


def _concerns(leaf: Leaf, field: str | None) -> bool:
    if not isinstance(leaf, TokenMatch | PatternMatch | FuzzyMatch):
        return False
    return leaf.field is None or field is None or leaf.field.name == field


def _leaf_spans(leaf: Leaf, found: Sequence[Token]) -> Iterable[Span]:
    match leaf:
        case TokenMatch(spread=True):
            wanted = frozenset(significant_pairs(leaf.tokens))
            return [Span(token.start, token.end) for token in found if token.text in wanted]
        case TokenMatch():
            return _token_spans(leaf, found)
        case PatternMatch():
            return _phrases([_pattern(pattern) for pattern in leaf.patterns], found)
        case FuzzyMatch():
            return _phrases([lambda text: _within_distance(leaf.token, text, leaf.distance)], found)
    return []


def _token_spans(leaf: TokenMatch, found: Sequence[Token]) -> list[Span]:
    tests = [_equals(token) for token in leaf.tokens]
    if leaf.slop:  # the words may stand apart: each of them is marked
        return [span for test in tests for span in _phrases([test], found)]
    if not leaf.open_end:
        return list(_phrases(tests, found))
    # The last token is a single character and met the beginning of a pair: the pair's other half is not meant.
    tests[-1] = _begins(leaf.tokens[-1])
    spans = list(_phrases(tests, found))
    return [Span(s.start, s.start + 1) if i % len(tests) == len(tests) - 1 else s for i, s in enumerate(spans)]


def _phrases(tests: Sequence[Matches], found: Sequence[Token]) -> Iterable[Span]:
    length = len(tests)
    for index in range(len(found) - length + 1):
        window = found[index : index + length]
        if all(test(token.text) for test, token in zip(tests, window, strict=True)):
            yield from (Span(token.start, token.end) for token in window)


def _equals(wanted: str) -> Matches:
    return lambda text: text == wanted


def _begins(wanted: str) -> Matches:
    return lambda text: text.startswith(wanted)


def _pattern(pattern: Pattern) -> Matches:
    """A test whose time grows with the length of the word only, whatever the pattern."""
    if pattern[-1] is Wildcard.OPTIONAL:
        shorter, longer = _pattern(pattern[:-1]), _pattern((*pattern[:-1], Wildcard.ONE))
        return lambda text: shorter(text) or longer(text)
    segments: list[str] = [""]
    for part in pattern:
        if part is Wildcard.MANY:
            segments.append("")
        else:
            segments[-1] += re.escape(part) if isinstance(part, str) else "."
    compiled = [re.compile(segment, re.DOTALL) for segment in segments]
    last = re.compile(f"(?:{segments[-1]})\\Z", re.DOTALL)
    return lambda text: _matches_segments(compiled, last, text)


def _matches_segments(segments: Sequence[re.Pattern[str]], last: re.Pattern[str], text: str) -> bool:
    """Each segment as far left as it goes, the last one at the end."""
    if len(segments) == 1:
        return segments[0].fullmatch(text) is not None
    match = segments[0].match(text)
    for segment in segments[1:-1]:
        match = match and segment.search(text, match.end())
    return match is not None and last.search(text, match.end()) is not None


def _within_distance(wanted: str, text: str, distance: int) -> bool:
    """Whether `text` is at most `distance` edits from `wanted`; swapped neighbours count once."""
    if abs(len(wanted) - len(text)) > distance:
        return False
    before: list[int] = []
    row = list(range(len(text) + 1))
    for i, left in enumerate(wanted, 1):
        next_row = [i]
        for j, right in enumerate(text, 1):
            cost = min(row[j] + 1, next_row[j - 1] + 1, row[j - 1] + (left != right))
            if i > 1 and j > 1 and left == text[j - 2] and wanted[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            next_row.append(cost)
        before, row = row, next_row
    return row[-1] <= distance


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _within(spans: Sequence[Span], start: int, length: int) -> int:
    return sum(start <= span.start < start + length - _LEAD for span in spans)


def _word_start(text: str, index: int) -> int:
    """The beginning of the word at `index`, unless it is far."""
    space = text.rfind(" ", max(0, index - 30), index + 1)
    return space + 1 if index and space >= 0 else index


def _word_end(text: str, index: int) -> int:
    space = text.find(" ", index, index + 30)
    return space if index < len(text) and space >= 0 else index


def _marked(text: str, spans: Sequence[Span], start: int, end: int) -> Markup:
    parts: list[Markup] = []
    at = start
    for span in spans:
        if span.end <= start or span.start >= end:
            continue
        first, last = max(span.start, start), min(span.end, end)
        parts.append(escape(text[at:first]))
        parts.append(Markup("<mark>") + escape(text[first:last]) + Markup("</mark>"))
        at = last
    parts.append(escape(text[at:end]))
    return Markup("").join(parts)
