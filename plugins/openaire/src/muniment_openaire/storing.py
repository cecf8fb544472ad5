"""Writes funders and grants in batches: unchanged ones cost one comparison, memory does not grow with the dump."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import Executable, delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from muniment.api import Repository, UnitOfWork
from muniment_openaire.entries import EDITED, AwardEntry, FunderEntry
from muniment_openaire.models import Award, AwardWord, Funder, FunderName

#: Entries in one transaction: others can write in between.
BATCH: Final = 2000


@dataclass
class LoadReport:
    """What loading did, in numbers of entries. `refused` were left out, `problems` tell of the first of them."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: tuple[str, ...] = ()

    def refuse(self, problem: str) -> None:
        self.refused += 1
        if len(self.problems) < 10:
            self.problems = (*self.problems, problem)

    def __str__(self) -> str:
        told = f"{self.added} new, {self.changed} changed, {self.unchanged} unchanged"
        return f"{told}, {self.refused} left out" if self.refused else told


Progress = Callable[[LoadReport], None]


def store_funders(
    repository: Repository, entries: Iterable[FunderEntry], report: LoadReport, progress: Progress | None = None
) -> None:
    """Add and update funders; those that the dump lacks stay, since records may name them."""
    _store(repository, "funders", entries, report, progress, write_funders)


def store_awards(
    repository: Repository, entries: Iterable[AwardEntry], report: LoadReport, progress: Progress | None = None
) -> None:
    """Add and update grants; those that the dump lacks stay, since records may name them."""
    _store(repository, "awards", entries, report, progress, write_awards)


def _store(
    repository: Repository,
    vocabulary: str,
    entries: Iterable[Any],
    report: LoadReport,
    progress: Progress | None,
    write: Callable[[UnitOfWork, Sequence[Any], LoadReport], None],
) -> None:
    """Write batch by batch. Renderings of records depend on the vocabulary, so it is told of twice, not each time."""
    model, written = Funder if vocabulary == "funders" else Award, 0
    try:
        for batch in _batches(entries):
            rows = {entry.id: entry for entry in batch}  # the last of several with one id counts
            with repository.database.read() as session:
                known = _pairs(session, select(model.id, model.digest).where(model.id.in_(list(rows))))
            wanted = [entry for entry in rows.values() if known.get(entry.id) not in (entry.digest, EDITED)]
            report.unchanged += len(rows) - len(wanted)
            if wanted:
                with repository.database.write() as unit:
                    write(unit, wanted, report)
                    if not written:
                        repository.vocabularies.changed(unit, vocabulary)
                written += 1
            if progress is not None:
                progress(report)
    finally:
        if written > 1:
            with repository.database.write() as unit:
                repository.vocabularies.changed(unit, vocabulary)


def _batches(entries: Iterable[Any]) -> Iterator[list[Any]]:
    stream = iter(entries)
    while batch := list(islice(stream, BATCH)):
        yield batch


def _pairs(session: Session, statement: Executable) -> dict[str, Any]:
    """Two columns as a mapping from the first to the second."""
    return {key: value for key, value in session.execute(statement)}  # noqa: C416 (rows are no tuples before 2.1)


def write_funders(unit: UnitOfWork, entries: Sequence[FunderEntry], report: LoadReport) -> None:
    """Add or replace these funders and the identifiers by which others name them."""
    session, stamp = unit.session, {"updated": unit.now}
    rows = [entry.columns() for entry in entries]
    present = _pairs(session, select(Funder.id, Funder.revision).where(Funder.id.in_([row["id"] for row in rows])))
    added = [{**row, **stamp, "created": unit.now, "revision": 1} for row in rows if row["id"] not in present]
    changed = [{**row, **stamp, "revision": present[row["id"]] + 1} for row in rows if row["id"] in present]
    if added:
        session.execute(insert(Funder), added)
    if changed:
        session.execute(update(Funder), changed)
    session.execute(delete(FunderName).where(FunderName.funder_id.in_(list(present))))
    names = {name: entry.id for entry in entries for name in entry.other_names}
    if names:
        session.execute(delete(FunderName).where(FunderName.name.in_(list(names))))
        session.execute(insert(FunderName), [{"name": name, "funder_id": funder} for name, funder in names.items()])
    report.added += len(added)
    report.changed += len(changed)


def write_awards(unit: UnitOfWork, entries: Sequence[AwardEntry], report: LoadReport) -> None:
    """Add or replace these grants and the words by which they are found."""
    session = unit.session
    rows = {entry.id: entry.columns() for entry in entries}
    statement = select(Award.id, Award.row, Award.revision, Award.words).where(Award.id.in_(list(rows)))
    present = {found.id: found for found in session.execute(statement)}
    added = [row for key, row in rows.items() if key not in present]
    stamp = {"updated": unit.now}
    if added:
        full = [{**row, **stamp, "created": unit.now, "revision": 1} for row in added]
        session.execute(insert(Award), full)
    changed = [
        {**rows[key], **stamp, "row": found.row, "revision": found.revision + 1} for key, found in present.items()
    ]
    if changed:
        session.execute(update(Award), changed)
        stale = [(word, found.row) for found in present.values() for word in found.words.split()]
        for start in range(0, len(stale), BATCH):
            pairs = tuple_(AwardWord.word, AwardWord.row).in_(stale[start : start + BATCH])
            session.execute(delete(AwardWord).where(pairs))
    numbers = _pairs(session, select(Award.id, Award.row).where(Award.id.in_(list(rows))))
    # In the order of the key: the pages of the table are then written one after the other.
    words = sorted((word, numbers[key]) for key, row in rows.items() for word in row["words"].split())
    if words:
        # By the table, not by the class: half of the time of a large dump would go into what the class adds.
        session.execute(insert(AwardWord.__table__), [{"word": word, "row": row} for word, row in words])
    report.added += len(added)
    report.changed += len(changed)
