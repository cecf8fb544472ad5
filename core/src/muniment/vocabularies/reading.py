"""Reads terms out of the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.orm import Session

from muniment.vocabularies.models import VocabularyState, VocabularyTerm
from muniment.vocabularies.term import Term

#: Ids in one statement; SQLite takes 32,766 variables, PostgreSQL 65,535.
CHUNK: Final = 5000

COLUMNS: Final = (
    VocabularyTerm.type,
    VocabularyTerm.id,
    VocabularyTerm.title,
    VocabularyTerm.description,
    VocabularyTerm.icon,
    VocabularyTerm.props,
    VocabularyTerm.tags,
    VocabularyTerm.revision,
    VocabularyTerm.created,
    VocabularyTerm.updated,
)


_STATES: Final = VocabularyState.__table__
_GENERATIONS: Final = select(_STATES.c.name, _STATES.c.generation)


def term_from(row: Row[Any]) -> Term:
    return Term(
        type=row.type,
        id=row.id,
        title=row.title,
        description=row.description,
        icon=row.icon,
        props=row.props,
        tags=tuple(row.tags),
        revision=row.revision,
        created=row.created,
        updated=row.updated,
    )


def select_terms(vocabulary: str) -> Select[Any]:
    return select(*COLUMNS).where(VocabularyTerm.type == vocabulary)


def read_pairs(session: Session, pairs: Iterable[tuple[str, str]]) -> Iterator[Term]:
    """The terms of `pairs` of vocabulary and id that exist: one statement for each vocabulary."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for vocabulary, identifier in pairs:
        if "\x00" not in identifier:  # which PostgreSQL does not take, and no id holds
            wanted[vocabulary].append(identifier)
    for vocabulary, identifiers in wanted.items():
        for start in range(0, len(identifiers), CHUNK):
            chosen = VocabularyTerm.id.in_(identifiers[start : start + CHUNK])
            yield from map(term_from, session.execute(select_terms(vocabulary).where(chosen)))


def read_generations(connection: Connection) -> dict[str, int]:
    """The generation of each vocabulary that ever had terms. Asked with every record that is saved or rendered."""
    return {row.name: row.generation for row in connection.execute(_GENERATIONS)}


def read_digests(session: Session) -> dict[str, str]:
    """For each vocabulary the digest of the file that was loaded last."""
    return {row.name: row.digest for row in session.execute(select(VocabularyState.name, VocabularyState.digest))}


def read_counts(session: Session) -> dict[str, int]:
    """The number of terms of each vocabulary that has any."""
    statement = select(VocabularyTerm.type, func.count().label("terms")).group_by(VocabularyTerm.type)
    return {row.type: row.terms for row in session.execute(statement)}
