"""The terms that a process remembers, so that rendering a record does not ask the database for each of them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Final

from muniment.vocabularies.term import Term

MAX_TERMS: Final = 20_000


class TermCache:
    """Terms by vocabulary and id, valid for one generation of their vocabulary. Safe to use from many threads.

    When it is full it starts anew: the terms that are in use are few and come back at once.
    """

    def __init__(self, max_terms: int = MAX_TERMS) -> None:
        self.max_terms = max_terms
        self._lock = threading.Lock()
        self._generations: dict[str, int] = {}
        self._terms: dict[tuple[str, str], Term] = {}

    def find(self, pairs: Iterable[tuple[str, str]], generations: dict[str, int]) -> dict[tuple[str, str], Term]:
        """The remembered ones of `pairs` whose vocabulary is of the given generation."""
        with self._lock:
            return {
                pair: self._terms[pair]
                for pair in pairs
                if pair in self._terms and self._generations.get(pair[0]) == generations.get(pair[0], 0)
            }

    def remember(self, terms: Iterable[Term], generations: dict[str, int]) -> None:
        """Keep terms that were read after their vocabulary's generation was."""
        with self._lock:
            for term in terms:
                self._renew(term.type, generations.get(term.type, 0))
                if len(self._terms) >= self.max_terms:
                    self._terms.clear()
                self._terms[term.type, term.id] = term

    def _renew(self, vocabulary: str, generation: int) -> None:
        if self._generations.get(vocabulary) == generation:
            return
        for pair in [pair for pair in self._terms if pair[0] == vocabulary]:
            del self._terms[pair]
        self._generations[vocabulary] = generation
