"""Compiles what people type and the query language into SQL conditions on terms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Text, and_, case, cast, false, func, not_, or_, true

from muniment.errors import Problem, ValidationFailed
from muniment.search.analysis import terms
from muniment.search.query import parse
from muniment.search.query.errors import query_error
from muniment.search.query.field import FieldMap, Kind, SearchField
from muniment.search.query.tree import (
    Boolean,
    Boosted,
    Exists,
    KeywordMatch,
    KeywordPattern,
    MatchAll,
    MatchNone,
    Node,
    Pattern,
    PatternMatch,
    TokenMatch,
    Wildcard,
)
from muniment.vocabularies.checking import MAX_TAG
from muniment.vocabularies.models import VocabularyTerm

Condition = ColumnElement[bool]

ID: Final = SearchField("id", Kind.KEYWORD)
TAGS: Final = SearchField("tags", Kind.KEYWORD)
TITLE: Final = SearchField("title", Kind.TEXT)
FIELDS: Final = FieldMap([ID, TAGS, TITLE])

#: More words than the names of any term have; what follows is not looked at.
MAX_WORDS: Final = 30
#: Parts of a query and tags in one search: SQLite takes conditions of 1,000 levels.
MAX_CONDITIONS: Final = 100

_ESCAPE: Final = "\\"


def typed(text: str) -> Condition:
    """Terms for which every word of `text` begins a word of one of their names."""
    words = terms(text)[:MAX_WORDS]
    if not words:
        return false()
    return and_(*(_contains(f" {word}") for word in words))


def rank(text: str) -> tuple[ColumnElement[int], ...]:
    """What comes first among terms that match: those of which `text` is a name, then those whose id it begins, then
    those of which it begins a name. Of these a thing comes before its kinds (`image` before `image-photo`)."""
    words = terms(text)[:MAX_WORDS]
    phrase = " ".join(words)
    begins_id = func.lower(VocabularyTerm.id).startswith("-".join(words), autoescape=True)
    match = case((_contains(f"| {phrase}|"), 0), (begins_id, 1), (_contains(f"| {phrase}"), 2), else_=3)
    return match, case((VocabularyTerm.id.contains("-", autoescape=True), 1), else_=0)


def queried(text: str) -> Condition:
    """Terms that match a query in the query language; the fields are id, title and tags.

    Raises `InvalidRequest` (400) for a query that cannot be understood.
    """
    node = parse(text, FIELDS, operator="AND")
    if _parts(node) > MAX_CONDITIONS:
        raise query_error(f"A query to a vocabulary has at most {MAX_CONDITIONS} parts.")
    return _compile(node)


def tagged(tags: Iterable[str]) -> Condition:
    """Terms that carry all these tags. Raises `ValidationFailed` for more than `MAX_CONDITIONS`."""
    wanted = set(tags)
    if len(wanted) > MAX_CONDITIONS:
        raise ValidationFailed(errors=[Problem("tags", f"Name at most {MAX_CONDITIONS} tags.")])
    if any(len(tag) > MAX_TAG for tag in wanted):
        return false()  # no term has such a tag
    return and_(true(), *(_has_tag(VocabularyTerm.tags, tag) for tag in sorted(wanted)))


def _parts(node: Node) -> int:
    match node:
        case Boolean(must=must, should=should, must_not=must_not):
            return sum(map(_parts, (*must, *should, *must_not)))
        case Boosted(node=inner):
            return _parts(inner)
        case _:
            return 1


def _contains(text: str) -> Condition:
    return VocabularyTerm.search_text.contains(text, autoescape=True)


def _has_tag(column: Any, tag: str) -> Condition:
    # Both databases write the list as JSON text in which a tag stands between quotes.
    return cast(column, Text).contains(orjson.dumps(tag).decode(), autoescape=True)


def _compile(node: Node) -> Condition:
    match node:
        case MatchAll():
            return true()
        case MatchNone():
            return false()
        case Boolean(must=must, should=should, must_not=must_not):
            parts = [_compile(part) for part in must]
            if should and not must:
                parts.append(or_(*(_compile(part) for part in should)))
            parts.extend(not_(_compile(part)) for part in must_not)
            return and_(true(), *parts)
        case Boosted(node=inner):
            return _compile(inner)
        case TokenMatch():
            return _tokens(node)
        case PatternMatch(patterns=patterns):
            return _contains(f" {_beginning(patterns)}")
        case KeywordMatch(field=field, value=value):
            return _keyword(field, value)
        case KeywordPattern(field=field, pattern=pattern):
            return _keyword_pattern(field, pattern)
        case Exists(field=field):
            return cast(VocabularyTerm.tags, Text) != "[]" if field is TAGS else true()
        case _:
            raise query_error("Vocabularies are searched by words, phrases and beginnings of words only.")


def _tokens(node: TokenMatch) -> Condition:
    phrase = f" {' '.join(node.tokens)}"
    if node.open_end:
        return _contains(phrase)
    return or_(_contains(f"{phrase} "), _contains(f"{phrase}|"))


def _beginning(patterns: tuple[Pattern, ...]) -> str:
    """The words of a phrase whose last one may go on."""
    *before, last = patterns
    if last[-1:] == (Wildcard.MANY,):
        last = last[:-1]
    words: list[str] = []
    for pattern in (*before, last):
        if not all(isinstance(part, str) for part in pattern):
            raise query_error("Vocabularies know only one wildcard: * at the end of a word.")
        words.append("".join(str(part) for part in pattern))
    return " ".join(words)


def _keyword(field: SearchField, value: str) -> Condition:
    if field is TAGS:
        return _has_tag(func.lower(cast(VocabularyTerm.tags, Text)), value)
    return func.lower(VocabularyTerm.id) == value


def _keyword_pattern(field: SearchField, pattern: Pattern) -> Condition:
    if field is TAGS:
        raise query_error("A tag is searched as a whole, without wildcards.")
    like = "".join(_like(part) for part in pattern)
    return func.lower(VocabularyTerm.id).like(like, escape=_ESCAPE)


def _like(part: str | Wildcard) -> str:
    if part is Wildcard.MANY:
        return "%"
    if isinstance(part, Wildcard):
        return "_"
    for special in (_ESCAPE, "%", "_"):
        part = part.replace(special, _ESCAPE + special)
    return part
