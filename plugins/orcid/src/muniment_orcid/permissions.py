"""People's permission to write to their ORCID record: asked for, given, ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, select

from muniment.api import SYSTEM, Actor, Conflict, NotFound, PermissionDenied, SecretBox
from muniment_orcid.events import PermissionChanged, WorkDue
from muniment_orcid.models import Permission, Work

if TYPE_CHECKING:
    from muniment.api import PluginContext, Repository

SCOPE: Final = "/activities/update"
ASKED, ON, ENDED, LEAVING, STOPPING = "asked", "on", "ended", "leaving", "stopping"
ADDED, WAITING, REFUSED, REMOVED = "added", "waiting", "refused", "removed"
STATES: Final = (REFUSED, WAITING, ADDED, REMOVED)


@dataclass(frozen=True)
class Listed:
    """A work as people see it; `title` and `number` are "" once its record is gone."""

    user_id: int
    parent_id: int
    number: str
    title: str
    state: str
    answer: str
    updated: datetime


class Permissions:
    """The permissions of one repository."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @property
    def repository(self) -> Repository:
        return self.context.repository

    def orcid_of(self, user_id: int) -> str:
        """The iD that ORCID vouched for, "" for whoever has linked none."""
        issuer = self.context.settings.url
        found = self.repository.users.identities_of(user_id)
        return next((subject for where, subject in found if where == issuer), "")

    def find(self, user_id: int) -> Permission | None:
        with self.repository.database.read() as session:
            return session.get(Permission, user_id)

    def ask(self, actor: Actor) -> None:
        """Remember that somebody goes to ORCID to give their permission; a token that comes unasked is not kept."""
        user_id = _subject(actor)
        orcid = self.orcid_of(user_id)
        if not self.context.settings.works:
            raise Conflict("This site does not add works to ORCID records.")
        if not orcid:
            raise Conflict("Link your ORCID iD first.")
        with self.repository.database.write() as unit:
            row = unit.session.get(Permission, user_id, with_for_update=True)
            if row is not None and row.state in (LEAVING, STOPPING):
                raise Conflict("What you switched off is not finished yet. Try again in a minute.")
            if row is None:
                row = Permission(user_id=user_id, token=None)
                unit.session.add(row)
            if row.state != ON:
                row.state = ASKED
            row.orcid, row.updated = orcid, unit.now

    def keep(self, user_id: int, orcid: str, tokens: Mapping[str, Any]) -> None:
        """Take the token that ORCID gave, if it was asked for, is about this iD and allows what it must."""
        if SCOPE not in str(tokens.get("scope", "")).split():
            return
        with self.repository.database.write() as unit:
            row = unit.session.get(Permission, user_id, with_for_update=True)
            if row is None or row.orcid != orcid or row.state not in (ASKED, ON, ENDED):
                return
            row.token = self._box.encrypt(str(tokens["access_token"]), f"orcid:{user_id}")
            row.state, row.updated = ON, unit.now
            unit.emit(PermissionChanged(user_id))
            unit.audit("orcid.allowed", f"user:{user_id}", SYSTEM)

    def stop(self, actor: Actor, *, withdraw: bool) -> None:
        """End it; with `withdraw` what was added is taken out of the ORCID record first. A worker does it."""
        self._end(_subject(actor), LEAVING if withdraw else STOPPING, actor)

    def unlinked(self, user_id: int, orcid: str) -> None:
        """The iD does not belong to the account any more; what stands on the ORCID record is the person's own."""
        row = self.find(user_id)
        if row is not None and row.orcid == orcid:
            self._end(user_id, STOPPING, SYSTEM)

    def _end(self, user_id: int, state: str, actor: Actor) -> None:
        with self.repository.database.write() as unit:
            row = unit.session.get(Permission, user_id, with_for_update=True)
            if row is None:
                raise NotFound("There is nothing to switch off.")
            row.state, row.updated = state, unit.now
            unit.emit(PermissionChanged(user_id))
            unit.audit("orcid.stopped", f"user:{user_id}", actor, withdrawn=state == LEAVING)

    def token_of(self, row: Permission) -> str:
        """Raises `CannotDecrypt` when it was encrypted with another key."""
        return str(self._box.decrypt(row.token, f"orcid:{row.user_id}")) if row.token else ""

    def set_state(self, user_id: int, state: str) -> None:
        with self.repository.database.write() as unit:
            row = unit.session.get(Permission, user_id, with_for_update=True)
            if row is not None:
                row.state, row.updated = state, unit.now

    def forget(self, user_id: int) -> None:
        """Remove the permission, and what is known of the works."""
        with self.repository.database.write() as unit:
            unit.session.execute(delete(Work).where(Work.user_id == user_id))
            unit.session.execute(delete(Permission).where(Permission.user_id == user_id))

    def everybody(self) -> list[int]:
        """Whose permission is on."""
        with self.repository.database.read() as session:
            return list(session.execute(select(Permission.user_id).where(Permission.state == ON)).scalars())

    # Works ------------------------------------------------------------------------------------------------------

    def work(self, user_id: int, parent_id: int) -> Work | None:
        with self.repository.database.read() as session:
            return session.execute(
                select(Work).where(Work.user_id == user_id, Work.parent_id == parent_id)
            ).scalar_one_or_none()

    def write_work(self, user_id: int, parent_id: int, **values: str) -> None:
        """Write down how it is with a work at ORCID; does nothing when the person has gone meanwhile."""
        with self.repository.database.write() as unit:
            if unit.session.get(Permission, user_id, with_for_update=True) is None:
                return
            statement = select(Work).where(Work.user_id == user_id, Work.parent_id == parent_id)
            row = unit.session.execute(statement).scalar_one_or_none()
            if row is None:
                row = Work(user_id=user_id, parent_id=parent_id, put_code="", digest="", answer="")
                unit.session.add(row)
            for name, value in values.items():
                setattr(row, name, value)
            row.updated = unit.now

    def forget_work(self, user_id: int, parent_id: int) -> None:
        with self.repository.database.write() as unit:
            unit.session.execute(delete(Work).where(Work.user_id == user_id, Work.parent_id == parent_id))

    def holders(self, parent_id: int) -> set[int]:
        """On whose ORCID record a record stands, or should."""
        with self.repository.database.read() as session:
            return set(session.execute(select(Work.user_id).where(Work.parent_id == parent_id)).scalars())

    def works_of(self, user_id: int) -> list[Listed]:
        return self._listed(select(Work).where(Work.user_id == user_id).order_by(Work.id.desc()))

    def works_in(self, state: str, limit: int = 100) -> list[Listed]:
        return self._listed(select(Work).where(Work.state == state).order_by(Work.updated.desc()).limit(limit))

    def counts(self) -> dict[str, int]:
        """How many works there are in each state, and with the key `people` how many let them be added."""
        with self.repository.database.read() as session:
            rows = session.execute(select(Work.state, func.count()).group_by(Work.state)).all()
        return {**dict.fromkeys(STATES, 0), **{row[0]: row[1] for row in rows}, "people": len(self.everybody())}

    def retry(self, actor: Actor) -> int:
        """Have everything that ORCID refused or could not be told tried again; returns how many works that are."""
        with self.repository.database.write() as unit:
            rows = unit.session.execute(select(Work).where(Work.state.in_((REFUSED, WAITING)))).scalars().all()
            for row in rows:
                unit.emit(WorkDue(row.user_id, row.parent_id))
            unit.audit("orcid.retried", "orcid", actor, count=len(rows))
        return len(rows)

    def _listed(self, statement: Any) -> list[Listed]:
        with self.repository.database.read() as session:
            rows = list(session.execute(statement).scalars())
        handles = self.repository.records.parents([row.parent_id for row in rows])
        found = []
        for row in rows:
            handle = handles.get(row.parent_id)
            number, title = (handle.number, handle.title) if handle is not None and handle.published else ("", "")
            found.append(Listed(row.user_id, row.parent_id, number, title, row.state, row.answer, row.updated))
        return found

    @property
    def _box(self) -> SecretBox:
        return SecretBox(self.repository.instance.secret_key)


def _subject(actor: Actor) -> int:
    if actor.subject is None:
        raise PermissionDenied()
    return actor.subject
