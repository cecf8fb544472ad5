"""Invitations to become a member: people get a request in their inbox, addresses a letter."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from marshmallow import ValidationError
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from muniment.api import (
    SYSTEM,
    Actor,
    Conflict,
    InvalidRequest,
    NotFound,
    Problem,
    Repository,
    UnitOfWork,
    ValidationFailed,
    clean_text,
    comparable_address,
    problem_with_address,
)
from muniment_communities.community import Community
from muniment_communities.events import CommunityLetter, InvitationEnded
from muniment_communities.log import note
from muniment_communities.members import Members, named
from muniment_communities.models import InvitationRow, MemberRow
from muniment_communities.party import KIND
from muniment_communities.roles import Roles
from muniment_requests.api import Party, RequestService

INVITATION: Final = "community-invitation"
#: What such a request is called; it is looked up in the catalogues for whoever reads it.
TITLE: Final = "Invitation to join %(community)s"
OPEN_FOR: Final = timedelta(days=30)
LETTERS_A_DAY: Final = 100
OPEN, ACCEPTED, DECLINED, WITHDRAWN, EXPIRED = "open", "accepted", "declined", "withdrawn", "expired"
#: What the actions of the request make of an invitation.
OUTCOMES: Final = {"accept": ACCEPTED, "decline": DECLINED, "cancel": WITHDRAWN, "expire": EXPIRED}
_BATCH: Final = 500
ALREADY: Final = "A member was already added or invited."
NO_INVITATION: Final = "There is no such invitation, or it has ended."


@dataclass(frozen=True)
class Invitation:
    """An invitation: of a person (`subject`) or of whoever signs in with `email`."""

    id: str
    community: str
    subject: int | None
    email: str
    role: str
    visible: bool
    message: str
    state: str
    request: str | None
    expires: datetime
    created: datetime
    updated: datetime
    invited_by: int | None

    @classmethod
    def of(cls, row: InvitationRow) -> Invitation:
        return cls(
            row.id,
            row.community,
            row.subject,
            row.email,
            row.role,
            row.visible,
            row.message,
            row.state,
            row.request,
            row.expires,
            row.created,
            row.updated,
            row.invited_by,
        )


class Invitations:
    """The invitations of the communities of one repository."""

    def __init__(self, repository: Repository, roles: Roles, members: Members) -> None:
        self.repository = repository
        self.database = repository.database
        self.roles = roles
        self.members = members

    def invite(self, actor: Actor, community: Community, sent: Mapping[str, Any]) -> None:
        """Invite people and addresses, all of them or none. Raises `ValidationFailed`, `InvalidRequest` for who is
        a member or invited already, and `PermissionDenied` for a role that the actor cannot give."""
        self.roles.require(actor, community, "manage")
        role, message = self.members.given(actor, community, sent.get("role")), _message(sent.get("message"))
        wanted = [self._checked(kind, name, place) for place, (kind, name) in enumerate(named(sent))]
        requests = RequestService(self.repository)
        with self.database.write() as unit:
            self._refuse_many(unit, actor, len(wanted))
            for subject, email in wanted:
                if _is_there(unit, community.id, subject, email):
                    raise InvalidRequest(ALREADY)
                row = self._row(unit, actor, community, subject, email)
                row.role, row.message, row.visible = role, message, bool(sent.get("visible", False))
                if subject is not None:
                    made = requests.create(
                        actor,
                        INVITATION,
                        receiver=Party("user", str(subject)),
                        topic=Party(KIND, community.id),
                        title=TITLE,
                        title_values={"community": community.title},
                        description=message,
                        payload={"invitation": row.id, "role": role},
                        unit=unit,
                    )
                    row.request = made.id
                else:
                    unit.emit(CommunityLetter(community.id, actor.subject, row.id, unit.now.isoformat()))
                unit.session.add(row)
                unit.session.flush()
                note(unit, actor, community.id, "invited", **({"member": subject} if subject else {}), role=role)

    def list(
        self, actor: Actor, community: Community, *, page: int = 1, size: int = 25
    ) -> tuple[list[Invitation], int]:
        """The open invitations, newest first; raises `PermissionDenied`."""
        self.roles.require(actor, community, "manage")
        statement = select(InvitationRow).where(InvitationRow.community == community.id, *self._is_open())
        order = [InvitationRow.created.desc(), InvitationRow.id]
        with self.database.read() as session:
            total = session.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
            rows = session.execute(statement.order_by(*order).offset((page - 1) * size).limit(size)).scalars()
            return [Invitation.of(row) for row in rows], int(total)

    def change(self, actor: Actor, community: Community, sent: Mapping[str, Any]) -> None:
        """Offer another role in open invitations."""
        role = self.members.given(actor, community, sent.get("role"))
        with self.database.write() as unit:
            for kind, name in named(sent):
                row = self._open(unit.session, community.id, kind, name)
                row.role, row.updated = role, unit.now
                note(unit, actor, community.id, "invitation_changed", role=role)

    def withdraw(self, actor: Actor, community: Community, id: str) -> None:
        """Take an open invitation back. Raises `NotFound`."""
        self.roles.require(actor, community, "manage")
        found = self._find(id)
        if found is None or found.community != community.id:
            raise NotFound(NO_INVITATION)
        if found.request is None:
            with self.database.write() as unit:
                self.end(unit, actor, id, "cancel")
        else:
            # In the name of the system: the one who invited may have left since, the invitation is the community's.
            RequestService(self.repository).act(SYSTEM, found.request, "cancel")

    def of_address(self, actor: Actor, id: str) -> Invitation:
        """An open invitation to the confirmed address of the actor; raises `NotFound` for everybody else."""
        found = self._find(id)
        if actor.subject is None or found is None or found.subject is not None:
            raise NotFound(NO_INVITATION)
        user = self.repository.users.get(actor.subject)
        if not user.may_act or user.email_key != comparable_address(found.email):
            raise NotFound(NO_INVITATION)
        return found

    def answer(self, actor: Actor, id: str, *, accept: bool) -> Invitation:
        """Accept or decline an invitation by letter. Raises as `of_address` does."""
        found = self.of_address(actor, id)
        with self.database.write() as unit:
            self.end(unit, actor, id, "accept" if accept else "decline", subject=actor.subject)
        return found

    def end(self, unit: UnitOfWork, actor: Actor, id: str, action: str, *, subject: int | None = None) -> None:
        """Carry out what was decided about an invitation, within a transaction. Raises `Conflict` for one that has
        ended."""
        row = unit.session.get(InvitationRow, id, with_for_update=True, populate_existing=True)
        if row is None or row.state != OPEN or (action == "accept" and row.expires <= unit.now):
            raise Conflict(NO_INVITATION)
        row.state, row.updated, row.message = OUTCOMES[action], unit.now, ""
        member = row.subject or subject
        if action == "accept":
            self.members.add(unit, row.community, row.role, subject=member, visible=row.visible)
        note(unit, actor, row.community, f"invitation_{row.state}", member=member, role=row.role)
        if row.request is None:
            unit.emit(InvitationEnded(row.community, actor.subject, row.id))

    def end_old(self) -> int:
        """Let invitations by letter run out whose time is over; those in inboxes end with their request."""
        over = select(InvitationRow.id).where(
            InvitationRow.state == OPEN, InvitationRow.request.is_(None), InvitationRow.expires <= self.repository.now()
        )
        with self.database.write() as unit:
            ended = list(unit.session.execute(over.limit(_BATCH)).scalars())
            for id in ended:
                self.end(unit, SYSTEM, id, "expire")
        return len(ended)

    def _find(self, id: str) -> Invitation | None:
        with self.database.read() as session:
            row = session.get(InvitationRow, id[:36])
            if row is None or row.state != OPEN or row.expires <= self.repository.now():
                return None
            return Invitation.of(row)

    def _open(self, session: Session, community: str, kind: str, name: str) -> InvitationRow:
        if kind == "email":
            whose = InvitationRow.email_key == comparable_address(name)
        else:
            whose = InvitationRow.subject == (int(name) if name.isascii() and name.isdigit() and len(name) < 19 else -1)
        statement = select(InvitationRow).where(InvitationRow.community == community, whose, *self._is_open())
        row = session.execute(statement).scalars().first()
        if row is None:
            raise NotFound(NO_INVITATION)
        return row

    def _is_open(self) -> list[ColumnElement[bool]]:
        return [InvitationRow.state == OPEN, InvitationRow.expires > self.repository.now()]

    def _checked(self, kind: str, name: str, place: int) -> tuple[int | None, str]:
        if kind == "user":
            number = int(name) if name.isascii() and name.isdigit() and len(name) < 19 else 0
            if not self.repository.users.names([number], addresses=False):
                raise ValidationFailed(errors=[Problem(f"members.{place}.id", "There is nobody with this number.")])
            return number, ""
        if kind != "email":
            raise InvalidRequest("Only people can be invited; groups are added.")
        if problem := problem_with_address(name):
            raise ValidationFailed(errors=[Problem(f"members.{place}.id", problem.message)])
        return None, name.strip()

    def _refuse_many(self, unit: UnitOfWork, actor: Actor, wanted: int) -> None:
        since = unit.now - timedelta(days=1)
        sent = select(func.count()).select_from(InvitationRow)
        sent = sent.where(InvitationRow.invited_by == actor.subject, InvitationRow.created > since)
        if unit.session.execute(sent).scalar_one() + wanted > LETTERS_A_DAY:
            raise InvalidRequest(f"At most {LETTERS_A_DAY} people can be invited in a day; go on tomorrow.")

    def _row(
        self, unit: UnitOfWork, actor: Actor, community: Community, subject: int | None, email: str
    ) -> InvitationRow:
        return InvitationRow(
            id=str(uuid.uuid4()),
            community=community.id,
            subject=subject,
            email=email,
            email_key=comparable_address(email) if email else "",
            state=OPEN,
            request=None,
            expires=unit.now + OPEN_FOR,
            created=unit.now,
            updated=unit.now,
            invited_by=actor.subject,
        )


def _is_there(unit: UnitOfWork, community: str, subject: int | None, email: str) -> bool:
    if subject is not None:
        member = select(MemberRow.id).where(MemberRow.community == community, MemberRow.subject == subject)
        if unit.session.execute(member).first() is not None:
            return True
        whose = InvitationRow.subject == subject
    else:
        whose = InvitationRow.email_key == comparable_address(email)
    open_ones = select(InvitationRow.id).where(
        InvitationRow.community == community, whose, InvitationRow.state == OPEN, InvitationRow.expires > unit.now
    )
    return unit.session.execute(open_ones).first() is not None


def _message(sent: object) -> str:
    if sent is None or sent == "":
        return ""
    if not isinstance(sent, str):
        raise ValidationFailed(errors=[Problem("message", "Not a valid string.")])
    try:
        return clean_text(sent, maximum=1000, lines=True)
    except ValidationError as error:
        raise ValidationFailed(errors=[Problem("message", str(error.messages[0]))]) from error
