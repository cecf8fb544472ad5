"""Words with wildcards: folded like text and cut into tokens, so that they meet the tokens of the index."""

from __future__ import annotations

from typing import Final

from muniment.search.analysis import folded_text, pieces
from muniment.search.query.errors import query_error
from muniment.search.query.field import SearchField
from muniment.search.query.phrases import leading_wildcard, phrase
from muniment.search.query.tree import Boolean, MatchNone, Node, Pattern, PatternMatch, Wildcard

MAX_PATTERN: Final = 100


def text_pattern(field: SearchField | None, pattern: Pattern, position: int) -> Node:
    """The leaf for a word with wildcards in a text field.

    Raises `InvalidRequest` for a leading wildcard: it would have to look at every word of the index.
    """
    words = _words(pattern)
    if not words:
        return MatchNone()
    if any(_has_run(word) for word in words):
        return _runs(field, words)
    if any(isinstance(word[0], Wildcard) for word in words):
        raise leading_wildcard(position)
    if sum(len(part) if isinstance(part, str) else 1 for word in words for part in word) > MAX_PATTERN:
        raise query_error(f"a word with wildcards may have {MAX_PATTERN} characters", position)
    return PatternMatch(field, tuple(_ending_softly(word) for word in words))


def _words(pattern: Pattern) -> list[Pattern]:
    """The pattern as tokens: separators in its literal parts begin a new one."""
    words: list[list[str | Wildcard]] = [[]]
    for part in pattern:
        if isinstance(part, Wildcard):
            words[-1].append(part)
            continue
        folded = folded_text(part)
        for index, literal in enumerate(folded.split(" ")):
            if index:
                words.append([])
            if literal:
                words[-1].append(literal)
    return [tuple(word) for word in words if any(isinstance(part, str) for part in word)]


def _has_run(word: Pattern) -> bool:
    return any(piece.is_run for part in word if isinstance(part, str) for piece in pieces(part))


def _runs(field: SearchField | None, words: list[Pattern]) -> Node:
    """Runs of a script without spaces are found by any part of them: the literal parts have to be there."""
    nodes = [phrase(field, part) for word in words for part in word if isinstance(part, str)]
    kept = tuple(node for node in nodes if not isinstance(node, MatchNone))
    return kept[0] if len(kept) == 1 else Boolean(must=kept)


def _ending_softly(word: Pattern) -> Pattern:
    """A question mark at the end may be the end of a question: it stands for one letter or none."""
    return (*word[:-1], Wildcard.OPTIONAL) if word[-1] is Wildcard.ONE else word
