"""Grants as people choose them: with the name of the funder, and as an entry of a record's funding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from muniment.api import Repository, TermSearch
from muniment_openaire.models import Award, Funder
from muniment_openaire.terms import AwardTerms


@dataclass(frozen=True)
class Grant:
    """A grant in two lines: its title with the acronym before it, and who gave it under which number."""

    id: str
    title: str
    description: str


def suggested(repository: Repository, wanted: TermSearch) -> list[Grant]:
    """What fits what somebody has typed, the best first."""
    with repository.database.read() as session:
        rows, _total = AwardTerms().rows(session, wanted)
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
