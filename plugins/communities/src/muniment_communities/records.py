"""Which records are in which communities: the link is the parent's, so it holds for all versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from muniment.api import Actor, DraftSnapshot, InvalidRequest, NotFound, Problem, Repository, UnitOfWork
from muniment_communities.community import PUBLIC, Community
from muniment_communities.events import RecordsLinked
from muniment_communities.log import note
from muniment_communities.models import CommunityRow, RecordRow
from muniment_communities.roles import Roles

STAYS_RESTRICTED: Final = "The record is in a restricted community: restrict it, or take it out of the community."
PUBLIC_RECORD: Final = "This community is restricted: a record that everybody may see cannot be in it."
NOT_IN: Final = "The record is not in this community."
_BATCH: Final = 200


class CommunityRecords:
    """The records of the communities of one repository."""

    def __init__(self, repository: Repository, roles: Roles) -> None:
        self.repository = repository
        self.database = repository.database
        self.roles = roles

    def link(
        self, unit: UnitOfWork, actor: Actor, parent_id: int, community: str, *, default: bool | None = None
    ) -> bool:
        """Put a record into a community within a transaction; whether the actor may is for the caller to know.

        The first community of a record is its default, and with `default` this one becomes it. Returns whether
        anything was changed. Lists show it once the transaction is done and indexed: `wait`. Raises `InvalidRequest`
        for a record that is open to all and a community that is not.
        """
        there = {row.community: row for row in _rows(unit.session, [parent_id])}
        row = there.get(community)
        added = row is None
        if row is None:
            self._refuse_public(unit.session, parent_id, community)
            row = RecordRow(parent_id=parent_id, community=community, is_default=not there, added=unit.now)
            unit.session.add(row)
        elif default is None or default == row.is_default:
            return False
        if default and not row.is_default:
            unit.session.flush()
            _make_default(unit.session, parent_id, community)
        unit.session.flush()
        self._changed(unit, actor, parent_id, community, added=True if added else None)
        return True

    def _refuse_public(self, session: Session, parent_id: int, community: str) -> None:
        row = session.get(CommunityRow, community)
        handle = self.repository.records.parents([parent_id]).get(parent_id)
        if row is not None and row.visibility != PUBLIC and handle is not None and handle.access_record == "public":
            raise InvalidRequest(PUBLIC_RECORD)

    def problems_of(self, draft: DraftSnapshot, stage: str) -> list[Problem]:
        """Whether publishing a draft would open a record of a restricted community to everybody."""
        access = draft.data.get("access")
        is_public = isinstance(access, Mapping) and access.get("record") == "public"
        if stage != "publish" or not is_public or not draft.parent_id:
            return []
        there = self.of_parents([draft.parent_id])[draft.parent_id]
        closed = any(not community.is_public for community, _is_default in there)
        return [Problem("access.record", STAYS_RESTRICTED)] if closed else []

    def hold_public(self, session: Session, community: str) -> bool:
        """Whether a record that everybody may see is in a community."""
        after = -1
        while True:
            statement = select(RecordRow.parent_id).where(RecordRow.community == community, RecordRow.parent_id > after)
            parents = list(session.execute(statement.order_by(RecordRow.parent_id).limit(_BATCH)).scalars())
            if not parents:
                return False
            handles = self.repository.records.parents(parents).values()
            if any(handle.access_record == "public" for handle in handles):
                return True
            after = parents[-1]

    def remove(self, actor: Actor, number: str, community: Community) -> None:
        """Take a record out of a community, as one of its curators or as who manages the record. Raises
        `PermissionDenied`, and `InvalidRequest` for a record that is not in it."""
        parent = self.parent_of(actor, number)
        if not self.roles.can(actor, community, "curate"):
            self.repository.records.parent_for(actor, number)
        with self.database.write() as unit:
            if not self.unlink(unit, actor, parent, community.id):
                raise InvalidRequest(NOT_IN)
        self.wait(unit)

    def choose_default(self, actor: Actor, number: str, community: str | None) -> None:
        """Say which community of a record is the default, as who manages the record."""
        parent = self.repository.records.parent_for(actor, number)
        with self.database.write() as unit:
            self.set_default(unit, actor, parent.id, community)
        self.wait(unit)

    def parent_of(self, actor: Actor, number: str) -> int:
        """The parent of a published record that the actor may see; raises `NotFound`, `Gone` and `PermissionDenied`."""
        record = self.repository.records.read(actor, number)
        return self.repository.records.number_of(record.parent_id)

    def of_work(self, actor: Actor, number: str) -> list[Community]:
        """The communities of a record, or of the work that a draft belongs to, as far as the actor may know of them;
        for those who may see it. Raises `NotFound`, `Gone` and `PermissionDenied`."""
        try:
            parent = self.parent_of(actor, number)
        except NotFound:
            draft = self.repository.records.read_draft(actor, number)
            parent = self.repository.records.number_of(draft.parent_id)
        return [one for one, _ in self.of_parents([parent])[parent] if self.roles.can(actor, one, "read")]

    def titles(self, parent_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        """The number of the newest version and its title by parent, for those who look after a community."""
        handles = self.repository.records.parents(sorted(set(parent_ids)))
        return {number: (handle.number, handle.title) for number, handle in handles.items()}

    def unlink(self, unit: UnitOfWork, actor: Actor, parent_id: int, community: str) -> bool:
        """Take a record out of a community within a transaction; the oldest of the others becomes the default."""
        there = {row.community: row for row in _rows(unit.session, [parent_id])}
        row = there.pop(community, None)
        if row is None:
            return False
        was_default = row.is_default
        unit.session.delete(row)
        unit.session.flush()
        if was_default and there:
            oldest = min(there.values(), key=lambda other: (other.added, other.community))
            _make_default(unit.session, parent_id, oldest.community)
        self._changed(unit, actor, parent_id, community, added=False)
        return True

    def set_default(self, unit: UnitOfWork, actor: Actor, parent_id: int, community: str | None) -> None:
        """Say which community of a record is the default, or that none is. Raises `InvalidRequest`."""
        there = {row.community for row in _rows(unit.session, [parent_id])}
        if community is not None and community not in there:
            raise InvalidRequest(NOT_IN)
        _make_default(unit.session, parent_id, community)
        for one in sorted(there):
            note(unit, actor, one, "default_changed", parent=parent_id, default=community == one)
        self.repository.records.renew_parents(unit, [parent_id])

    def _changed(self, unit: UnitOfWork, actor: Actor, parent_id: int, community: str, *, added: bool | None) -> None:
        if added is not None:
            note(unit, actor, community, "record_added" if added else "record_removed", parent=parent_id)
            unit.emit(RecordsLinked(community, actor.subject, parent_id=parent_id, added=added))
        self.repository.records.renew_parents(unit, [parent_id])

    def wait(self, unit: UnitOfWork) -> None:
        """Wait until lists show what a transaction that has ended did."""
        self.repository.search.wait_for(unit.last_event_id)

    def of_parents(self, parent_ids: Iterable[int]) -> dict[int, list[tuple[Community, bool]]]:
        """The communities of these parents, the default one first, each with whether it is that; one statement. Who may
        see the record sees in which communities it is."""
        wanted = sorted(set(parent_ids))
        found: dict[int, list[tuple[Community, bool]]] = {number: [] for number in wanted}
        if not wanted:
            return found
        statement = (
            select(RecordRow.parent_id, RecordRow.is_default, CommunityRow)
            .join(CommunityRow, CommunityRow.id == RecordRow.community)
            .where(RecordRow.parent_id.in_(wanted), CommunityRow.status == "P")
            .order_by(RecordRow.is_default.desc(), RecordRow.added, RecordRow.community)
        )
        with self.database.read() as session:
            for parent, is_default, row in session.execute(statement):
                found[parent].append((Community.of(row), is_default))
        return found

    def counts(self, communities: Sequence[str]) -> dict[str, int]:
        """How many records (not versions) are in each of these communities, whoever may see them; one statement."""
        statement = (
            select(RecordRow.community, func.count())
            .where(RecordRow.community.in_(list(communities)))
            .group_by(RecordRow.community)
        )
        with self.database.read() as session:
            found = {community: int(number) for community, number in session.execute(statement)}
        return {one: found.get(one, 0) for one in communities}

    def renew(self, community: str) -> int:
        """Have the records of a community shown with what it says about itself now; in steps, for a worker."""
        after, done = -1, 0
        while True:
            with self.database.write() as unit:
                statement = select(RecordRow.parent_id).where(
                    RecordRow.community == community, RecordRow.parent_id > after
                )
                parents = list(unit.session.execute(statement.order_by(RecordRow.parent_id).limit(_BATCH)).scalars())
                if parents:
                    self.repository.records.renew_parents(unit, parents)
            done += len(parents)
            if len(parents) < _BATCH:
                return done
            after = parents[-1]


def _rows(session: Session, parents: Sequence[int]) -> list[RecordRow]:
    statement = select(RecordRow).where(RecordRow.parent_id.in_(parents)).with_for_update()
    return list(session.execute(statement).scalars())


def _make_default(session: Session, parent_id: int, community: str | None) -> None:
    there = RecordRow.parent_id == parent_id
    session.execute(update(RecordRow).where(there).values(is_default=False))
    if community is not None:
        session.execute(update(RecordRow).where(there, RecordRow.community == community).values(is_default=True))
    session.expire_all()
