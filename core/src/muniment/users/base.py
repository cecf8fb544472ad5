"""What the parts of the user service share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from muniment.access.actor import Actor, person
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import InvalidRequest, NotFound, PermissionDenied
from muniment.users.account_models import Role, User, UserRole
from muniment.users.domains import EmailDomains
from muniment.users.email_addresses import normalize
from muniment.users.events import LetterRequested
from muniment.users.identity_providers import IdentityProvider, Passwords
from muniment.users.roles import ADMINISTRATOR, MODERATION, permissions_of
from muniment.users.throttle import Throttle

if TYPE_CHECKING:
    from muniment.repository import Repository


class Accounts:
    """Finding accounts, and what signs people in to them, in one generation."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    @cached_property
    def throttle(self) -> Throttle:
        return Throttle(self.repository.instance.secret_key)

    @cached_property
    def domains(self) -> EmailDomains:
        return EmailDomains(self.repository)

    @cached_property
    def providers(self) -> list[IdentityProvider]:
        """The ways to sign in that enabled plugins offer, in their order."""
        found: list[IdentityProvider] = self.repository.hooks.register_identity_providers()
        return sorted(found, key=lambda provider: (provider.order, provider.name))

    @property
    def offers_passwords(self) -> bool:
        return any(provider.passwords is not None for provider in self.providers)

    @property
    def passwords(self) -> Passwords:
        """The provider of passwords; raises `InvalidRequest` where the site signs people in by other means only."""
        for provider in self.providers:
            if provider.passwords is not None:
                return provider.passwords
        raise InvalidRequest("This site does not sign people in with passwords.")

    def get(self, user_id: int) -> User:
        """The account of a subject, detached; raises `NotFound`."""
        with self.database.read() as session:
            return self.load(session, user_id)

    def find(self, name: str) -> User | None:
        """The account with an e-mail address or a user name, detached."""
        with self.database.read() as session:
            return find_account(session, name)

    def names(self, subjects: Iterable[int | None], *, addresses: bool = True) -> dict[int, str]:
        """What operators call the people behind these numbers: name, user name or address; who is gone has none.

        Without `addresses`, as others may read it: who has given neither name is a user with a number.
        """
        wanted = {number for number in subjects if number is not None}
        if not wanted:
            return {}
        with self.database.read() as session:
            found = session.execute(select(User).where(User.subject_id.in_(wanted))).scalars()
            return {
                user.subject_id: user.display_name or (user.email if addresses else f"user {user.subject_id}")
                for user in found
            }

    def load(self, session: Session, user_id: int) -> User:
        user = session.get(User, user_id)
        if user is None:
            raise NotFound("There is no such user.")
        return user

    def actor_for_user(self, user: User, *, via: str = "session", scopes: frozenset[str] | None = None) -> Actor:
        """The actor that a person is; `via` tells how it was proved, `scopes` limits a token."""
        roles = frozenset(role.name for role in user.roles)
        return person(
            user.subject_id,
            roles,
            permissions=permissions_of(user.roles),
            scopes=scopes,
            via=via,
            locale=user.locale or None,
        )

    def require_moderator(self, actor: Actor, target: User | None = None) -> None:
        """Raises `PermissionDenied` unless `actor` may moderate accounts, and this one.

        Only administrators may touch an administrator: whoever is given a part of the powers cannot take the rest
        (CVE-2021-41189).
        """
        if not actor.can(MODERATION):
            raise PermissionDenied()
        if target is None or actor.is_administrator:
            return
        if any(role.name == ADMINISTRATOR for role in target.roles):
            raise PermissionDenied("Only an administrator can do this to the account of an administrator.")

    def administrators(self) -> set[int]:
        """Subjects with the role of an administrator."""
        statement = select(UserRole.user_id).join(Role, Role.id == UserRole.role_id).where(Role.name == ADMINISTRATOR)
        with self.database.read() as session:
            return set(session.execute(statement).scalars())

    def holders(self, labels: Iterable[str]) -> set[int]:
        """The subjects for whom labels of the core stand, ``subject:3`` and ``role:curators``, as far as their accounts
        can be used. Whoever may moderate holds ``role:moderator`` too."""
        wanted = set(labels)
        with self.database.read() as session:
            roles = [role for role in session.execute(select(Role)).scalars() if _given_by(role) & wanted]
            people = [int(one.removeprefix("subject:")) for one in wanted if one.startswith("subject:")]
            members = select(UserRole.user_id).where(UserRole.role_id.in_([role.id for role in roles]))
            usable = User.active & User.confirmed_at.is_not(None) & User.blocked_at.is_(None) & User.erase_at.is_(None)
            among = or_(User.subject_id.in_(people), User.subject_id.in_(members))
            return set(session.execute(select(User.subject_id).where(usable, among)).scalars())

    def request_letter(self, unit: UnitOfWork, user_id: int, letter: str) -> None:
        """Have a message sent to a person once this transaction is durable."""
        unit.emit(LetterRequested(user_id, letter=letter, requested=unit.now.isoformat()))


def _given_by(role: Role) -> set[str]:
    """The labels that a role gives, apart from those of administrators."""
    may_moderate = MODERATION in permissions_of([role]) and role.name != ADMINISTRATOR
    return {f"role:{role.name}"} | ({"role:moderator"} if may_moderate else set())


def find_account(session: Session, name: str) -> User | None:
    """The account with this e-mail address, or without `@` with this user name."""
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in name):
        return None  # databases store neither NUL nor lone surrogates, so nobody has such a name
    if "@" in name:
        return session.execute(select(User).where(User.email_key == normalize(name))).scalar_one_or_none()
    key = username_key(name)
    return session.execute(select(User).where(User.username_key == key)).scalar_one_or_none() if key else None


def username_key(name: str) -> str:
    return name.strip().casefold()
