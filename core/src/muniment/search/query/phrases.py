"""Words and phrases of text fields as tokens that stand next to each other."""

from __future__ import annotations

from typing import Final

from muniment.search.analysis import MAX_TOKEN, folded_text, pieces, run_terms
from muniment.search.query.errors import query_error
from muniment.search.query.field import SearchField
from muniment.search.query.tree import MatchNone, Node, TokenMatch

MAX_PHRASE: Final = 200
_LONG_RUN: Final = 4
_LONG_ALPHABETIC_RUN: Final = 12
"""Runs with more characters than this are taken for several words (Thai, Lao, Khmer and Myanmar need more)."""


def phrase(
    field: SearchField | None, text: str, *, quoted: bool = True, slop: int = 0, position: int | None = None
) -> Node:
    """The leaf for a word or a phrase of a text field."""
    parts = list(pieces(folded_text(text)))
    if not parts:
        return MatchNone()
    found: list[str] = []
    for part in parts:
        found.extend(run_terms(part.text) if part.is_run else [part.text[:MAX_TOKEN]])
    last = parts[-1]
    open_end = last.is_run and len(last.text) == 1
    if last.is_run and not open_end:
        found.pop()  # the single last character: in the text the run may go on
    if len(found) > MAX_PHRASE:
        raise query_error(f"a phrase may have {MAX_PHRASE} words, this one has {len(found)}", position)
    spread = not quoted and len(parts) == 1 and last.is_run and len(last.text) > _long_run(last.text)
    return TokenMatch(field, tuple(found), open_end, slop, spread)


def leading_wildcard(position: int | None) -> Exception:
    return query_error("a word may not begin with * or ?; give its beginning", position)


def _long_run(run: str) -> int:
    return _LONG_ALPHABETIC_RUN if run[0] < "\u1100" or "\u1780" <= run[0] <= "\u17ff" else _LONG_RUN
