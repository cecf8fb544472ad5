"""Invitations by e-mail: what becomes a grant when somebody signs in whose confirmed address it is.

Whether an account with the address exists is told to nobody: an invitation looks alike until it is accepted.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from muniment.api import Actor, InvalidRequest, NotFound, ParentHandle, PluginContext, UnitOfWork, comparable_address
from muniment_sharing import checks
from muniment_sharing.events import SharingLetter
from muniment_sharing.models import ACCEPTED, OPEN, WITHDRAWN, Grant, Invitation, Offer

NOT_FOUND: Final = "No invitation found with the given ID."
ORDER: Final = ("view", "preview", "edit", "manage")


@dataclass(frozen=True)
class Invited:
    """An open invitation as managers see it."""

    id: str
    parent_id: int
    email: str
    permission: str
    expires: date

    def document(self) -> dict[str, Any]:
        return {
            "permission": self.permission,
            "subject": {"type": "email", "id": self.email},
            "origin": None,
            "invitation": self.id,
            "expires_at": self.expires.isoformat(),
        }


class Invitations:
    """The invitations of one repository."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @property
    def today(self) -> date:
        repository = self.context.repository
        return repository.now().astimezone(repository.config.site.zone).date()

    def list(self, actor: Actor, number: str) -> list[Invited]:
        """The open invitations to a record, the oldest first, for who may manage it."""
        parent = self.context.repository.records.parent_for(actor, number)
        statement = select(Invitation).where(
            Invitation.parent_id == parent.id, Invitation.state == OPEN, Invitation.expires >= self.today
        )
        with self.context.repository.database.read() as session:
            rows = session.execute(statement.order_by(Invitation.created, Invitation.id)).scalars()
            return [_invited(row) for row in rows]

    def check_number(self, unit: UnitOfWork, actor: Actor, wanted: int) -> None:
        """Raises `InvalidRequest` for whoever has had as many letters sent today as a person may."""
        if not wanted:
            return
        since = unit.now - timedelta(days=1)
        invitations = select(func.count()).select_from(Invitation)
        offers = select(func.count()).select_from(Offer)
        sent = unit.session.execute(
            invitations.where(Invitation.invited_by == actor.subject, Invitation.created > since)
        ).scalar_one()
        sent += unit.session.execute(offers.where(Offer.giver == actor.subject, Offer.created > since)).scalar_one()
        most = self.context.settings.letters_a_day
        if sent + wanted > most:
            raise InvalidRequest(f"At most {most} invitations and offers can be sent in a day; go on tomorrow.")

    def invite(
        self, unit: UnitOfWork, actor: Actor, parent: ParentHandle, *, email: str, permission: str, message: str
    ) -> Invited:
        """Invite an address within a transaction; one that was invited before is invited anew."""
        key = comparable_address(email)
        open_ones = select(Invitation).where(
            Invitation.parent_id == parent.id, Invitation.email_key == key, Invitation.state == OPEN
        )
        for row in unit.session.execute(open_ones.with_for_update()).scalars():
            row.state = WITHDRAWN
        row = Invitation(
            id=secrets.token_hex(16),
            parent_id=parent.id,
            email=email,
            email_key=key,
            permission=permission,
            message=message or None,
            state=OPEN,
            expires=self.today + timedelta(days=self.context.settings.invitation_days),
            created=unit.now,
            invited_by=actor.subject,
        )
        unit.session.add(row)
        unit.audit("grant.invited", f"parent:{parent.id}", actor, invitation=row.id, permission=permission)
        unit.emit(SharingLetter("invited", row.id, unit.now.isoformat()))
        return _invited(row)

    def withdraw(self, actor: Actor, number: str, invitation_id: str) -> None:
        """Take an open invitation back; raises `NotFound`."""
        parent = self.context.repository.records.parent_for(actor, number)
        with self.context.repository.database.write() as unit:
            row = unit.session.get(Invitation, checks.row_id(invitation_id), with_for_update=True)
            if row is None or row.parent_id != parent.id or row.state != OPEN:
                raise NotFound(NOT_FOUND)
            row.state = WITHDRAWN
            unit.audit("grant.invitation_withdrawn", f"parent:{parent.id}", actor, invitation=row.id)

    def accept(self, actor: Actor) -> int:
        """Turn what a signed-in person was invited to into grants, if their address is confirmed; returns how many."""
        if actor.subject is None:
            return 0
        user = self.context.repository.users.get(actor.subject)
        if not user.may_act:
            return 0
        waiting = (
            select(Invitation)
            .where(Invitation.email_key == user.email_key, Invitation.state == OPEN, Invitation.expires >= self.today)
            .order_by(Invitation.created)
        )
        with self.context.repository.database.read() as session:
            if session.execute(waiting.limit(1)).first() is None:
                return 0
        done = 0
        with self.context.repository.database.write() as unit:
            for row in unit.session.execute(waiting.with_for_update()).scalars():
                row.state, row.message = ACCEPTED, None
                done += self._become_grant(unit, actor, row)
        return done

    def parent_of(self, actor: Actor, invitation_id: str) -> ParentHandle:
        """What a person was invited to who has the address of the invitation; raises `NotFound` for everybody else and
        for what has ended."""
        self.accept(actor)
        with self.context.repository.database.read() as session:
            row = session.get(Invitation, checks.row_id(invitation_id))
        parent = None
        if row is not None and row.state == ACCEPTED and self._is_for(actor, row):
            parent = self.context.repository.records.parents([row.parent_id]).get(row.parent_id)
        if parent is None:
            self.note_refusal("grant.invitation_refused", actor, row)
            raise NotFound(NOT_FOUND)
        return parent

    def note_refusal(self, action: str, actor: Actor, row: Invitation | Offer | None) -> None:
        """Have the audit trail tell that somebody tried the address of a letter that is not theirs, or has ended."""
        resource = f"parent:{row.parent_id if row is not None else 'none'}"
        reason = "foreign_or_ended" if row is not None else "unknown"
        self.context.repository.audit.refused(action, resource, actor, reason=reason, key=(resource, actor.subject))

    def _is_for(self, actor: Actor, row: Invitation) -> bool:
        if actor.subject is None:
            return False
        return bool(self.context.repository.users.get(actor.subject).email_key == row.email_key)

    def _become_grant(self, unit: UnitOfWork, actor: Actor, row: Invitation) -> bool:
        """What somebody has already is never made less, and owners need nothing."""
        parents = self.context.repository.records.parents([row.parent_id])
        if row.parent_id in parents and parents[row.parent_id].owner == actor.subject:
            return False
        mine = select(Grant).where(Grant.parent_id == row.parent_id, Grant.subject_id == actor.subject)
        held = unit.session.execute(mine).scalar_one_or_none()
        if held is None:
            unit.session.add(
                Grant(
                    parent_id=row.parent_id,
                    subject_id=actor.subject,
                    role=None,
                    permission=row.permission,
                    origin=f"invitation:{row.id}",
                    message=None,
                    created=unit.now,
                    granted_by=row.invited_by,
                )
            )
        elif held.expires is not None and held.expires < self.today:
            held.permission, held.expires = row.permission, None
        else:
            held.expires = None
            if ORDER.index(held.permission) < ORDER.index(row.permission):
                held.permission = row.permission
        unit.session.flush()
        unit.audit("grant.accepted", f"parent:{row.parent_id}", actor, invitation=row.id, permission=row.permission)
        return True


def _invited(row: Invitation) -> Invited:
    return Invited(row.id, row.parent_id, row.email, row.permission, row.expires)
