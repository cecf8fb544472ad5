"""Identities elsewhere that sign people in to their account: pairs of issuer and subject, never an e-mail address."""

from __future__ import annotations

from sqlalchemy import delete, select

from muniment.access.actor import Actor
from muniment.errors import Conflict
from muniment.users.account_models import LinkedIdentity, User
from muniment.users.signing_in import SigningIn


class LinkedIdentities(SigningIn):
    """What ways to sign in other than a password need of accounts."""

    def find_by_identity(self, issuer: str, subject: str) -> User | None:
        """The account that the identity belongs to, if that account can be used."""
        statement = (
            select(User)
            .join(LinkedIdentity, LinkedIdentity.user_id == User.subject_id)
            .where(LinkedIdentity.issuer == issuer, LinkedIdentity.subject == subject)
        )
        with self.database.read() as session:
            user = session.execute(statement).scalar_one_or_none()
            return user if user is not None and user.may_act else None

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
        with self.database.write() as unit:
            self.load(unit.session, user_id)
            statement = select(LinkedIdentity).where(LinkedIdentity.issuer == issuer, LinkedIdentity.subject == subject)
            known = unit.session.execute(statement).scalar_one_or_none()
            if known is not None and known.user_id != user_id:
                raise Conflict("This identity signs in to another account; it must be unlinked there first.")
            if known is None:
                unit.session.add(LinkedIdentity(user_id=user_id, issuer=issuer, subject=subject, created=unit.now))
                unit.audit("identity.linked", f"user:{user_id}", actor, issuer=issuer)

    def unlink_identity(self, user_id: int, issuer: str, subject: str, actor: Actor) -> bool:
        """Take an identity from an account; returns whether it was linked."""
        with self.database.write() as unit:
            gone = unit.session.execute(
                delete(LinkedIdentity).where(
                    LinkedIdentity.user_id == user_id,
                    LinkedIdentity.issuer == issuer,
                    LinkedIdentity.subject == subject,
                )
            )
            if gone.rowcount:  # type: ignore[attr-defined]
                unit.audit("identity.unlinked", f"user:{user_id}", actor, issuer=issuer)
            return bool(gone.rowcount)  # type: ignore[attr-defined]
