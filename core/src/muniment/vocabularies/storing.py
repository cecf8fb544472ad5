"""Writes terms into the tables, in bulk, and counts the vocabulary's generation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import Row, func, insert, select, update

from muniment.db.unit_of_work import UnitOfWork
from muniment.vocabularies.events import VocabularyChanged
from muniment.vocabularies.models import VocabularyState, VocabularyTerm
from muniment.vocabularies.names import compared, search_text
from muniment.vocabularies.term import TermContent

CHUNK: Final = 1000

#: Set in `session.info` by a unit of work that changes terms: what it reads must not be remembered by others.
CHANGES_TERMS: Final = "muniment_changes_terms"

#: What people see; a change of it counts as a revision.
CONTENT: Final = ("title", "description", "icon", "props", "tags")
#: What follows from content and file.
DERIVED: Final = ("position", "title_sort", "search_text")


def term_columns(content: TermContent) -> dict[str, Any]:
    """The values of all columns that follow from the content."""
    values = asdict(content)
    return {
        "id": content.id,
        "title": dict(content.title),
        "description": dict(content.description),
        "icon": content.icon,
        "props": dict(content.props),
        "tags": list(values["tags"]),
        "title_sort": compared(content.title_for("en")) or content.id,
        "search_text": search_text(content),
    }


class TermWriter:
    """Writes one vocabulary within one unit of work; call `finish` when all is written.

    Only one unit of work changes a vocabulary at a time; make the writer before reading what is there.
    """

    def __init__(self, unit: UnitOfWork, vocabulary: str) -> None:
        self.unit = unit
        self.vocabulary = vocabulary
        unit.session.info[CHANGES_TERMS] = True
        if not unit.database.is_sqlite:  # which has one writer anyway
            lock = func.pg_advisory_xact_lock(func.hashtext(f"vocabulary:{vocabulary}"))
            unit.session.execute(select(lock))

    def existing(self) -> dict[str, Row[Any]]:
        """The terms that are there, by id."""
        columns = (getattr(VocabularyTerm, name) for name in ("id", "edited", "revision", *CONTENT, *DERIVED))
        statement = select(*columns).where(VocabularyTerm.type == self.vocabulary)
        return {row.id: row for row in self.unit.session.execute(statement)}

    def next_position(self) -> int:
        statement = select(func.max(VocabularyTerm.position)).where(VocabularyTerm.type == self.vocabulary)
        last = self.unit.session.execute(statement).scalar()
        return 0 if last is None else last + 1

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert new terms: dictionaries of `term_columns`, with `position` and `edited`."""
        stamp = {
            "type": self.vocabulary,
            "revision": 1,
            "created": self.unit.now,
            "updated": self.unit.now,
        }
        for chunk in _chunks([{**row, **stamp} for row in rows]):
            self.unit.session.execute(insert(VocabularyTerm), chunk)

    def change(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Update terms by id; all rows have the same keys."""
        for chunk in _chunks([{**row, "type": self.vocabulary} for row in rows]):
            self.unit.session.execute(update(VocabularyTerm), chunk)

    def finish(self, digest: str | None = None) -> int:
        """Count a new generation, tell the others by an event, and return the generation's number."""
        session = self.unit.session
        state = session.get(VocabularyState, self.vocabulary)
        if state is None:
            state = VocabularyState(name=self.vocabulary, generation=0, digest="")
            session.add(state)
        state.generation += 1
        state.updated = self.unit.now
        if digest is not None:
            state.digest = digest
        self.unit.emit(VocabularyChanged(vocabulary=self.vocabulary, generation=state.generation))
        session.flush()
        return state.generation


def _chunks(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), CHUNK):
        yield list(rows[start : start + CHUNK])
