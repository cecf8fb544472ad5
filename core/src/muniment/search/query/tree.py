"""The tree that a query becomes. Nodes are frozen and hashable; text in them is analysed already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from muniment.search.query.field import SearchField


class Wildcard(Enum):
    """What stands for unknown characters in a pattern."""

    MANY = "*"
    ONE = "?"
    OPTIONAL = "one at most"


Pattern = tuple[str | Wildcard, ...]
"""Literal text and wildcards in order; it has to match a whole token or keyword."""


@dataclass(frozen=True)
class MatchAll:
    """Everything that may be seen."""


@dataclass(frozen=True)
class MatchNone:
    """Nothing: the query holds no word that could be searched."""


@dataclass(frozen=True)
class TokenMatch:
    """Tokens next to each other in `field` (None: in any field); a single token is a plain term.

    `open_end`: the last token may be the beginning of a longer one. `slop`: how many places the tokens may be
    moved. `spread`: a long run without spaces, of which three quarters of the significant tokens suffice, in any
    order (see `analysis.significant_pairs`).
    """

    field: SearchField | None
    tokens: tuple[str, ...]
    open_end: bool = False
    slop: int = 0
    spread: bool = False


@dataclass(frozen=True)
class PatternMatch:
    """Tokens next to each other, each matching its pattern."""

    field: SearchField | None
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True)
class FuzzyMatch:
    """A token at most `distance` (1 or 2) edits away; swapping two neighbours is one edit."""

    field: SearchField | None
    token: str
    distance: int


@dataclass(frozen=True)
class KeywordMatch:
    """A whole value of a keyword field, normalised."""

    field: SearchField
    value: str


@dataclass(frozen=True)
class KeywordPattern:
    """A whole value of a keyword field that matches a pattern."""

    field: SearchField
    pattern: Pattern


@dataclass(frozen=True)
class NumberRange:
    """A number between two bounds, both included; None is open.

    Of a field with two columns (a period) the period has to meet the range.
    """

    field: SearchField
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Exists:
    """The field has a value."""

    field: SearchField


@dataclass(frozen=True)
class Boolean:
    """All of `must`, none of `must_not`; one of `should` if `must` is empty, else `should` only ranks.

    Only `must_not` means everything else.
    """

    must: tuple[Node, ...] = ()
    should: tuple[Node, ...] = ()
    must_not: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Boosted:
    """Counts `factor` times as much for the rank."""

    node: Node
    factor: float


Leaf = TokenMatch | PatternMatch | FuzzyMatch | KeywordMatch | KeywordPattern | NumberRange | Exists
Node = MatchAll | MatchNone | Leaf | Boolean | Boosted


def leaves_of(node: Node, *, negated: bool = True) -> Iterator[Leaf]:
    """All leaves of a tree; without `negated` only those that a match may contain."""
    if isinstance(node, Boolean):
        parts = (*node.must, *node.should, *(node.must_not if negated else ()))
        for part in parts:
            yield from leaves_of(part, negated=negated)
    elif isinstance(node, Boosted):
        yield from leaves_of(node.node, negated=negated)
    elif not isinstance(node, MatchAll | MatchNone):
        yield node


def ranks(node: Node) -> bool:
    """Whether of two documents that match one can match better; not so when only whole values are asked for."""
    match node:
        case TokenMatch() | PatternMatch() | FuzzyMatch() | Boosted():
            return True
        case Boolean():
            adds_up = len(node.should) > 1 or bool(node.should and node.must)
            return adds_up or any(ranks(part) for part in (*node.must, *node.should))
        case _:
            return False
