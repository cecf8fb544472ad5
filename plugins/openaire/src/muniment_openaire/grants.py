"""Funders and grants as they are looked for: by programs, and by people, who get a grant as an entry of a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select

from muniment.api import NotFound, Repository, TermSearch
from muniment_openaire.models import Award, Funder
from muniment_openaire.terms import AwardTerms, FunderTerms

Entry = TypeVar("Entry", Funder, Award)


@dataclass(frozen=True)
class Grant:
    """A grant in two lines: its title with the acronym before it, and who gave it under which number."""

    id: str
    title: str
    description: str


def find_funders(repository: Repository, wanted: TermSearch) -> tuple[list[Funder], int]:
    """One page of funders, and how many there are."""
    with repository.database.read() as session:
        return FunderTerms().rows(session, wanted)


def find_grants(repository: Repository, wanted: TermSearch, funders: Sequence[str] = ()) -> tuple[list[Award], int]:
    """One page of grants, of these funders when some are named, and how many there are."""
    with repository.database.read() as session:
        return AwardTerms().rows(session, wanted, funders)


def read_one(repository: Repository, model: type[Entry], identifier: str) -> Entry:
    """The funder or grant of that id; raises `NotFound`."""
    with repository.database.read() as session:
        row: Entry | None = None
        if "\x00" not in identifier:
            row = session.execute(select(model).where(model.id == identifier)).scalar()
    if row is None:
        raise NotFound()
    return row


def suggested(repository: Repository, wanted: TermSearch) -> list[Grant]:
    """What fits what somebody has typed, the best first."""
    rows, _total = find_grants(repository, wanted)
    with repository.database.read() as session:
        names = _funder_names(session, {row.funder_id for row in rows})
    return [_grant(row, names) for row in rows]


def entries_for(repository: Repository, text: str, chosen: str = "") -> list[dict[str, Any]]:
    """The entry of `metadata.funding` for the grant that is meant: the chosen one, else the only one that fits, or the
    only one with that number or acronym; nothing when there is none or it could be several."""
    with repository.database.read() as session:
        row = session.execute(select(Award).where(Award.id == chosen)).scalar() if chosen else None
        if row is None and text.strip():
            rows, total = AwardTerms().rows(session, TermSearch(suggest=text.strip(), size=3))
            row = rows[0] if total == 1 else _only_named(rows, text)
        if row is None:
            return []
        name = _funder_names(session, {row.funder_id}).get(row.funder_id, row.funder_id)
    return [{"funder": {"id": row.funder_id, "name": name}, "award": _award(row)}]


def _only_named(rows: list[Award], text: str) -> Award | None:
    wanted = " ".join(text.split()).casefold()
    named = [row for row in rows if wanted in (row.number.casefold(), row.acronym.casefold(), row.id.casefold())]
    return named[0] if len(named) == 1 else None


def _award(row: Award) -> dict[str, Any]:
    words = {"number": row.number, "acronym": row.acronym, "program": row.program}
    found = {"id": row.id, "title": row.titles, **{key: value for key, value in words.items() if value}}
    identifiers = row.details.get("identifiers")
    return {**found, "identifiers": identifiers} if identifiers else found


def _grant(row: Award, names: dict[str, str]) -> Grant:
    title = row.titles.get("en") or next(iter(row.titles.values()), row.number)
    known = [names.get(row.funder_id, row.funder_id), row.program, row.number]
    return Grant(
        row.id,
        f"{row.acronym}: {title}" if row.acronym and row.acronym != title else title,
        " · ".join(part for part in known if part),
    )


def _funder_names(session: Any, identifiers: set[str]) -> dict[str, str]:
    rows = session.execute(select(Funder.id, Funder.name).where(Funder.id.in_(identifiers)))
    return {row.id: row.name for row in rows}
