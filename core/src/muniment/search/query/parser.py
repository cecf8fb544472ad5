"""Parses the query language: Lucene's syntax as Zenodo offers it, with the precedence that people expect.

``NOT`` binds closer than ``AND``, ``AND`` closer than ``OR``, and words side by side are alternatives of which
those with ``+`` are required and those with ``-`` excluded.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal

from muniment.search.query import leaves
from muniment.search.query.core_fields import CORE_FIELDS
from muniment.search.query.errors import query_error
from muniment.search.query.field import FieldMap, SearchField
from muniment.search.query.lexer import Lexer, Mark, Token
from muniment.search.query.tree import Boolean, Boosted, MatchAll, MatchNone, Node

MAX_LENGTH: Final = 8000
MAX_LEAVES: Final = 1024
MAX_DEPTH: Final = 30

Operator = Literal["OR", "AND"]


def parse(
    text: str,
    fields: FieldMap = CORE_FIELDS,
    *,
    operator: Operator = "OR",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Node:
    """The tree of a query; a blank one matches everything.

    `operator` joins words that stand side by side. Raises `InvalidRequest` for everything that cannot be
    understood, with what and where.
    """
    if len(text) > MAX_LENGTH:
        raise query_error(f"the query has {len(text)} characters; at most {MAX_LENGTH} are possible")
    tokens = Lexer(text, fields).run()
    if not text.strip():
        return MatchAll()
    parser = _Parser(tokens, leaves.Leaves(fields, now), operator)
    return parser.parse()


class _Parser:
    def __init__(self, tokens: list[Token], maker: leaves.Leaves, operator: Operator) -> None:
        self.tokens = tokens
        self.maker = maker
        self.operator = operator
        self.at = 0
        self.depth = 0
        self.leaves = 0

    def parse(self) -> Node:
        node = self._clauses(None)
        if self.at < len(self.tokens):
            raise query_error("a bracket is closed that was never opened", self.tokens[self.at].position)
        return node

    def _peek(self, *marks: Mark) -> Token | None:
        if self.at < len(self.tokens) and (not marks or self.tokens[self.at].mark in marks):
            return self.tokens[self.at]
        return None

    def _take(self, *marks: Mark) -> Token | None:
        token = self._peek(*marks)
        if token is not None:
            self.at += 1
        return token

    def _clauses(self, field: SearchField | None) -> Node:
        """Words and groups side by side, up to a closing bracket or the end."""
        must: list[Node] = []
        should: list[Node] = []
        must_not: list[Node] = []
        while self._peek() and not self._peek(Mark.CLOSE):
            sign = self._peek(Mark.PLUS, Mark.NOT)
            node = self._alternatives(field)
            if sign is not None and sign.mark is Mark.PLUS:
                must.append(node)
            elif isinstance(node, Boolean) and _is_negation(node):
                must_not.extend(node.must_not)
            else:
                (must if self.operator == "AND" else should).append(node)
        return _boolean(must, should, must_not)

    def _alternatives(self, field: SearchField | None) -> Node:
        nodes = [self._conjunction(field)]
        while self._take(Mark.OR):
            nodes.append(self._conjunction(field))
        return nodes[0] if len(nodes) == 1 else _boolean([], nodes, [])

    def _conjunction(self, field: SearchField | None) -> Node:
        nodes = [self._signed(field)]
        while self._take(Mark.AND):
            nodes.append(self._signed(field))
        if len(nodes) == 1:
            return nodes[0]
        negations = [node for node in nodes if isinstance(node, Boolean) and _is_negation(node)]
        rest = [node for node in nodes if node not in negations]
        return _boolean(rest, [], [excluded for negation in negations for excluded in negation.must_not])

    def _signed(self, field: SearchField | None) -> Node:
        sign = self._take(Mark.PLUS, Mark.NOT)
        if sign is None:
            return self._boosted(field)
        with _Depth(self, sign):
            node = self._signed(field)
        if sign.mark is Mark.PLUS:
            return node
        return _boolean([], [], [node])

    def _boosted(self, field: SearchField | None) -> Node:
        node = self._primary(field)
        while (suffix := self._take(Mark.BOOST, Mark.FUZZY)) is not None:
            if suffix.mark is Mark.FUZZY:
                raise query_error("~ belongs directly behind a word or a phrase", suffix.position)
            node = node if isinstance(node, MatchNone) else Boosted(node, suffix.number)
        return node

    def _primary(self, field: SearchField | None) -> Node:
        token = self._take(Mark.OPEN, Mark.FIELD, Mark.EXISTS, Mark.WORD, Mark.PHRASE, Mark.RANGE, Mark.COMPARISON)
        if token is None:
            raise self._missing()
        match token.mark:
            case Mark.OPEN:
                return self._group(token, field)
            case Mark.FIELD:
                return self._value(token)
            case Mark.EXISTS:
                return self._exists(token)
            case _:
                return self._leaf(token, field)

    def _group(self, token: Token, field: SearchField | None) -> Node:
        with _Depth(self, token):
            node = self._clauses(field)
        if self._take(Mark.CLOSE) is None:
            raise query_error("a bracket is not closed", token.position)
        return node

    def _value(self, token: Token) -> Node:
        following = self._peek(Mark.OPEN, Mark.WORD, Mark.PHRASE, Mark.RANGE, Mark.COMPARISON)
        if following is None:
            raise query_error(f"there is nothing to search after '{token.text}:'", token.position)
        return self._primary(token.field)

    def _exists(self, token: Token) -> Node:
        following = self._take(Mark.WORD, Mark.PHRASE)
        if following is None:
            raise query_error(f"'{token.text}:' needs the name of a field", token.position)
        self._count(following)
        if token.text == "*":
            return self.maker.anything(following)
        return self.maker.exists(following)

    def _leaf(self, token: Token, field: SearchField | None) -> Node:
        self._count(token)
        fuzzy = self._take(Mark.FUZZY) if token.mark in (Mark.WORD, Mark.PHRASE) else None
        return self.maker.leaf(token, field, fuzzy)

    def _count(self, token: Token) -> None:
        self.leaves += 1
        if self.leaves > MAX_LEAVES:
            raise query_error(f"the query has more than {MAX_LEAVES} words", token.position)

    def _missing(self) -> Exception:
        token = self._peek()
        before = self.tokens[self.at - 1] if self.at else None
        if before is not None and before.mark in (Mark.AND, Mark.OR, Mark.NOT, Mark.PLUS):
            return query_error(f"{before.mark.name} has nothing behind it", before.position)
        if token is not None and token.mark in (Mark.AND, Mark.OR):
            return query_error(f"{token.mark.name} has nothing before it", token.position)
        return query_error("something to search for is missing", token.position if token else None)


class _Depth:
    """Counts how deep brackets and signs are nested."""

    def __init__(self, parser: _Parser, token: Token) -> None:
        self.parser = parser
        self.token = token

    def __enter__(self) -> None:
        self.parser.depth += 1
        if self.parser.depth > MAX_DEPTH:
            raise query_error(f"brackets are nested more than {MAX_DEPTH} deep", self.token.position)

    def __exit__(self, *_: object) -> None:
        self.parser.depth -= 1


def _is_negation(node: Boolean) -> bool:
    return bool(node.must_not) and not node.must and not node.should


def _boolean(must: list[Node], should: list[Node], must_not: list[Node]) -> Node:
    """The node for these clauses. What holds no searchable word has no say."""
    kept = [tuple(node for node in nodes if not isinstance(node, MatchNone)) for nodes in (must, should, must_not)]
    if not any(kept):
        return MatchNone()
    if not kept[2]:
        only = kept[0] if not kept[1] else kept[1] if not kept[0] else ()
        if len(only) == 1:
            return only[0]
    return Boolean(*kept)
