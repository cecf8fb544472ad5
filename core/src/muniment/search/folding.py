"""Folds text so that spellings that people take for the same become the same string.

Compatibility forms, case, accents, letters with strokes, ligatures, digits of all scripts and invisible characters
are levelled. Vowel signs of Indic scripts and tone marks of Thai stay: without them other words would result.
"""

from __future__ import annotations

import unicodedata
from typing import Final

SEPARATOR: Final = " "

# Combining marks that are accents (or vowel points that writers may leave out), as ranges of code points.
_ACCENTS: Final = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x08D3, 0x08FF),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
)

# Letters that Unicode does not decompose, and letters that Arabic and Persian keyboards use for one another.
_LETTERS: Final = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ħ": "h",
    "ı": "i",
    "ŧ": "t",
    "ŋ": "n",
    "ĸ": "k",
    "ƒ": "f",
    "ə": "e",
    "ɓ": "b",
    "ɖ": "d",
    "ɗ": "d",
    "ƙ": "k",
    "ƴ": "y",
    "ʻ": "",
    "ʼ": "",
    "ʾ": "",
    "ʿ": "",
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ة": "ه",
    "ـ": "",
}

# In Cyrillic this sign makes another letter, not an accented one.
_KEPT_WHOLE: Final = frozenset("йЙ")

# Stand-ins for + and # in the names of programming languages (C++, C#), see `analysis`.
PLUS: Final = "\ue000"
HASH: Final = "\ue001"


def _is_accent(character: str) -> bool:
    point = ord(character)
    return any(first <= point <= last for first, last in _ACCENTS)


def _fold_character(character: str) -> str:
    if character in _KEPT_WHOLE:
        return character.lower()
    if character == PLUS:
        return "+"
    if character == HASH:
        return "#"
    category = unicodedata.category(character)
    if category[0] in "ZCPS":
        # Invisible joiners, soft hyphens and direction marks vanish; a zero-width space separates words.
        return "" if category == "Cf" and character != "\u200b" else SEPARATOR
    decimal = unicodedata.decimal(character, None)
    if decimal is not None:
        return str(decimal)
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    plain = "".join(mark for mark in decomposed if not _is_accent(mark))
    letters = "".join(_LETTERS.get(letter, letter) for letter in plain)
    composed = unicodedata.normalize("NFKC", letters)
    return "".join(part if unicodedata.category(part)[0] in "LNM" else SEPARATOR for part in composed)


class _FoldingTable(dict[int, str]):
    """A translation table that works out each character the first time it is seen."""

    def __missing__(self, point: int) -> str:
        folded = _fold_character(chr(point))
        self[point] = folded
        return folded


_TABLE: Final = _FoldingTable()


def fold(text: str) -> str:
    """`text` with words folded and everything between them turned into spaces (not merged)."""
    return unicodedata.normalize("NFKC", text).translate(_TABLE)


def fold_exact(value: str) -> str:
    """An identifier or code as it is compared: compatibility forms and case levelled, nothing else."""
    if value.isascii():
        return value.strip().lower()
    return unicodedata.normalize("NFKC", value).strip().casefold()
