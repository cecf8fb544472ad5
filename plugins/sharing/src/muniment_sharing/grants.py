"""Grants: what a person or the holders of a role may do with every version and draft of a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from muniment.api import (
    Actor,
    InvalidRequest,
    NotFound,
    ParentHandle,
    PermissionDenied,
    PluginContext,
    Problem,
    UnitOfWork,
    ValidationFailed,
)
from muniment_sharing import checks
from muniment_sharing.events import SharingLetter
from muniment_sharing.invitations import ORDER, Invitations, Invited
from muniment_sharing.models import Grant

NOT_FOUND: Final = "No grant found with the given ID."
EXISTS: Final = "Grant for this user/role already exists within this record."
#: What InvenioRDM takes at once.
MOST: Final = 100


@dataclass(frozen=True)
class Given:
    """A grant; `kind` is user or role, `id` the number of the person or the name of the role."""

    row: int
    parent_id: int
    kind: str
    id: str
    permission: str
    origin: str | None
    created: datetime
    expires: date | None = None
    over: bool = False

    def document(self) -> dict[str, Any]:
        """The JSON of the REST API; `expires_at`, where there is a last day, is this plugin's own."""
        return {
            "permission": self.permission,
            "subject": {"type": self.kind, "id": self.id},
            "origin": self.origin,
            **({"expires_at": self.expires.isoformat()} if self.expires else {}),
        }


class Grants:
    """The grants of one repository."""

    def __init__(self, context: PluginContext, invitations: Invitations) -> None:
        self.context = context
        self.invitations = invitations

    def list(self, actor: Actor, number: str, kind: str = "") -> list[Given]:
        """The grants of a record in the order in which they were given, for who may manage it."""
        parent = self.context.repository.records.parent_for(actor, number)
        with self.context.repository.database.read() as session:
            found = _of(session, parent.id, self.invitations.today)
        return [given for given in found if not kind or given.kind == kind]

    def create(self, actor: Actor, number: str, data: Mapping[str, Any]) -> list[Given | Invited]:
        """Give what `data["grants"]` says; a subject of type ``email`` is invited. All of it, or nothing."""
        repository = self.context.repository
        parent = repository.records.parent_for(actor, number)
        entries = data.get("grants")
        if not isinstance(entries, list) or not 1 <= len(entries) <= MOST:
            raise ValidationFailed(errors=[Problem("grants", f"Length must be between 1 and {MOST}.")])
        found = checks.Findings()
        wanted = [self._wanted(found, actor, parent, entry, f"grants.{place}") for place, entry in enumerate(entries)]
        found.done()
        made: list[Given | Invited] = []
        with repository.database.write() as unit:
            self.invitations.check_number(unit, actor, sum("email" in entry for entry in wanted))
            for entry in wanted:
                if "email" in entry:
                    made.append(self.invitations.invite(unit, actor, parent, **entry))
                else:
                    made.append(self._give(unit, actor, parent, **entry))
        return made

    def change(self, actor: Actor, number: str, kind: str, subject: str, data: Mapping[str, Any]) -> Given:
        """Another permission for somebody; raises `NotFound`."""
        found = checks.Findings()
        permission = checks.permission(found, data.get("permission"), checks.GRANT_PERMISSIONS)
        found.done()
        parent = self.context.repository.records.parent_for(actor, number)
        with self.context.repository.database.write() as unit:
            row = _row(unit.session, parent.id, kind, subject)
            if kind == "user" and actor.subject is not None and subject == str(actor.subject):
                raise PermissionDenied("Nobody changes what they may do themselves.")
            before, row.permission = row.permission, permission
            unit.audit("grant.changed", f"parent:{parent.id}", actor, **_told(row), before=before)
            return _given(row)

    def revoke(self, actor: Actor, number: str, kind: str, subject: str) -> None:
        """End a grant at once: for who may manage the record, and for whose it is. Raises `NotFound`."""
        records = self.context.repository.records
        own = kind == "user" and actor.subject is not None and subject == str(actor.subject)
        parent = records.parent_for(actor, number, "view" if own else "manage")
        with self.context.repository.database.write() as unit:
            row = _row(unit.session, parent.id, kind, subject)
            unit.session.delete(row)
            unit.audit("grant.revoked", f"parent:{parent.id}", actor, **_told(row))

    def of_reader(self, actor: Actor) -> Sequence[tuple[int, str]]:
        """What was given to a reader, by name or by role: parents with permissions, one statement."""
        valid = or_(Grant.expires.is_(None), Grant.expires >= self.invitations.today)
        conditions = [Grant.subject_id == actor.subject]
        if actor.roles:
            conditions.append(Grant.role.in_(sorted(actor.roles)))
        with self.context.repository.database.read() as session:
            rows = session.execute(select(Grant.parent_id, Grant.permission).where(or_(*conditions), valid))
            return [(parent, permission) for parent, permission in rows]

    def of_parents(self, parent_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
        """What the JSON of records tells managers."""
        found: dict[int, list[dict[str, Any]]] = {number: [] for number in parent_ids}
        statement = select(Grant).where(Grant.parent_id.in_(parent_ids)).order_by(Grant.id)
        with self.context.repository.database.read() as session:
            for row in session.execute(statement).scalars():
                found[row.parent_id].append(_given(row).document())
        return found

    def _wanted(
        self, found: checks.Findings, actor: Actor, parent: ParentHandle, entry: Any, field: str
    ) -> dict[str, Any]:
        entry = checks.mapping(entry)
        subject = checks.mapping(entry.get("subject"))
        kind, name = subject.get("type"), str(subject.get("id") or "")
        wanted: dict[str, Any] = {
            "permission": checks.permission(
                found, entry.get("permission"), checks.GRANT_PERMISSIONS, f"{field}.permission"
            ),
            "message": checks.text(found, entry.get("message"), checks.LONGEST_MESSAGE, f"{field}.message", lines=True),
        }
        if kind == "email":
            return {**wanted, "email": checks.address(found, name, f"{field}.subject.id")}
        wanted["notify"] = checks.flag(entry.get("notify"))
        if kind == "user":
            return {**wanted, "subject": self._person(found, actor, parent, name, f"{field}.subject.id")}
        if kind == "role":
            return {**wanted, "role": self._role(found, name, f"{field}.subject.id")}
        found.add(f"{field}.subject.type", "Must be one of: user, role, email.")
        return wanted

    def _person(self, found: checks.Findings, actor: Actor, parent: ParentHandle, name: str, field: str) -> int:
        """Somebody whom the actor may know of: others are invited by their address."""
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 19 else 0
        if number == parent.owner:
            found.add(field, "This person owns the record.")
        elif number == actor.subject:
            found.add(field, "Nobody gives access to themselves.")
        else:
            try:
                self.context.repository.users.public_profile(actor, number)
            except NotFound:
                found.add(field, "There is no such user.")
        return number

    def _role(self, found: checks.Findings, name: str, field: str) -> str:
        try:
            return str(self.context.repository.users.role(name if name.isprintable() else "").name)
        except NotFound:
            found.add(field, "There is no such group.")
            return ""

    def _give(
        self,
        unit: UnitOfWork,
        actor: Actor,
        parent: ParentHandle,
        *,
        permission: str,
        message: str,
        notify: bool,
        subject: int | None = None,
        role: str | None = None,
    ) -> Given:
        same = Grant.subject_id == subject if subject is not None else Grant.role == role
        held = unit.session.execute(select(Grant).where(Grant.parent_id == parent.id, same)).scalar_one_or_none()
        if held is not None and not _is_over(held, self.invitations.today):
            raise InvalidRequest(EXISTS)
        if held is not None:
            unit.session.delete(held)
            unit.session.flush()
        told = notify and subject is not None
        row = grant(unit, parent.id, permission, actor.subject, subject=subject, role=role)
        row.message = message if told and message else None
        unit.session.flush()
        unit.audit("grant.given", f"parent:{parent.id}", actor, **_told(row))
        if told:
            unit.emit(SharingLetter("granted", str(row.id), unit.now.isoformat()))
        return _given(row)

    def allow_in(
        self,
        unit: UnitOfWork,
        actor: Actor,
        parent_id: int,
        subject: int,
        permission: str,
        *,
        expires: date | None,
        origin: str,
    ) -> None:
        """Give somebody access in this transaction, until the end of a day or for good. What they have already is
        never made less."""
        mine = select(Grant).where(Grant.parent_id == parent_id, Grant.subject_id == subject)
        row = unit.session.execute(mine.with_for_update()).scalar_one_or_none()
        if row is None:
            row = grant(unit, parent_id, permission, actor.subject, subject=subject, origin=origin)
            row.expires = expires
        elif _is_over(row, self.invitations.today):
            row.permission, row.expires, row.origin = permission, expires, origin
            row.granted_by, row.created = actor.subject, unit.now
        else:
            if ORDER.index(row.permission) < ORDER.index(permission):
                row.permission = permission
            if row.expires is not None and (expires is None or expires > row.expires):
                row.expires = expires
        unit.session.flush()
        until = expires.isoformat() if expires else None
        unit.audit("grant.given", f"parent:{parent_id}", actor, **_told(row), origin=origin, expires=until)


def _is_over(row: Grant, today: date) -> bool:
    return row.expires is not None and row.expires < today


def grant(
    unit: UnitOfWork,
    parent_id: int,
    permission: str,
    granted_by: int | None,
    *,
    subject: int | None = None,
    role: str | None = None,
    origin: str | None = None,
) -> Grant:
    """A new grant in this transaction."""
    row = Grant(
        parent_id=parent_id,
        subject_id=subject,
        role=role,
        permission=permission,
        origin=origin,
        message=None,
        created=unit.now,
        granted_by=granted_by,
    )
    unit.session.add(row)
    return row


def _of(session: Session, parent_id: int, today: date) -> list[Given]:
    rows = session.execute(select(Grant).where(Grant.parent_id == parent_id).order_by(Grant.id)).scalars()
    return [replace(_given(row), over=_is_over(row, today)) for row in rows]


def _row(session: Session, parent_id: int, kind: str, subject: str) -> Grant:
    wanted = Grant.role == (subject if subject.isprintable() else "")
    if kind == "user":
        number = int(subject) if subject.isascii() and subject.isdigit() and len(subject) < 19 else -1
        wanted = Grant.subject_id == number
    statement = select(Grant).where(Grant.parent_id == parent_id, wanted).with_for_update()
    row = session.execute(statement).scalar_one_or_none()
    if row is None:
        raise NotFound(f"No grant found by given {'user' if kind == 'user' else 'group'} id.")
    return row


def _given(row: Grant) -> Given:
    kind, name = ("user", str(row.subject_id)) if row.subject_id is not None else ("role", row.role or "")
    return Given(row.id, row.parent_id, kind, name, row.permission, row.origin, row.created, row.expires)


def _told(row: Grant) -> dict[str, Any]:
    return {"subject": row.subject_id, "role": row.role, "permission": row.permission}
