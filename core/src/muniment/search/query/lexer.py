"""Cuts a query into tokens. Forgiving where people paste titles, strict where a mistake would change the meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from muniment.search.query.errors import query_error
from muniment.search.query.field import FieldMap, SearchField
from muniment.search.query.identifiers import BARE, TRAILING
from muniment.search.query.tree import Pattern, Wildcard


class Mark(Enum):
    """The kinds of token."""

    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    PLUS = auto()
    FIELD = auto()
    EXISTS = auto()
    WORD = auto()
    PHRASE = auto()
    RANGE = auto()
    COMPARISON = auto()
    BOOST = auto()
    FUZZY = auto()


@dataclass(frozen=True)
class Bounds:
    """The two ends of a range as written; None is open."""

    low: str | None
    high: str | None
    includes_low: bool
    includes_high: bool


@dataclass(frozen=True)
class Token:
    """A token with the place where it starts; which of the values is set depends on the mark."""

    mark: Mark
    position: int
    pattern: Pattern = ()
    text: str = ""
    field: SearchField | None = None
    bounds: Bounds | None = None
    number: float = 0.0


_BOUND: Final = r'"[^"]*"|[^\s\]}"]+'
_RANGE: Final = re.compile(rf"([\[{{])\s*({_BOUND})\s+(TO|to|To)\s+({_BOUND})\s*([\]}}])")
_COMPARISON: Final = re.compile(r'(>=|<=|>|<)\s*("[^"]*"|[^\s()"]+)')
_RAW_WORD: Final = re.compile(r'(?:\\.|[^\s()"\\])+', re.DOTALL)
_IDENTIFIER: Final = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/)?10\.\d{2,9}(?:\.\d+)*\\?/\S", re.IGNORECASE)
_IDENTIFIER_END: Final = re.compile(r'[^\s"]+')
_FIELD_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*\Z")
_REGEX: Final = re.compile(r"/(?:\\.|[^/\\\s])+/(?=[\s)]|\Z)")
_BOOST: Final = re.compile(r"\^(\d+(?:\.\d+)?|\.\d+)(?=[\s)~]|\Z)")
_FUZZY: Final = re.compile(r"~(\d+(?:\.\d+)?|\.\d+)?(?=[\s)^]|\Z)")
MAX_NAME: Final = 200
_OPERATORS: Final = {"AND": Mark.AND, "&&": Mark.AND, "OR": Mark.OR, "||": Mark.OR, "NOT": Mark.NOT}
_SIGNS: Final = {"+": Mark.PLUS, "-": Mark.NOT, "!": Mark.NOT}


class Lexer:
    """One pass over one query."""

    def __init__(self, text: str, fields: FieldMap) -> None:
        self.text = text
        self.fields = fields
        self.at = 0
        self.tokens: list[Token] = []

    def run(self) -> list[Token]:
        while self._skip_space():
            self._step()
        return self.tokens

    @property
    def _expects_value(self) -> bool:
        return bool(self.tokens) and self.tokens[-1].mark in (Mark.FIELD, Mark.EXISTS)

    def _skip_space(self) -> bool:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at < len(self.text)

    def _add(self, mark: Mark, position: int, **values: object) -> None:
        self.tokens.append(Token(mark, position, **values))  # type: ignore[arg-type]

    def _step(self) -> None:
        character = self.text[self.at]
        if character == "(":
            self._add(Mark.OPEN, self.at)
            self.at += 1
        elif character == ")":
            self._add(Mark.CLOSE, self.at)
            self.at += 1
            self._suffixes()
        elif character == '"':
            self._phrase()
        elif character in "[{":
            self._bracket()
        elif character in "<>" and self._expects_value:
            self._comparison()
        elif character in _SIGNS and not self._expects_value:
            self._sign(character)
        elif character in "^~":
            self.at += 1
        else:
            self._word()

    def _sign(self, character: str) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if following and not following.isspace() and following not in "+-!)":
            self._add(_SIGNS[character], self.at)
            self.at += 1
            return
        while self.at < len(self.text) and self.text[self.at] in _SIGNS:  # a dash between words, "--option"
            self.at += 1

    def _phrase(self) -> None:
        start = self.at
        characters: list[str] = []
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != '"':
            if self.text[self.at] == "\\" and self.at + 1 < len(self.text):
                self.at += 1
            characters.append(self.text[self.at])
            self.at += 1
        if self.at >= len(self.text):
            raise query_error('a quotation mark is not closed; write \\" for the sign itself', start)
        self.at += 1
        self._add(Mark.PHRASE, start, text="".join(characters))
        self._suffixes()

    def _bracket(self) -> None:
        match = _RANGE.match(self.text, self.at)
        if match is None:
            if self._expects_value:
                raise query_error("a range is written [from TO until] or {from TO until}", self.at)
            self.at += 1  # a bracket in pasted text
            return
        if not self._expects_value:
            raise query_error("a range needs a field, for example publication_date:[2020 TO 2024]", self.at)
        opening, low, word, high, closing = match.groups()
        if word != "TO":
            raise query_error("TO in a range is written in capitals", match.start(3))
        bounds = Bounds(_bound(low), _bound(high), opening == "[", closing == "]")
        self._add(Mark.RANGE, self.at, bounds=bounds)
        self.at = match.end()
        self._suffixes()

    def _comparison(self) -> None:
        match = _COMPARISON.match(self.text, self.at)
        if match is None:
            raise query_error(f"nothing to compare with after '{self.text[self.at]}'", self.at)
        sign, value = match[1], _bound(match[2])
        low, high = (value, None) if sign[0] == ">" else (None, value)
        self._add(Mark.COMPARISON, self.at, bounds=Bounds(low, high, "=" in sign, "=" in sign))
        self.at = match.end()
        self._suffixes()

    def _word(self) -> None:
        if _REGEX.match(self.text, self.at):
            raise query_error("regular expressions are not supported; use * and ? for unknown characters", self.at)
        if _IDENTIFIER.match(self.text, self.at) or (not self._expects_value and BARE.match(self.text, self.at)):
            self._identifier()
            return
        if not self._expects_value and self._field_name():
            return
        start = self.at
        pattern = self._pattern()
        word = self.text[start : self.at]
        if word in _OPERATORS:
            self._add(_OPERATORS[word], start)
        else:
            self._add(Mark.WORD, start, pattern=pattern)
            self._suffixes()

    def _identifier(self) -> None:
        """A DOI or an address: brackets, tildes and question marks in it are part of it."""
        match = _IDENTIFIER_END.match(self.text, self.at)
        assert match is not None
        raw = match.group()
        while len(raw) > 1 and (raw[-1] in TRAILING or (raw[-1] == ")" and raw.count(")") > raw.count("("))):
            raw = raw[:-1]
        start, self.at = self.at, self.at + len(raw)
        value = re.sub(r"\\(.)", r"\1", raw)
        if value.endswith("*"):
            self._add(Mark.WORD, start, pattern=(value.rstrip("*"), Wildcard.MANY))
        else:
            self._add(Mark.WORD, start, pattern=(value,))

    def _field_name(self) -> bool:
        """Recognise ``name:`` at the present place; True when something was consumed."""
        match = _RAW_WORD.match(self.text, self.at)
        raw = match.group() if match else ""
        colons = [index for index in range(1, min(len(raw), MAX_NAME)) if raw[index] == ":" and raw[index - 1] != "\\"]
        for colon in reversed(colons):
            name = raw[:colon].replace("\\", "")
            field = self.fields.get(name)
            if field is not None or name in ("_exists_", "*"):
                mark = Mark.FIELD if field is not None else Mark.EXISTS
                self._add(mark, self.at, field=field, text=name)
                self.at += colon + 1
                return True
        if colons and colons[0] + 1 < len(raw) and _FIELD_NAME.match(raw[: colons[0]]):
            raise self._unknown_field(raw[: colons[0]])
        return False

    def _unknown_field(self, name: str) -> Exception:
        similar = self.fields.similar(name)
        hint = f"; did you mean {' or '.join(f'{entry}:' for entry in similar)}?" if similar else ""
        advice = f'. To search for the text itself, write it in quotation marks: "{name}:…"' if not hint else ""
        return query_error(f"there is no field '{name}'{hint}{advice}", self.at)

    def _pattern(self) -> Pattern:
        """Scan one word: literal text and wildcards, up to a space, a bracket, a quotation mark or a suffix."""
        parts: list[str | Wildcard] = []
        literal: list[str] = []
        start = self.at
        while self.at < len(self.text) and not self._ends_word(start):
            character = self.text[self.at]
            if character == "\\":
                self.at += 1
                literal.append(self.text[self.at : self.at + 1])
            elif character in "*?":
                if literal:
                    parts.append("".join(literal))
                    literal = []
                parts.append(Wildcard.MANY if character == "*" else Wildcard.ONE)
            else:
                literal.append(character)
            self.at += 1
        if literal:
            parts.append("".join(literal))
        return tuple(part for part in parts if part)

    def _ends_word(self, start: int) -> bool:
        character = self.text[self.at]
        if character.isspace() or character in '()"':
            return True
        if character == "^" and self.at > start:
            return _BOOST.match(self.text, self.at) is not None
        if character == "~" and self.at > start:
            return _FUZZY.match(self.text, self.at) is not None
        return False

    def _suffixes(self) -> None:
        """``~2`` and ``^3`` directly behind a word, a phrase, a range or a group."""
        while True:
            boost = _BOOST.match(self.text, self.at)
            fuzzy = _FUZZY.match(self.text, self.at)
            match = boost or fuzzy
            if match is None:
                return
            number = float(match[1]) if match[1] else -1.0
            if boost and not 0 < number <= 1000:
                raise query_error("a boost is a number above 0 and up to 1000, for example title:water^3", self.at)
            self._add(Mark.BOOST if boost else Mark.FUZZY, self.at, number=number)
            self.at = match.end()


def _bound(text: str) -> str | None:
    if text == "*":
        return None
    return text[1:-1] if text.startswith('"') else re.sub(r"\\(.)", r"\1", text)
