"""Queries for suggestions while somebody types: every word has to be there, the last one may go on."""

from __future__ import annotations

from typing import Final

from muniment.search.analysis import MAX_TOKEN, folded_text, pieces
from muniment.search.query.phrases import phrase
from muniment.search.query.tree import Boolean, MatchNone, Node, PatternMatch, TokenMatch, Wildcard

MAX_WORDS: Final = 20
_MIN_PREFIX: Final = 2


def suggestion(text: str) -> Node:
    """The tree for what has been typed so far; no character of it has a special meaning."""
    found = list(pieces(folded_text(text)))[:MAX_WORDS]
    nodes: list[Node] = [phrase(None, piece.text) for piece in found[:-1]]
    if found:
        last = found[-1]
        nodes.append(phrase(None, last.text) if last.is_run else _beginning(last.text[:MAX_TOKEN]))
    if not nodes:
        return MatchNone()
    return nodes[0] if len(nodes) == 1 else Boolean(must=tuple(nodes))


def _beginning(word: str) -> Node:
    """The whole word counts more than a longer one that begins with it."""
    whole = TokenMatch(None, (word,))
    if len(word) < _MIN_PREFIX:
        return whole
    return Boolean(should=(whole, PatternMatch(None, ((word, Wildcard.MANY),))))
