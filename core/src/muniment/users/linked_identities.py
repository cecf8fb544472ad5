"""Identities elsewhere that sign people in to their account: pairs of issuer and subject, never an e-mail address."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from muniment.access.actor import Actor
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import Conflict, PermissionDenied, ValidationFailed
from muniment.users import links
from muniment.users.account_models import LinkedIdentity, User
from muniment.users.base import find_account
from muniment.users.credential_models import PasswordCredential
from muniment.users.email_addresses import clean
from muniment.users.sessions import end_sessions
from muniment.users.signing_in import SigningIn

ELSEWHERE = "This identity signs in to another account; it must be unlinked there first."
LAST_WAY_IN = "This is the only way to sign in to this account. Set a password or link another identity first."
ADDRESS_TAKEN = "There is an account with this e-mail address already. Sign in to it, and link the identity there."


class LinkedIdentities(SigningIn):
    """What ways to sign in other than a password need of accounts."""

    def find_by_identity(self, issuer: str, subject: str) -> User | None:
        """The account that the identity belongs to, if that account can be used."""
        user = self._identified(issuer, subject)
        return user if user is not None and user.may_act else None

    def authenticate_identity(self, issuer: str, subject: str) -> User | None:
        """The account that a proved identity signs in to; None when it belongs to nobody.

        Raises `SignInRefused` when the account cannot be used. One that waits for its end is kept by signing in.
        """
        user = self._identified(issuer, subject)
        if user is not None:
            self._refuse_unusable(user)
        return user

    def identities_of(self, user_id: int) -> list[tuple[str, str]]:
        """Issuer and subject of every identity that signs in to an account."""
        statement = (
            select(LinkedIdentity.issuer, LinkedIdentity.subject)
            .where(LinkedIdentity.user_id == user_id)
            .order_by(LinkedIdentity.issuer, LinkedIdentity.subject)
        )
        with self.database.read() as session:
            return [(issuer, subject) for issuer, subject in session.execute(statement)]

    def link_identity(self, user_id: int, issuer: str, subject: str, actor: Actor) -> None:
        """Let an identity sign in to an account; raises `Conflict` when it signs in to another one."""
        try:
            with self.database.write() as unit:
                self.load(unit.session, user_id)
                self._link(unit, user_id, issuer, subject, actor)
        except IntegrityError as error:  # linked at the same moment, to whomever
            if (issuer, subject) not in self.identities_of(user_id):
                raise Conflict(ELSEWHERE) from error

    def register_with_identity(
        self, issuer: str, subject: str, email: object, profile: Mapping[str, Any], actor: Actor
    ) -> User:
        """Make an account for somebody who has proved an identity, and that the address is theirs.

        An account of the address that nobody ever confirmed is taken over, with nothing that an earlier sign-up may
        have left in it to come back by. Raises `Conflict` when the address or the identity has an account,
        `ValidationFailed`, `PermissionDenied` where the site takes no registrations, and `SignInRefused` when the
        account is made but waits for approval.
        """
        if not self.repository.config.site.registration:
            raise PermissionDenied("This site does not take registrations.")
        values, problems = self._checked_sign_up(email, profile)
        if problems:
            raise ValidationFailed(errors=problems)
        try:
            with self.database.write() as unit:
                user = self._proved_account(unit, clean(str(email)), values)
                self._link(unit, user.subject_id, issuer, subject, actor)
                self.mark_proved(unit, user)
        except IntegrityError as error:  # somebody signed up with the address or the identity at the same moment
            raise Conflict(ADDRESS_TAKEN) from error
        made = self.get(user.subject_id)
        self._refuse_unusable(made)
        return made

    def unlink_identity(
        self, user_id: int, issuer: str, subject: str, actor: Actor, ways: Collection[str] | None = None
    ) -> bool:
        """Take an identity from an account; returns whether it was linked.

        With `ways`, the issuers whose identities sign people in at present, raises `Conflict` when it is the last way
        into the account.
        """
        other_way = ways is None or self.has_password(user_id)
        with self.database.write() as unit:
            # The lock keeps two requests from taking one of the last two ways in each.
            unit.session.get(User, user_id, with_for_update=True)
            linked = (
                unit.session.execute(select(LinkedIdentity).where(LinkedIdentity.user_id == user_id)).scalars().all()
            )
            gone = [row for row in linked if (row.issuer, row.subject) == (issuer, subject)]
            if not gone:
                return False
            if not other_way and not any(row.issuer in (ways or ()) for row in linked if row is not gone[0]):
                raise Conflict(LAST_WAY_IN)
            unit.session.delete(gone[0])
            unit.audit("identity.unlinked", f"user:{user_id}", actor, issuer=issuer)
            return True

    def _identified(self, issuer: str, subject: str) -> User | None:
        statement = (
            select(User)
            .join(LinkedIdentity, LinkedIdentity.user_id == User.subject_id)
            .where(LinkedIdentity.issuer == issuer, LinkedIdentity.subject == subject)
        )
        with self.database.read() as session:
            return session.execute(statement).scalar_one_or_none()

    def _link(self, unit: UnitOfWork, user_id: int, issuer: str, subject: str, actor: Actor) -> None:
        statement = select(LinkedIdentity).where(LinkedIdentity.issuer == issuer, LinkedIdentity.subject == subject)
        known = unit.session.execute(statement).scalar_one_or_none()
        if known is not None and known.user_id != user_id:
            raise Conflict(ELSEWHERE)
        if known is None:
            unit.session.add(LinkedIdentity(user_id=user_id, issuer=issuer, subject=subject, created=unit.now))
            unit.audit("identity.linked", f"user:{user_id}", actor, issuer=issuer)

    def _proved_account(self, unit: UnitOfWork, address: str, values: dict[str, Any]) -> User:
        user = find_account(unit.session, address)
        if user is None:
            return self._insert(unit, address, values)
        if user.confirmed_at is not None or not user.active or user.blocked_at is not None:
            raise Conflict(ADDRESS_TAKEN)
        links.void_links(unit, user.subject_id)
        end_sessions(unit, user.subject_id)
        for model in (PasswordCredential, LinkedIdentity):
            unit.session.execute(delete(model).where(model.user_id == user.subject_id))
        self._assign(unit, user, values)
        return user
