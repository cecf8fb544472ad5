"""The statistics of a community. What takes long to count is counted by a job and kept, so that a page reads a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, case, func, select

from muniment.api import Actor
from muniment_communities.community import Community
from muniment_communities.models import CommunityRow, FiguresRow, MemberRow, RecordRow
from muniment_communities.party import KIND
from muniment_requests.api import Asked

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

#: Up to so many records are counted anew for a page when the figures are older than `FRESH`.
QUICK: Final = 2000
FRESH: Final = timedelta(minutes=5)
MOMENT: Final = timedelta(seconds=10)
MONTHS: Final = 24


@dataclass(frozen=True)
class Figures:
    """What a community holds, as of `counted`."""

    records: int
    versions: int
    files: int
    bytes: int
    counted: datetime


class Statistics:
    """The statistics of the communities of one repository."""

    def __init__(self, service: CommunityService) -> None:
        self.service = service
        self.repository = service.repository
        self.database = service.database

    def figures(self, community: Community, linked: int) -> Figures:
        """The stored figures; those that are not there yet, or old and quickly made, are counted first. `linked` is how
        many records are in the community now: figures that say another number are old sooner."""
        with self.database.read() as session:
            row = session.get(FiguresRow, community.id)
            found = _of(row) if row is not None else None
        if found is None:
            return self.count(community.id)
        fresh = FRESH if linked == found.records else MOMENT
        old = self.repository.now() - found.counted > fresh
        return self.count(community.id) if old and max(linked, found.records) <= QUICK else found

    def count(self, community: str) -> Figures:
        """Count what a community holds, and keep it; two statements and one that writes."""
        tally = self.repository.records.tally(select(RecordRow.parent_id).where(RecordRow.community == community))
        with self.database.write() as unit:
            row = unit.session.get(FiguresRow, community, with_for_update=True)
            if row is None:
                row = FiguresRow(community=community)
                unit.session.add(row)
            row.records, row.versions, row.files, row.bytes = tally.records, tally.versions, tally.files, tally.bytes
            row.counted = unit.now
            unit.session.flush()
            return _of(row)

    def members(self, community: Community) -> int:
        """How many people and groups are members."""
        statement = select(func.count()).select_from(MemberRow).where(MemberRow.community == community.id)
        with self.database.read() as session:
            return int(session.execute(statement).scalar_one())

    def waiting(self, actor: Actor, community: Community) -> int:
        """How many requests wait for those who look after a community; for its curators."""
        self.service.roles.require(actor, community, "curate")
        asked = Asked(receiver=f"{KIND}:{community.id}", is_open=True, size=1)
        return self.service.requests.list(actor, asked).total

    def by_month(self, community: Community) -> list[tuple[datetime, int]]:
        """How many records came into a community in each of the last months, oldest first; one statement."""
        firsts = months(self.repository.now(), MONTHS)
        sums = [
            func.coalesce(func.sum(case((and_(RecordRow.added >= first, RecordRow.added < after), 1), else_=0)), 0)
            for first, after in pairwise(firsts)
        ]
        statement = select(*sums).where(RecordRow.community == community.id, RecordRow.added >= firsts[0])
        with self.database.read() as session:
            counts: Sequence[int] = session.execute(statement).one()
        return [(first, int(count)) for first, count in zip(firsts, counts, strict=False)]

    def every(self) -> list[str]:
        """The ids of all communities that are there."""
        with self.database.read() as session:
            return list(session.execute(select(CommunityRow.id).where(CommunityRow.status == "P")).scalars())


def months(now: datetime, number: int) -> list[datetime]:
    """The first moments of the last `number` months, and of the next one."""
    last = now.year * 12 + now.month
    return [
        now.replace(year=month // 12, month=month % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
        for month in range(last - number, last + 1)
    ]


def _of(row: FiguresRow) -> Figures:
    return Figures(row.records, row.versions, row.files, row.bytes, row.counted)
