"""Vocabularies that keep their terms themselves: too many for a file, or with more to say than a term of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.orm import Session

from muniment.vocabularies.term import Term

if TYPE_CHECKING:
    from muniment.repository import Repository


@dataclass(frozen=True)
class TermSearch:
    """What terms are asked for: see `VocabularyService.search`. Texts are stripped, the order is a known one."""

    q: str = ""
    suggest: str = ""
    tags: frozenset[str] = frozenset()
    sort: str = "bestmatch"
    page: int = 1
    size: int = 25


class TermStore(Protocol):
    """Where the terms of one vocabulary are. What gets a session reads with it and must not write.

    After a change of terms, tell it within the same unit of work: `VocabularyService.changed`.
    """

    def count(self, session: Session) -> int:
        """The number of terms; asked by lists of vocabularies, so it must not take long."""
        ...

    def read(self, session: Session, identifiers: Sequence[str]) -> Iterable[Term]:
        """The terms with these ids, at most 5,000; what does not exist is left out."""
        ...

    def search(self, session: Session, wanted: TermSearch) -> tuple[list[Term], int]:
        """One page of the terms that match, and how many there are (a store may stop counting at 10,000).

        Raises `InvalidRequest` for a query that makes no sense.
        """
        ...

    def begin(self, repository: Repository) -> int:
        """Fill an empty store with what comes with the plugin; returns the number of new terms, 0 when repeated.

        Called where vocabularies are loaded: when an instance is made or upgraded.
        """
        ...
