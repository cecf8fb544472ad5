"""Records that change hands: the owner offers, and nothing happens until the other has agreed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from muniment.api import Actor, NotFound, ParentHandle, PermissionDenied, PluginContext, UnitOfWork, comparable_address
from muniment_sharing import checks
from muniment_sharing.events import SharingLetter
from muniment_sharing.grants import grant
from muniment_sharing.invitations import Invitations
from muniment_sharing.models import ACCEPTED, DECLINED, OPEN, WITHDRAWN, Grant, Offer

NOT_FOUND: Final = "There is no such offer, or it has ended."
KEEPS: Final = ("", "view", "edit", "manage")


@dataclass(frozen=True)
class Offered:
    """An open offer. `keep` is what the giver may do afterwards, empty for nothing."""

    id: str
    parent_id: int
    giver: int
    email: str
    keep: str
    message: str
    expires: date


class Offers:
    """The offers of one repository."""

    def __init__(self, context: PluginContext, invitations: Invitations) -> None:
        self.context = context
        self.invitations = invitations

    def of_record(self, actor: Actor, number: str) -> Offered | None:
        """The open offer of a record, for who may manage it."""
        parent = self.context.repository.records.parent_for(actor, number)
        with self.context.repository.database.read() as session:
            row = self._open(session, parent.id)
            return _offered(row) if row is not None else None

    def offer(self, actor: Actor, number: str, data: Mapping[str, Any]) -> Offered:
        """Offer a record to an address: `email`, `keep` and `message`. For its owner and administrators; an offer that
        is open takes the place of the one before."""
        parent = self._owned(actor, number)
        found = checks.Findings()
        email = checks.address(found, data.get("email"))
        keep = data.get("keep") or ""
        if keep not in KEEPS:
            found.add("keep", "Must be one of: view, edit, manage, or nothing.")
        message = checks.text(found, data.get("message"), checks.LONGEST_MESSAGE, "message", lines=True)
        giver = parent.owner
        if giver is None:
            found.add("email", "Nobody owns this record, so nobody can give it away.")
        elif not found.problems and self._is_of(email, giver):
            found.add("email", "The record belongs to this address already.")
        found.done()
        assert giver is not None
        with self.context.repository.database.write() as unit:
            self.invitations.check_number(unit, actor, 1)
            before = self._open(unit.session, parent.id, lock=True)
            if before is not None:
                before.state = WITHDRAWN
            row = Offer(
                id=secrets.token_hex(16),
                parent_id=parent.id,
                giver=giver,
                email=email,
                email_key=comparable_address(email),
                keep=keep,
                message=message or None,
                state=OPEN,
                expires=self.invitations.today + timedelta(days=self.context.settings.invitation_days),
                created=unit.now,
            )
            unit.session.add(row)
            unit.audit("transfer.offered", f"parent:{parent.id}", actor, offer=row.id)
            unit.emit(SharingLetter("offered", row.id, unit.now.isoformat()))
            return _offered(row)

    def withdraw(self, actor: Actor, number: str) -> None:
        """Take the open offer back; raises `NotFound`."""
        parent = self._owned(actor, number)
        with self.context.repository.database.write() as unit:
            row = self._open(unit.session, parent.id, lock=True)
            if row is None:
                raise NotFound(NOT_FOUND)
            row.state = WITHDRAWN
            unit.audit("transfer.withdrawn", f"parent:{parent.id}", actor, offer=row.id)

    def read(self, actor: Actor, offer_id: str) -> tuple[Offered, ParentHandle]:
        """An open offer with what it is about, for the person with the address it was made to; raises `NotFound` for
        everybody else and for what has ended."""
        with self.context.repository.database.read() as session:
            row = session.get(Offer, checks.row_id(offer_id))
        try:
            offered = self._mine(actor, row)
            parent = self.context.repository.records.parents([offered.parent_id]).get(offered.parent_id)
            if parent is None or parent.owner != offered.giver:
                raise NotFound(NOT_FOUND)
        except NotFound:
            self.invitations.note_refusal("transfer.refused", actor, row)
            raise
        return offered, parent

    def accept(self, actor: Actor, offer_id: str) -> ParentHandle:
        """Become the owner. Raises `NotFound`, and `Conflict` when the record belongs to somebody else by now."""
        actor.require_scope("deposit:write")
        offered, parent = self.read(actor, offer_id)
        assert actor.subject is not None

        def within(unit: UnitOfWork) -> None:
            row = unit.session.get(Offer, offer_id, with_for_update=True)
            self._mine(actor, row)
            assert row is not None
            row.state, row.message = ACCEPTED, None
            concerned = [actor.subject, offered.giver]
            unit.session.execute(
                delete(Grant).where(Grant.parent_id == offered.parent_id, Grant.subject_id.in_(concerned))
            )
            if offered.keep:
                grant(
                    unit,
                    offered.parent_id,
                    offered.keep,
                    actor.subject,
                    subject=offered.giver,
                    origin=f"transfer:{offer_id}",
                )
            unit.emit(self._told("accepted", offered, actor, unit))

        self.context.repository.records.transfer(
            actor, offered.parent_id, giver=offered.giver, receiver=actor.subject, within=within
        )
        return parent

    def decline(self, actor: Actor, offer_id: str) -> None:
        """Say no; nothing changes hands. Raises `NotFound`."""
        offered, _ = self.read(actor, offer_id)
        with self.context.repository.database.write() as unit:
            row = unit.session.get(Offer, offer_id, with_for_update=True)
            self._mine(actor, row)
            assert row is not None
            row.state, row.message = DECLINED, None
            unit.audit("transfer.declined", f"parent:{offered.parent_id}", actor, offer=offer_id)
            unit.emit(self._told("declined", offered, actor, unit))

    def _told(self, letter: str, offered: Offered, actor: Actor, unit: UnitOfWork) -> SharingLetter:
        return SharingLetter(letter, offered.id, unit.now.isoformat(), offered.giver, actor.subject)

    def _owned(self, actor: Actor, number: str) -> ParentHandle:
        """Whoever manages a record may do everything with it but give it away."""
        parent = self.context.repository.records.parent_for(actor, number)
        if not actor.is_administrator and (actor.subject is None or actor.subject != parent.owner):
            raise PermissionDenied("Only its owner can give a record to somebody else.")
        return parent

    def _is_of(self, email: str, subject: int) -> bool:
        try:
            return bool(self.context.repository.users.get(subject).email_key == comparable_address(email))
        except NotFound:
            return False

    def _mine(self, actor: Actor, row: Offer | None) -> Offered:
        if row is None or actor.subject is None or row.state != OPEN or row.expires < self.invitations.today:
            raise NotFound(NOT_FOUND)
        user = self.context.repository.users.get(actor.subject)
        if not user.may_act or user.email_key != row.email_key:
            raise NotFound(NOT_FOUND)
        return _offered(row)

    def _open(self, session: Session, parent_id: int, *, lock: bool = False) -> Offer | None:
        statement = select(Offer).where(
            Offer.parent_id == parent_id, Offer.state == OPEN, Offer.expires >= self.invitations.today
        )
        if lock:
            statement = statement.with_for_update()
        found: Offer | None = session.execute(statement.order_by(Offer.created.desc()).limit(1)).scalars().first()
        return found


def _offered(row: Offer) -> Offered:
    return Offered(row.id, row.parent_id, row.giver, row.email, row.keep, row.message or "", row.expires)
