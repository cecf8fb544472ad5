"""Signing in with a password, and everything that changes a password."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from muniment.access.actor import ANONYMOUS
from muniment.errors import AuthenticationFailed, Problem, TooManyRequests, ValidationFailed
from muniment.users import links
from muniment.users.account_models import User
from muniment.users.email_addresses import normalize, problem_with
from muniment.users.registration import Registration
from muniment.users.sessions import end_sessions
from muniment.users.throttle import (
    MAIL_ACCOUNT,
    MAIL_ADDRESS,
    SIGN_IN_ACCOUNT,
    SIGN_IN_ADDRESS,
    Attempt,
    network_of,
)


class SignInRefused(AuthenticationFailed):
    """The password is right, but the account cannot be used; `reason` is unconfirmed, waiting, blocked or inactive."""

    MESSAGES: ClassVar[dict[str, str]] = {
        "unconfirmed": "Confirm your e-mail address first; the link was mailed to you again.",
        "waiting": "This account waits for the approval of the operators; a message will tell you when it is ready.",
        "blocked": "This account is blocked. Please contact the operators of this site.",
        "inactive": "This account is deactivated. Please contact the operators of this site.",
    }

    def __init__(self, reason: str) -> None:
        super().__init__(self.MESSAGES[reason])
        self.reason = reason


WRONG = "The e-mail address or the password is wrong."
SIGN_IN_AGAIN = "Sign out and in again first, so that we know that it is you."
#: Signing in is proof of who one is for so long.
RECENT = timedelta(minutes=15)


class SigningIn(Registration):
    """Proving who one is with a password."""

    def authenticate(self, name: object, password: object, ip: str = "") -> User:
        """The account of an e-mail address (or user name) and a password.

        Raises `AuthenticationFailed` with one message, after the same time, whether account or password is wrong;
        `SignInRefused` when both are right but the account cannot be used; `TooManyRequests` after many failures.
        """
        if not isinstance(name, str) or not isinstance(password, str) or not name.strip() or not password:
            raise AuthenticationFailed(WRONG)
        passwords = self.passwords
        user = self.find(name)
        attempts = self._attempts(name, user, ip)
        subject = user.subject_id if user else None
        self._count(attempts, "user.sign_in_refused", subject)
        if not passwords.verify(self.repository, subject, password) or user is None:
            self._note(attempts, "user.sign_in_refused", subject, "wrong")
            raise AuthenticationFailed(WRONG)
        with self.database.write() as unit:
            self.throttle.forgive(unit, attempts)
        try:
            self._refuse_unusable(user)
        except SignInRefused as error:
            self._note(attempts, "user.sign_in_refused", subject, error.reason)
            raise
        return user

    def confirm_password(self, user_id: int, password: object, ip: str = "", field: str = "password") -> None:
        """Ask a signed-in person for their password again; raises `ValidationFailed` that names the field."""
        user = self.get(user_id)
        attempts = self._attempts(user.email, user, ip)
        self._count(attempts, "user.password_refused", user_id)
        right = isinstance(password, str) and self.passwords.verify(self.repository, user_id, password)
        if not right:
            self._note(attempts, "user.password_refused", user_id, "wrong")
            raise ValidationFailed(errors=[Problem(field, "The password is wrong.", code="wrong")])
        with self.database.write() as unit:
            self.throttle.forgive(unit, attempts)

    def confirm_identity(
        self, user_id: int, signed_in: datetime | None, password: object, ip: str = "", field: str = "password"
    ) -> None:
        """Make sure that it is the person who asks, not somebody at a browser that was left open.

        Signing in a moment ago is proof enough, else the password is asked for. Raises `ValidationFailed`.
        """
        if signed_in is not None and self.repository.now() - signed_in <= RECENT:
            return
        if not self.has_password(user_id):
            raise ValidationFailed(errors=[Problem(field, SIGN_IN_AGAIN, code="sign_in")])
        self.confirm_password(user_id, password, ip, field)

    def has_password(self, user_id: int) -> bool:
        """Whether somebody signs in with a password here."""
        return self.offers_passwords and self.passwords.has_password(self.repository, user_id)

    def change_password(
        self, user_id: int, current: object, new: object, ip: str = "", keep_session: int | None = None
    ) -> None:
        """Change the password and sign out every other device; `keep_session` is the id of the one that asks."""
        user = self.get(user_id)
        problems = self._new_password_problems(user, new, "new_password")
        if problems:
            raise ValidationFailed(errors=problems)
        self.confirm_password(user_id, current, ip, "current_password")
        self._store_password(user_id, str(new), keep_session)

    def forgot_password(self, email: object, ip: str = "") -> None:
        """Mail a link to set a new password, if the address has a usable account; never says whether."""
        if problem := problem_with(email):
            raise ValidationFailed(errors=[problem])
        address = str(email)
        attempts = [Attempt(MAIL_ACCOUNT, normalize(address)), Attempt(MAIL_ADDRESS, network_of(ip))]
        user = self.find(address)
        with self.database.write() as unit:
            self.throttle.count(unit, attempts)
            if user is not None and user.active and user.blocked_at is None and self.offers_passwords:
                self.request_letter(unit, user.subject_id, links.RESET_PASSWORD)
                unit.audit("user.reset_requested", f"user:{user.subject_id}", ANONYMOUS)
            else:  # the same work for an address that nobody has
                unit.audit("user.reset_refused", f"user:{user.subject_id if user else 'none'}", ANONYMOUS)

    def reset_password(self, secret: str, password: object) -> User:
        """Set a password with a mailed or printed link; the address counts as confirmed from then on.

        Raises `LinkRefused`, and `ValidationFailed` without using up the link. All devices are signed out.
        """
        purposes = (links.RESET_PASSWORD, links.SET_PASSWORD, links.INVITE)
        user = self.check_link(secret, *purposes)
        problems = self._new_password_problems(user, password, "password")
        if problems:
            raise ValidationFailed(errors=problems)
        password_hash = self.passwords.hash(str(password))
        with self._noting_refused_links(), self.database.write() as unit:
            link, user = links.use_link(unit, secret, purposes)
            # Operators chose whom they sent the other links: those accounts need no approval.
            (self.mark_read if link.purpose == links.RESET_PASSWORD else self.mark_confirmed)(unit, user)
            self.passwords.store(unit, user.subject_id, password_hash)
            end_sessions(unit, user.subject_id)
            links.void_links(unit, user.subject_id)
            user.pending_email = None
            if link.purpose == links.RESET_PASSWORD:
                self.request_letter(unit, user.subject_id, "password-changed")
            unit.audit("user.password", f"user:{user.subject_id}", self.actor_for_user(user, via="link"))
        return user

    def _store_password(self, user_id: int, password: str, keep_session: int | None) -> None:
        password_hash = self.passwords.hash(password)
        with self.database.write() as unit:
            user = self.load(unit.session, user_id)
            self.passwords.store(unit, user_id, password_hash)
            end_sessions(unit, user_id, keep=keep_session)
            links.void_links(unit, user_id)
            user.pending_email = None
            self.request_letter(unit, user_id, "password-changed")
            unit.audit("user.password", f"user:{user_id}", self.actor_for_user(user))

    def _new_password_problems(self, user: User, password: object, field: str) -> list[Problem]:
        own = [user.email, user.full_name, user.username or "", self.repository.config.site.name]
        return self.passwords.problems(password, own=[text for text in own if text], field=field)

    def _count(self, attempts: list[Attempt], action: str, subject: int | None) -> None:
        try:
            with self.database.write() as unit:
                self.throttle.count(unit, attempts)
        except TooManyRequests:
            self._note(attempts, action, subject, "throttled")
            raise

    def _note(self, attempts: list[Attempt], action: str, subject: int | None, reason: str) -> None:
        """Written down for each name that is tried, so that those that nobody has take no less time."""
        resource = f"user:{'none' if subject is None else subject}"
        self.repository.audit.refused(action, resource, reason=reason, key=attempts[0].subject)

    def _attempts(self, name: str, user: User | None, ip: str) -> list[Attempt]:
        """Count by account where there is one, so that its e-mail address and user name share one limit."""
        key = user.email_key if user else normalize(name)
        attempts = [Attempt(SIGN_IN_ACCOUNT, key)]
        return [*attempts, Attempt(SIGN_IN_ADDRESS, network_of(ip))] if ip else attempts

    def _refuse_unusable(self, user: User) -> None:
        if user.blocked_at is not None:
            raise SignInRefused("blocked")
        if not user.active:
            raise SignInRefused("waiting" if user.waiting else "inactive")
        if user.confirmed_at is None:
            with self.database.write() as unit:
                self.request_letter(unit, user.subject_id, links.CONFIRM_EMAIL)
            raise SignInRefused("unconfirmed")
