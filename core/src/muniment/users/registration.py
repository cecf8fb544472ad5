"""How accounts begin: signing up, being invited, being made by a command, and confirming the address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from muniment.access.actor import ANONYMOUS, SYSTEM, Actor
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import Conflict, InvalidRequest, PermissionDenied, Problem, ValidationFailed
from muniment.users import links
from muniment.users.account_models import Subject, User, UserRole
from muniment.users.base import Accounts, find_account, username_key
from muniment.users.credential_models import PasswordCredential
from muniment.users.email_addresses import clean, normalize, problem_with
from muniment.users.events import UserConfirmed, UserRegistered, UserWaiting
from muniment.users.profile_fields import check_profile, search_text
from muniment.users.roles import ADMINISTRATOR, require_role
from muniment.users.throttle import MAIL_ACCOUNT, REGISTER_ADDRESS, Attempt, network_of

#: The letter to moderators when somebody waits for approval, and the one to whoever was approved.
APPROVAL_WANTED = "approval-wanted"
APPROVED = "account-approved"

_AT_REGISTRATION = ("full_name", "affiliations", "locale", "timezone")


class Registration(Accounts):
    """Making accounts."""

    def register(self, email: object, password: object, profile: Mapping[str, Any] | None = None, ip: str = "") -> None:
        """Sign up. Says nothing about whether the address has an account already: that is told by mail.

        Raises `ValidationFailed` for what is wrong with the input, `TooManyRequests`, and `PermissionDenied` where
        the site takes no registrations.
        """
        if not self.repository.config.site.registration:
            raise PermissionDenied("This site does not take registrations.")
        passwords = self.passwords
        # No user name here: being told that one is taken would tell whether the address was known.
        given = {name: value for name, value in (profile or {}).items() if name in _AT_REGISTRATION}
        values, problems = self._checked_sign_up(email, given)
        problems += passwords.problems(password, own=self._own_texts(email, values))
        if problems:
            raise ValidationFailed(errors=problems)
        address = clean(str(email))
        self._count_sign_up(address, ip)
        password_hash = passwords.hash(str(password))  # also for known addresses, which must not answer faster
        try:
            self._register(address, password_hash, values)
        except IntegrityError:
            self._register(address, password_hash, values)  # somebody signed up with it at the same moment

    def check_sign_up(self, email: object, profile: Mapping[str, Any], ip: str = "") -> tuple[str, dict[str, Any]]:
        """Check and count what somebody signs up with by other means than a password, before a letter is sent for it:
        the address as it is written to, and the profile as it is stored. Raises like `register`."""
        if not self.repository.config.site.registration:
            raise PermissionDenied("This site does not take registrations.")
        given = {name: value for name, value in profile.items() if name in _AT_REGISTRATION}
        values, problems = self._checked_sign_up(email, given)
        if problems:
            raise ValidationFailed(errors=problems)
        address = clean(str(email))
        self._count_sign_up(address, ip)
        return address, values

    def _count_sign_up(self, address: str, ip: str) -> None:
        attempts = [Attempt(MAIL_ACCOUNT, normalize(address)), Attempt(REGISTER_ADDRESS, network_of(ip))]
        with self.database.write() as unit:
            self.throttle.count(unit, attempts)

    def _register(self, address: str, password_hash: str, values: dict[str, Any]) -> None:
        with self.database.write() as unit:
            user = find_account(unit.session, address)
            if user is None:
                user = self._insert(unit, address, values)
            elif user.confirmed_at is not None or not user.active or user.blocked_at is not None:
                self.request_letter(unit, user.subject_id, "account-exists")
                unit.audit("user.sign_up_refused", f"user:{user.subject_id}", ANONYMOUS, reason="exists")
                return
            else:
                # Nobody has proved to own the address yet: whoever signs up last and confirms does, so nothing of
                # an earlier registration may survive, least of all its password.
                links.void_links(unit, user.subject_id)
                self._assign(unit, user, values)
            self.passwords.store(unit, user.subject_id, password_hash)
            self.request_letter(unit, user.subject_id, links.CONFIRM_EMAIL)

    def create(
        self,
        email: object,
        password: str | None = None,
        confirmed: bool = False,
        roles: Iterable[str] = (),
        actor: Actor = SYSTEM,
        **profile: Any,
    ) -> User:
        """Make an account for somebody, for commands and administrators; `profile` are fields like `full_name`.

        Raises `ValidationFailed` naming the field, and `Conflict` when the address has an account.
        """
        roles = tuple(roles)
        self.require_moderator(actor)
        if roles and not actor.is_administrator:
            raise PermissionDenied("Only an administrator can give roles.")
        values, problems = self._checked(email, profile)
        if password is not None:
            problems += self.passwords.problems(password, own=self._own_texts(email, values))
        if problems:
            raise ValidationFailed(errors=problems)
        address = clean(str(email))
        password_hash = self.passwords.hash(password) if password is not None else None
        with self.database.write() as unit:
            if find_account(unit.session, address) is not None:
                raise Conflict(f"There is an account with the e-mail address {address} already.")
            user = self._insert(unit, address, values)
            user.confirmed_at = unit.now if confirmed else None
            if password_hash is not None:
                self.passwords.store(unit, user.subject_id, password_hash)
            for name in roles:
                role = require_role(unit, name)
                unit.session.add(UserRole(user_id=user.subject_id, role_id=role.id))
            unit.audit("user.create", f"user:{user.subject_id}", actor, roles=list(roles))
        return self.get(user.subject_id)

    def invite(self, email: object, roles: Iterable[str] = (), actor: Actor = SYSTEM, **profile: Any) -> User:
        """Make an account and mail its owner a link to choose a password; raises like `create`."""
        user = self.create(email, roles=roles, actor=actor, **profile)
        with self.database.write() as unit:
            self.request_letter(unit, user.subject_id, links.INVITE)
        return user

    def one_time_link(self, user: User | int, purpose: str) -> str:
        """A fresh link for a person, to be handed over by the operator; earlier ones for the purpose are void."""
        if purpose not in links.LIFETIMES:
            raise InvalidRequest(f"There are no links for '{purpose}'. Known are: {', '.join(links.LIFETIMES)}.")
        user_id = user if isinstance(user, int) else user.subject_id
        with self.database.write() as unit:
            return links.create_link(unit, self.load(unit.session, user_id), purpose, self.repository.config.site.url)

    def ensure_administrator(self, email: str) -> str | None:
        """Make sure that somebody can administer the site.

        Returns a one-time address at which the account gets its password, or None when the account of that address
        is an administrator who has one already.
        """
        user = self.find(email)
        if user is None:
            user = self.create(email, confirmed=True, roles=(ADMINISTRATOR,))
        elif not any(role.name == ADMINISTRATOR for role in user.roles):
            with self.database.write() as unit:
                unit.session.add(UserRole(user_id=user.subject_id, role_id=require_role(unit, ADMINISTRATOR).id))
        if self.passwords.has_password(self.repository, user.subject_id):
            return None
        return self.one_time_link(user, links.SET_PASSWORD)

    def check_link(self, secret: str, *purposes: str) -> User:
        """The account that a link is for, without using the link; raises `LinkRefused`."""
        with self._noting_refused_links(), self.database.read() as session:
            return links.check_link(session, secret, purposes, self.repository.now())[1]

    def confirm(self, secret: str) -> User:
        """Confirm the address to which the link was sent; raises `LinkRefused`. Whether the account can be used then
        depends on what operators say about the domain of the address."""
        with self._noting_refused_links(), self.database.write() as unit:
            _, user = links.use_link(unit, secret, (links.CONFIRM_EMAIL,))
            self.mark_read(unit, user)
            return user

    @contextmanager
    def _noting_refused_links(self) -> Iterator[None]:
        """Around a transaction: what it refuses is written down after it has been rolled back."""
        try:
            yield
        except links.LinkRefused as error:
            self.repository.audit.refused("user.link_refused", f"user:{error.subject or 'none'}", reason=error.why)
            raise

    def mark_confirmed(self, unit: UnitOfWork, user: User) -> None:
        """The person has shown to read mail at the account's address."""
        if user.confirmed_at is None:
            user.confirmed_at, user.updated = unit.now, unit.now
            user.revision += 1
            unit.emit(UserConfirmed(user.subject_id))

    def mark_read(self, unit: UnitOfWork, user: User) -> None:
        """The person has opened a link that anybody may ask for. Whoever signed up has a password by then; without one
        it is somebody whom operators made an account for, and who is welcome whatever the domain."""
        signed_up = select(PasswordCredential.user_id).where(PasswordCredential.user_id == user.subject_id)
        if unit.session.execute(signed_up).first() is not None:
            self.mark_proved(unit, user)
        else:
            self.mark_confirmed(unit, user)

    def mark_proved(self, unit: UnitOfWork, user: User) -> None:
        """The person has shown to read mail at the address that they signed up with: what operators say about its
        domain holds from now on. Accounts that operators made themselves only need `mark_confirmed`."""
        if user.confirmed_at is not None:
            return
        self.mark_confirmed(unit, user)
        status = self.domains.status_of(unit.session, user.email_key)
        if status == "verified":
            user.verified_at = unit.now
            unit.audit("user.approve", f"user:{user.subject_id}", SYSTEM, domain=user.domain)
        elif status in ("moderated", "blocked"):
            self._let_wait(unit, user)

    def _let_wait(self, unit: UnitOfWork, user: User) -> None:
        """Nobody can use the account until a moderator approves it. They are told when nobody else waits already."""
        listed = User.waiting & User.blocked_at.is_(None)  # who was blocked meanwhile is not on their list any more
        others = select(User.subject_id).where(listed, User.subject_id != user.subject_id).limit(1)
        alone = unit.session.execute(others).first() is None
        user.active, user.waiting = False, True
        unit.emit(UserWaiting(user.subject_id))
        unit.audit("user.wait", f"user:{user.subject_id}", SYSTEM, domain=user.domain)
        if alone:
            for moderator in sorted(self.holders(["role:moderator", "role:administrator"])):
                self.request_letter(unit, moderator, APPROVAL_WANTED)

    def send_confirmation(self, email: object, ip: str = "") -> None:
        """Mail a new confirmation link if the address has an account that waits for one; never says whether."""
        if problem := problem_with(email):
            raise ValidationFailed(errors=[problem])
        with self.database.write() as unit:
            self.throttle.count(
                unit,
                [Attempt(MAIL_ACCOUNT, normalize(str(email))), Attempt(REGISTER_ADDRESS, network_of(ip))],
            )
            user = find_account(unit.session, str(email))
            if user is not None and user.confirmed_at is None and user.active and user.blocked_at is None:
                self.request_letter(unit, user.subject_id, links.CONFIRM_EMAIL)

    def _checked(self, email: object, profile: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        values, problems = check_profile(profile, self.repository.config.site.languages)
        problem = problem_with(email)
        return values, [problem, *problems] if problem else problems

    def _checked_sign_up(self, email: object, profile: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """Like `_checked`, and addresses of domains that operators have blocked are refused."""
        values, problems = self._checked(email, profile)
        if problem_with(email) is None and (problem := self.domains.problem_with(str(email))):
            problems = [problem, *problems]
        return values, problems

    def _own_texts(self, email: object, values: Mapping[str, Any]) -> list[str]:
        texts = (str(email), values.get("full_name"), values.get("username"), self.repository.config.site.name)
        return [text for text in texts if text]

    def _insert(self, unit: UnitOfWork, address: str, values: dict[str, Any]) -> User:
        subject = Subject(created=unit.now)
        unit.session.add(subject)
        unit.session.flush()
        user = User(
            subject_id=subject.id,
            email=address,
            email_key=normalize(address),
            full_name="",
            affiliations="",
            created=unit.now,
            updated=unit.now,
        )
        self._assign(unit, user, values)
        unit.session.add(user)
        unit.session.flush()
        unit.emit(UserRegistered(subject.id))
        return user

    def _assign(self, unit: UnitOfWork, user: User, values: Mapping[str, Any]) -> None:
        """Store checked profile fields; raises `ValidationFailed` when the user name belongs to somebody else."""
        if values.get("username"):
            key = username_key(values["username"])
            other = find_account(unit.session, key)
            if other is not None and other.subject_id != user.subject_id:
                raise ValidationFailed(errors=[Problem("username", "This user name is taken.", code="taken")])
        for name, value in values.items():
            setattr(user, name, value)
        if "username" in values:
            user.username_key = username_key(user.username) if user.username else None
        user.search_text = search_text(user.full_name, user.username, user.affiliations)
        user.updated = unit.now
