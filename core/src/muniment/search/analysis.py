"""Text analysis, the same for every backend: what is indexed, searched and highlighted are these tokens.

Words are runs of letters, digits and marks after folding; nothing is stemmed. Scripts that are written without
spaces (Han, kana, Hangul runs, Thai, Lao, Khmer, Myanmar) become pairs of neighbouring characters, and the last
character of a run a token of its own: a run is found by any part of it, a single character by its beginning.
Tokens contain no white space, so a backend may take them joined by spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from muniment.search.folding import HASH, PLUS, fold

MAX_TOKEN: Final = 100
"""Longer words are cut to this number of characters, in documents and in queries alike."""

BOUNDARY: Final = "¶"
"""Stands between two values of one field, so that no phrase runs from one into the other. Never part of a token."""
_BETWEEN: Final = f" {BOUNDARY} "

_UNSPACED_CLASS: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u3005-\u3007\u3041-\u318f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U000323af"
)
_UNSPACED: Final = re.compile(f"[{_UNSPACED_CLASS}]")
_PIECE: Final = re.compile(f"(?P<run>[{_UNSPACED_CLASS}]+)|[^ {_UNSPACED_CLASS}]+")
_HIRAGANA: Final = re.compile("[\u3041-\u309f]")
_ASCII_WORDS: Final = str.maketrans(
    {chr(point): chr(point).lower() if chr(point).isalnum() else " " for point in range(128)}
)
_LANGUAGE_NAME: Final = re.compile(r"(?<![^\W_])([A-Za-z])(\+\+|#)(?![^\W_]|[+#])")
_NOT_SPACE: Final = re.compile(r"\S+")
_COMPOSES_WITH_PREVIOUS: Final = frozenset("\uff9e\uff9f")


class Piece(NamedTuple):
    """A word, or a run of a script without spaces, in folded text; `start` and `end` are offsets in it."""

    text: str
    is_run: bool
    start: int
    end: int


class Token(NamedTuple):
    """A token with its place among the tokens of the text and its offsets in the text as it was given."""

    text: str
    position: int
    start: int
    end: int


def terms(text: str) -> list[str]:
    """The tokens of `text` in order; their index is their position."""
    if text.isascii() and "#" not in text and "++" not in text:
        words = text.translate(_ASCII_WORDS).split()
        return words if len(text) <= MAX_TOKEN else _cut(words)
    folded = fold(_protect(text))
    if not _UNSPACED.search(folded):
        return _cut(folded.split())
    found: list[str] = []
    for piece in pieces(folded):
        if piece.is_run:
            found.extend(run_terms(piece.text))
        else:
            found.append(piece.text[:MAX_TOKEN])
    return found


def joined_terms(values: Iterable[str]) -> str:
    """The tokens of several values of one field in one string, with a boundary between values."""
    return join_values(" ".join(terms(value)) for value in values)


def join_values(joined: Iterable[str]) -> str:
    """Strings of tokens in one string, with a boundary between those that hold any."""
    return _BETWEEN.join(filter(None, joined))


def folded_text(text: str) -> str:
    """`text` folded and ready for `pieces`: the step before tokens."""
    return fold(_protect(text))


def pieces(folded: str) -> Iterator[Piece]:
    """Words and runs of folded text, in order."""
    for match in _PIECE.finditer(folded):
        yield Piece(match.group(), match.lastgroup == "run", match.start(), match.end())


def run_terms(run: str) -> list[str]:
    """Pairs of neighbouring characters, and the last character alone."""
    return [run[index : index + 2] for index in range(len(run))]


def significant_pairs(tokens: Iterable[str]) -> list[str]:
    """The distinct tokens of a run that carry its meaning: without those that hold hiragana, if enough remain.

    In Japanese these are mostly endings and particles, which vary where the topic is the same.
    """
    distinct = list(dict.fromkeys(tokens))
    kept = [token for token in distinct if not _HIRAGANA.search(token)]
    return kept if len(kept) > 1 else distinct


def _cut(words: list[str]) -> list[str]:
    if not words or len(max(words, key=len)) <= MAX_TOKEN:
        return words
    return [word[:MAX_TOKEN] for word in words]


def _protect(text: str) -> str:
    """C++, C#, F# and their like keep their sign; the number of characters stays the same."""
    if "#" not in text and "++" not in text:
        return text
    return _LANGUAGE_NAME.sub(lambda match: match[1] + match[2].replace("+", PLUS).replace("#", HASH), text)


def tokens(text: str) -> list[Token]:
    """The tokens of `text` with their offsets; the same tokens as `terms`."""
    protected = _protect(text)
    found: list[Token] = []
    for word in _NOT_SPACE.finditer(protected):
        folded, places = _folded_with_places(word.group(), word.start())
        for piece in pieces(folded):
            for start, end, term in _piece_terms(piece):
                found.append(Token(term, len(found), places[start][0], places[end - 1][1]))
    return found


def _piece_terms(piece: Piece) -> Iterator[tuple[int, int, str]]:
    if not piece.is_run:
        yield piece.start, piece.end, piece.text[:MAX_TOKEN]
        return
    for index, term in enumerate(run_terms(piece.text)):
        yield piece.start + index, piece.start + index + len(term), term


def _folded_with_places(word: str, offset: int) -> tuple[str, list[tuple[int, int]]]:
    """A word folded, and for each resulting character the part of the text that it comes from."""
    folded = fold(word)
    if len(folded) == len(word) and word.isascii():
        return folded, [(offset + index, offset + index + 1) for index in range(len(word))]
    characters: list[str] = []
    places: list[tuple[int, int]] = []
    for start, end in _clusters(word):
        for character in fold(word[start:end]):
            characters.append(character)
            places.append((offset + start, offset + end))
    if "".join(characters) != folded:  # the parts compose in a way that clusters do not show: mark the whole word
        return folded, [(offset, offset + len(word))] * len(folded)
    return folded, places


def _clusters(word: str) -> Iterator[tuple[int, int]]:
    """Each character with the marks that follow it."""
    start = 0
    for index in range(1, len(word) + 1):
        if index == len(word) or not _continues(word[index]):
            yield start, index
            start = index


def _continues(character: str) -> bool:
    return (
        unicodedata.combining(character) != 0
        or character in _COMPOSES_WITH_PREVIOUS
        or "\u1160" <= character <= "\u11ff"
    )
