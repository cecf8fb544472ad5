"""The plugin's book of DOIs: what DataCite took, what is outstanding, and its last answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, update

from muniment.api import SYSTEM, Actor, Repository
from muniment_datacite.models import Registration
from muniment_datacite.wanted import Wanted

OUTSTANDING: Final = ("waiting", "refused")
STATES: Final = (*OUTSTANDING, "findable", "registered")
#: How long until a refused DOI is tried again by itself, after its first, second, … refusal; the last one repeats.
_PAUSES: Final = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=12), timedelta(days=1))


@dataclass(frozen=True)
class Entry:
    """One line of the book, as `Registration` explains it; `number` is the id of the record that the public sees."""

    doi: str
    level: str
    record_id: int
    parent_id: int | None
    number: str
    state: str
    known: str
    answer: str
    attempts: int
    next_attempt: datetime | None
    updated: datetime
    digest: str = ""


@dataclass(frozen=True)
class Page:
    """Entries by DOI; `after` is the DOI after which the next ones begin, "" at the end."""

    entries: list[Entry]
    after: str


class Ledger:
    """The book of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def find(self, doi: str) -> Entry | None:
        with self.repository.database.read() as session:
            row = session.get(Registration, doi.lower())
            return self._entry(row) if row is not None else None

    def counts(self) -> dict[str, int]:
        """How many DOIs there are in each state."""
        with self.repository.database.read() as session:
            rows = session.execute(select(Registration.state, func.count()).group_by(Registration.state)).all()
        return {**dict.fromkeys(STATES, 0), **{state: count for state, count in rows}}  # noqa: C416

    def page(self, states: Sequence[str] = OUTSTANDING, *, after: str = "", size: int = 50) -> Page:
        statement = (
            select(Registration)
            .where(Registration.state.in_(list(states)), Registration.doi > after)
            .order_by(Registration.doi)
            .limit(size + 1)
        )
        with self.repository.database.read() as session:
            rows = [self._entry(row) for row in session.execute(statement).scalars()]
        return Page(rows[:size], rows[size - 1].doi if len(rows) > size else "")

    def due(self, *, everything: bool = False) -> list[Entry]:
        """The outstanding DOIs that are to be tried now, or `everything` that is outstanding.

        Those that wait have deliveries of their own while DataCite is away; an hour without an attempt means that
        their delivery was dropped.
        """
        with self.repository.database.read() as session:
            rows = session.execute(
                select(Registration).where(Registration.state.in_(OUTSTANDING)).order_by(Registration.doi)
            )
            entries = [self._entry(row) for row in rows.scalars()]
        now = self.repository.now()
        return [
            entry for entry in entries
            if everything or (entry.next_attempt or entry.updated + timedelta(hours=2)) <= now
        ]  # fmt: skip

    def make_due(self, doi: str = "", actor: Actor = SYSTEM) -> int:
        """Let the next run of the job try an outstanding DOI, or all of them; returns how many."""
        with self.repository.database.write() as unit:
            statement = update(Registration).where(Registration.state.in_(OUTSTANDING)).values(next_attempt=unit.now)
            if doi:
                statement = statement.where(Registration.doi == doi.lower())
            count = int(unit.session.execute(statement).rowcount)  # type: ignore[attr-defined]
            unit.audit("datacite.retried", f"doi:{doi}" if doi else "dois", actor, count=count)
        return count

    def known(self, dois: Iterable[str]) -> set[str]:
        """Which of these are in the book."""
        with self.repository.database.read() as session:
            statement = select(Registration.doi).where(Registration.doi.in_([doi.lower() for doi in dois]))
            return set(session.execute(statement).scalars())

    def of_record(self, record_id: int) -> list[Entry]:
        """What is written about a version, and about the concept DOI when this was its newest version."""
        with self.repository.database.read() as session:
            rows = session.execute(select(Registration).where(Registration.record_id == record_id)).scalars()
            return [self._entry(row) for row in rows]

    def took(self, wanted: Wanted, state: str, answer: str) -> None:
        """DataCite took what it was sent, and has the DOI in this state."""
        self._write(wanted, state=state, known=state, digest=wanted.digest, answer=answer)

    def waits(self, wanted: Wanted, reason: str, *, asked: bool = True) -> None:
        """DataCite could not be asked, or asked to wait; without `asked` that was known from another DOI."""
        self._write(wanted, state="waiting", answer=reason, tried=int(asked))

    def refused(self, wanted: Wanted, answer: str) -> None:
        """DataCite does not take what it was sent."""
        self._write(wanted, state="refused", answer=answer, tried=1)

    def forget(self, doi: str) -> None:
        with self.repository.database.write() as unit:
            row = unit.session.get(Registration, doi.lower())
            if row is not None:
                unit.session.delete(row)

    def _write(self, wanted: Wanted, *, state: str, answer: str, tried: int = 0, **values: Any) -> None:
        doi = wanted.doi.lower()
        with self.repository.database.write() as unit:
            row = unit.session.get(Registration, doi, with_for_update=True)
            if row is None:
                row = Registration(doi=doi, known="", digest="", attempts=0)
                unit.session.add(row)
            row.level, row.record_id, row.parent_id = wanted.level, wanted.record_id, wanted.parent_id
            # An outage says nothing about how often DataCite has refused the DOI, which is what pauses grow with.
            before = row.attempts if row.state == state else 0
            row.attempts = before + tried if state in OUTSTANDING else 0
            row.state, row.answer, row.updated = state, answer, unit.now
            row.next_attempt = unit.now + _pause(row.attempts) if state == "refused" else None
            for name, value in values.items():
                setattr(row, name, value)

    def _entry(self, row: Registration) -> Entry:
        return Entry(
            doi=row.doi,
            level=row.level,
            record_id=row.record_id,
            parent_id=row.parent_id,
            number=self.repository.records.public_id(row.record_id),
            state=row.state,
            known=row.known,
            answer=row.answer or "",
            attempts=row.attempts,
            next_attempt=row.next_attempt,
            updated=row.updated,
            digest=row.digest,
        )


def _pause(attempts: int) -> timedelta:
    return _PAUSES[min(max(attempts, 1), len(_PAUSES)) - 1]
