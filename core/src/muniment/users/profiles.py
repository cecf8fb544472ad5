"""Profiles: changing one's own, finding other people's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select

from muniment.access.actor import Actor
from muniment.errors import Conflict, InvalidRequest, NotFound, PermissionDenied, Problem, ValidationFailed
from muniment.users import links
from muniment.users.account_models import Role, User, UserRole
from muniment.users.base import find_account
from muniment.users.email_addresses import clean, normalize, problem_with
from muniment.users.events import UserDeactivated
from muniment.users.linked_identities import LinkedIdentities
from muniment.users.links import use_link, void_links
from muniment.users.profile_fields import check_profile, search_text
from muniment.users.public_view import may_see, user_document
from muniment.users.roles import MODERATION
from muniment.users.sessions import end_sessions
from muniment.users.throttle import MAIL_ACCOUNT, Attempt

MOST_SUGGESTED = 10
WINDOW = 10_000

#: The orders of lists; that of addresses is for moderators alone.
ORDERS: Final = {
    "newest": (User.created.desc(), User.subject_id.desc()),
    "oldest": (User.created, User.subject_id),
    "updated": (User.updated.desc(), User.subject_id.desc()),
    "username": (User.username_key, User.subject_id),
    "name": (User.search_text, User.subject_id),
    "email": (User.email_key, User.subject_id),
}


#: In which state an account can be, and how that is told from its row; the first that holds, in the order of
#: `public_view`: blocked, waiting (for approval), inactive, new (its address was never confirmed), verified, confirmed.
STATES: Final[dict[str, Callable[[], ColumnElement[bool]]]] = {
    "blocked": lambda: User.blocked_at.is_not(None),
    "waiting": lambda: User.blocked_at.is_(None) & User.active.is_(False) & User.waiting,
    "inactive": lambda: User.blocked_at.is_(None) & User.active.is_(False) & User.waiting.is_(False),
    "new": lambda: _usable() & User.confirmed_at.is_(None),
    "verified": lambda: _usable() & User.confirmed_at.is_not(None) & User.verified_at.is_not(None),
    "confirmed": lambda: _usable() & User.confirmed_at.is_not(None) & User.verified_at.is_(None),
}


def _usable() -> ColumnElement[bool]:
    return User.blocked_at.is_(None) & User.active.is_(True)


@dataclass(frozen=True)
class UserPage:
    """One page of accounts; `hits` are JSON documents for the reader."""

    hits: list[dict[str, Any]]
    total: int
    page: int
    size: int
    sort: str


class Profiles(LinkedIdentities):
    """What people say about themselves, and who may read it."""

    @property
    def api_url(self) -> str:
        return f"{self.repository.config.site.url}/api"

    def display_name(self, user_id: int) -> str:
        """What a person is called on their own pages: full name, user name, or the address before the `@`."""
        user = self.get(user_id)
        return user.display_name or user.email.partition("@")[0]

    def public_profile(self, actor: Actor, user_id: int) -> dict[str, Any]:
        """The JSON of an account; raises `NotFound` for accounts that `actor` may not see, as if they were not."""
        user = self.get(user_id)
        if not may_see(actor, user):
            raise NotFound("There is no such user.")
        return user_document(actor, user, self.api_url)

    def search(
        self,
        actor: Actor,
        q: str = "",
        *,
        page: int = 1,
        size: int = MOST_SUGGESTED,
        sort: str = "",
        everybody: bool = False,
        state: str = "",
        role: str = "",
    ) -> UserPage:
        """Accounts whose names (or shown addresses) contain every word of `q`.

        Signed-in people find public profiles, ten at most; with `everybody` moderators find everybody, and may keep to
        those in a `state` (one of `STATES`) or with a `role`. Raises `PermissionDenied` and `InvalidRequest`.
        """
        if not actor.is_authenticated and not actor.is_system:
            raise PermissionDenied()
        if everybody and not actor.can(MODERATION):
            raise PermissionDenied()
        if page < 1 or size < 1 or page * size > WINDOW:
            raise InvalidRequest("Invalid querystring parameters.")
        size = size if everybody else min(size, MOST_SUGGESTED)
        known = sort in ORDERS and (everybody or sort != "email")
        order = sort if known else "newest" if everybody else "name"
        limits = [*_in_state(state), *_with_role(role)] if everybody else _visible_to(actor)
        conditions = [*_matches(q, everything=everybody), *limits]
        with self.database.read() as session:
            total = session.execute(select(func.count()).select_from(User).where(*conditions)).scalar_one()
            statement = select(User).where(*conditions).order_by(*ORDERS[order])
            found = session.execute(statement.limit(size).offset((page - 1) * size)).scalars().all()
        hits = [user_document(actor, user, self.api_url) for user in found]
        return UserPage(hits, total, page, size, order)

    def update_profile(self, actor: Actor, user_id: int, data: Mapping[str, Any]) -> User:
        """Change the profile fields that `data` names; anything else in it is ignored.

        Raises `PermissionDenied` for accounts of others, `ValidationFailed` that names the fields.
        """
        actor.require_scope("user:email")
        if actor.subject != user_id:
            self.require_moderator(actor, self.get(user_id))
        values, problems = check_profile(data, self.repository.config.site.languages)
        if problems:
            raise ValidationFailed(errors=problems)
        with self.database.write() as unit:
            user = self.load(unit.session, user_id)
            self._assign(unit, user, values)
            user.revision += 1
            unit.audit("user.update", f"user:{user_id}", actor, fields=sorted(values))
        return user

    def request_email_change(self, user_id: int, email: object, password: object, ip: str = "") -> None:
        """Start moving an account to another address: it changes when the mailed link is opened.

        The present address is told at once. Whether the new one has an account is told to that address only.
        """
        if problem := problem_with(email):
            raise ValidationFailed(errors=[problem])
        address = clean(str(email))
        if problem := self.domains.problem_with(address):
            raise ValidationFailed(errors=[problem])
        user = self.get(user_id)
        if normalize(address) == user.email_key:
            raise ValidationFailed(errors=[Problem("email", "This is the address of your account already.")])
        self.confirm_password(user_id, password, ip)
        with self.database.write() as unit:
            self.throttle.count(
                unit, [Attempt(MAIL_ACCOUNT, normalize(address)), Attempt(MAIL_ACCOUNT, user.email_key)]
            )
            user = self.load(unit.session, user_id)
            void_links(unit, user_id, links.CHANGE_EMAIL)
            other = find_account(unit.session, address)
            user.pending_email = address
            self.request_letter(unit, user_id, "email-change-requested")
            if other is not None:
                self.request_letter(unit, other.subject_id, "account-exists")
            else:
                self.request_letter(unit, user_id, links.CHANGE_EMAIL)
            unit.audit("user.request_email_change", f"user:{user_id}", self.actor_for_user(user))

    def confirm_email_change(self, secret: str) -> User:
        """Make the address to which the link was sent that of the account; raises `LinkRefused`."""
        with self._noting_refused_links(), self.database.write() as unit:
            _, user = use_link(unit, secret, (links.CHANGE_EMAIL,))
            address = user.pending_email or ""
            if find_account(unit.session, address) is not None:
                raise links.LinkRefused("taken", user.subject_id)
            status = self.domains.status_of(unit.session, address)
            if status == "blocked":
                raise links.LinkRefused("domain", user.subject_id)
            user.email, user.email_key, user.pending_email = address, normalize(address), None
            user.confirmed_at = user.updated = unit.now
            # What was verified was the other address.
            user.verified_at = unit.now if status == "verified" else None
            user.revision += 1
            void_links(unit, user.subject_id)
            unit.audit("user.change_email", f"user:{user.subject_id}", self.actor_for_user(user, via="link"))
        return user

    def deactivate_self(self, actor: Actor, password: object, ip: str = "") -> None:
        """Deactivate one's own account: nobody can sign in to it, its tokens end; what was published stays."""
        if actor.subject is None:
            raise PermissionDenied()
        if self.administrators() == {actor.subject}:
            raise Conflict("This is the only administrator; give the role to somebody else first.")
        if self.offers_passwords and self.passwords.has_password(self.repository, actor.subject):
            self.confirm_password(actor.subject, password, ip)
        with self.database.write() as unit:
            user = self.load(unit.session, actor.subject)
            user.active, user.updated = False, unit.now
            user.revision += 1
            end_sessions(unit, user.subject_id)
            void_links(unit, user.subject_id)
            unit.emit(UserDeactivated(user.subject_id))
            unit.audit("user.deactivate", f"user:{user.subject_id}", actor)


def _in_state(state: str) -> list[ColumnElement[bool]]:
    return [STATES[state]()] if state in STATES else []


def _with_role(role: str) -> list[ColumnElement[bool]]:
    if not role:
        return []
    members = select(UserRole.user_id).join(Role, Role.id == UserRole.role_id).where(Role.name == role)
    return [User.subject_id.in_(members)]


def _visible_to(actor: Actor) -> list[ColumnElement[bool]]:
    usable = User.active & User.confirmed_at.is_not(None) & User.blocked_at.is_(None) & User.erase_at.is_(None)
    public = (User.visibility == "public") & usable
    return [or_(public, User.subject_id == actor.subject) if actor.subject is not None else public]


def _matches(q: str, *, everything: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for word in search_text(q[:200].replace("\0", " ")).split()[:10]:
        in_name = User.search_text.contains(word, autoescape=True)
        in_address = User.email_key.contains(word, autoescape=True)
        if not everything:
            in_address = in_address & (User.email_visibility == "public")
        conditions.append(or_(in_name, in_address))
    return conditions
