"""Values of facets that have thousands of them, as numbers.

Numbers are counted in a column without a dictionary, where each value that an answer looks up costs some microseconds
in each segment. A number is made of the value alone, so that processes and generations agree on it without a table; the
value stands behind it in a term of the index, from where the few that are shown are read. Two values that share a
number (about one in ten thousand indexes with a million different values has such a pair) are told apart there.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Final

CODED: Final = frozenset({"subject"})
"""Columns that are counted by their codes."""

_BITS: Final = 52  # tantivy gives the keys of counted numbers as floats: larger ones would not come back as they were
DIGITS: Final = _BITS // 4


@lru_cache(maxsize=16_384)
def code_of(value: str) -> int:
    return int.from_bytes(blake2b(value.encode(), digest_size=7).digest(), "big") >> (56 - _BITS)


def code_column(column: str) -> str:
    """The column with the codes of a facet column."""
    return f"code_{column}"


def coded_term(value: str) -> str:
    """The term for a value: its code in digits, and the value itself."""
    return code_digits(code_of(value)) + value


def code_digits(code: int) -> str:
    """What the terms of all values with this code begin with, and no others."""
    return f"{code:0{DIGITS}x}"


def values_of(terms: Iterable[str]) -> tuple[str, ...]:
    return tuple(term[DIGITS:] for term in terms)
