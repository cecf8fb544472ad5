"""Holds records against the guidelines, one, some or all of them, and remembers what each lacks for the panel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, insert, select

from muniment.api import ANONYMOUS, LogEntry, NotFound, Repository
from muniment_openaire.guidelines import RULES, Record, Rule, gaps, guideline_of
from muniment_openaire.models import Checked, Gap

#: Records in one step of a check of everything.
STEP: Final = 200
#: Lines of a list of records that lack something.
PAGE: Final = 50


@dataclass(frozen=True)
class Finding:
    """What one record lacks, in the order of the guideline; `record_id` is 0 where it was asked for by its number."""

    record_id: int
    number: str
    title: str
    guideline: str
    lacks: tuple[Rule, ...]

    @property
    def required(self) -> int:
        """How much of it is mandatory."""
        return sum(rule.is_required for rule in self.lacks)


@dataclass(frozen=True)
class Missing:
    """How many records lack what a rule asks for."""

    rule: Rule
    count: int


@dataclass(frozen=True)
class Summary:
    """The records that are held to one guideline: how many there are, and how many lack nothing that is mandatory."""

    guideline: str
    total: int
    complete: int
    missing: tuple[Missing, ...]


class Checker:
    """The checks of one repository. Only records that everybody may see are held against the guidelines."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def check(self, number: str) -> Finding:
        """One record; raises `NotFound` and the like for one that nobody may see."""
        return _finding(0, self.repository.records.read(ANONYMOUS, number).data)

    def everything(self) -> Iterator[Finding]:
        """Every public record in the order of numbers, remembering what was found."""
        last = 0
        while states := self.repository.records.states_after(last, STEP):
            last = max(states)
            yield from self._look_at(list(states))

    def follow(self, entry: LogEntry) -> None:
        """An event handler: look at what has changed."""
        self._look_at([int(entry.payload["record_id"])])

    def summaries(self) -> list[Summary]:
        """What is remembered, counted."""
        with self.repository.database.read() as session:
            totals = session.execute(select(Checked.guideline, func.count()).group_by(Checked.guideline)).all()
            complete = session.execute(
                select(Checked.guideline, func.count()).where(Checked.required == 0).group_by(Checked.guideline)
            ).all()
            lacking = session.execute(
                select(Gap.guideline, Gap.rule, func.count()).group_by(Gap.guideline, Gap.rule)
            ).all()
        of_all, of_complete = {row[0]: row[1] for row in totals}, {row[0]: row[1] for row in complete}
        counts = {(row[0], row[1]): row[2] for row in lacking}
        return [
            Summary(
                guideline,
                of_all.get(guideline, 0),
                of_complete.get(guideline, 0),
                tuple(Missing(rule, counts.get((guideline, rule.name), 0)) for rule in rules),
            )
            for guideline, rules in RULES.items()
        ]

    def lacking(self, guideline: str, rule: str, page: int = 1) -> tuple[list[tuple[str, str]], int]:
        """Numbers and titles of a page of the records that lack something, the newest first, and how many there are.

        Raises `NotFound` for a rule that there is not.
        """
        if rule not in {known.name for known in RULES.get(guideline, ())}:
            raise NotFound("There is no such rule.")
        where = (Gap.guideline == guideline, Gap.rule == rule)
        with self.repository.database.read() as session:
            total = session.execute(select(func.count()).select_from(Gap).where(*where)).scalar_one()
            statement = select(Gap.record_id).where(*where).order_by(Gap.record_id.desc())
            ids = session.execute(statement.limit(PAGE).offset((page - 1) * PAGE)).scalars().all()
        items = self.repository.records.items(ANONYMOUS, ids)
        return [(str(items[key].id), _title(items[key].data)) for key in ids if key in items], total

    def _look_at(self, record_ids: Sequence[int]) -> list[Finding]:
        """Those of these records that everybody may see; the others are forgotten."""
        items = self.repository.records.items(ANONYMOUS, record_ids)
        found = [_finding(key, items[key].data) for key in record_ids if key in items]
        self._remember(found, [key for key in record_ids if key not in items])
        return found

    def _remember(self, found: Sequence[Finding], gone: Sequence[int]) -> None:
        numbers = [*(finding.record_id for finding in found), *gone]
        with self.repository.database.write() as unit:
            for model in (Gap, Checked):
                unit.session.execute(delete(model).where(model.record_id.in_(numbers)))
            if found:
                rows = [
                    {"record_id": one.record_id, "guideline": one.guideline, "required": one.required} for one in found
                ]
                unit.session.execute(insert(Checked), rows)
            lacks = [
                {"record_id": one.record_id, "guideline": one.guideline, "rule": rule.name}
                for one in found
                for rule in one.lacks
            ]
            if lacks:
                unit.session.execute(insert(Gap), lacks)


def _finding(record_id: int, record: Record) -> Finding:
    return Finding(record_id, str(record["id"]), _title(record), guideline_of(record), tuple(gaps(record)))


def _title(record: Record) -> str:
    return str((record.get("metadata") or {}).get("title") or "")
