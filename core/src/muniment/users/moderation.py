"""What moderators and administrators do to accounts: block, restore, approve, (de)activate, roles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from muniment.access.actor import SYSTEM, Actor
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import Conflict, InvalidRequest, NotFound, PermissionDenied, Problem, ValidationFailed
from muniment.events.event import Event
from muniment.users.account_models import Role, User, UserRole
from muniment.users.events import UserActivated, UserBlocked, UserDeactivated, UserRestored
from muniment.users.links import CONFIRM_EMAIL, INVITE, RESET_PASSWORD, void_links
from muniment.users.profiles import Profiles
from muniment.users.registration import APPROVED
from muniment.users.roles import ADMINISTRATOR, BUILT_IN, check_new_role, check_role, find_role, require_role
from muniment.users.sessions import end_sessions

#: Links that moderators may have mailed; what is in them nobody but the addressee reads.
SENT_LINKS: Final = (RESET_PASSWORD, CONFIRM_EMAIL, INVITE)


class Moderation(Profiles):
    """Changing the state of other people's accounts."""

    def block(self, user_id: int, actor: Actor = SYSTEM) -> User:
        """Keep somebody out: sessions end, tokens and links are worthless until `restore`."""

        def change(unit: UnitOfWork, user: User) -> Event:
            user.blocked_at = unit.now
            user.verified_at = None
            self._sign_out(unit, user)
            return UserBlocked(user_id)

        return self._change(user_id, actor, "user.block", change)

    def restore(self, user_id: int, actor: Actor = SYSTEM) -> User:
        """Lift a block."""

        def change(_unit: UnitOfWork, user: User) -> Event:
            user.blocked_at = None
            return UserRestored(user_id)

        return self._change(user_id, actor, "user.restore", change)

    def approve(self, user_id: int, actor: Actor = SYSTEM) -> User:
        """Vouch for somebody; an account that was blocked is restored with it."""

        def change(unit: UnitOfWork, user: User) -> Event | None:
            was_blocked = user.blocked_at is not None
            user.verified_at, user.blocked_at = unit.now, None
            self._admit(unit, user)
            return UserRestored(user_id) if was_blocked else None

        return self._change(user_id, actor, "user.approve", change)

    def deactivate(self, user_id: int, actor: Actor = SYSTEM) -> User:
        """Close an account without blame; `activate` opens it again."""

        def change(unit: UnitOfWork, user: User) -> Event:
            user.active, user.waiting = False, False
            self._sign_out(unit, user)
            return UserDeactivated(user_id)

        return self._change(user_id, actor, "user.deactivate", change)

    def activate(self, user_id: int, actor: Actor = SYSTEM) -> User:
        """Open a deactivated account again; an address that was never confirmed counts as confirmed."""

        def change(unit: UnitOfWork, user: User) -> Event:
            self._admit(unit, user)
            user.active = True
            self.mark_confirmed(unit, user)
            return UserActivated(user_id)

        return self._change(user_id, actor, "user.activate", change)

    def confirm_address(self, user_id: int, actor: Actor = SYSTEM) -> User:
        """Count an address as confirmed although its link was never opened."""

        def change(unit: UnitOfWork, user: User) -> None:
            self.mark_confirmed(unit, user)

        return self._change(user_id, actor, "user.confirm", change)

    def send_link(self, user_id: int, purpose: str, actor: Actor = SYSTEM) -> None:
        """Mail a person the link for one of `SENT_LINKS`; earlier ones for that purpose are void once it is sent.

        Raises `PermissionDenied`, and `Conflict` when the account could not use it.
        """
        if purpose not in SENT_LINKS:
            raise InvalidRequest(f"There are no links for '{purpose}'. Known are: {', '.join(SENT_LINKS)}.")
        with self.database.write() as unit:
            user = self.load(unit.session, user_id)
            self.require_moderator(actor, user)
            if not user.active or user.blocked_at is not None:
                raise Conflict("The account is blocked or deactivated; it could not use a link.")
            if purpose == CONFIRM_EMAIL and user.confirmed_at is not None:
                raise Conflict("The address is confirmed already.")
            self.request_letter(unit, user_id, purpose)
            unit.audit("user.send_link", f"user:{user_id}", actor, purpose=purpose)

    def sign_out_everywhere(self, user_id: int, actor: Actor = SYSTEM) -> int:
        """End all sessions of somebody, whose account stays usable; returns how many there were."""
        with self.database.write() as unit:
            self.require_moderator(actor, self.load(unit.session, user_id))
            count = end_sessions(unit, user_id)
            unit.audit("user.sign_out", f"user:{user_id}", actor, sessions=count)
        return count

    def grant_role(self, user_id: int, role: str, actor: Actor = SYSTEM) -> User:
        """Give somebody a role; raises like `change_roles`."""
        return self.change_roles(user_id, actor, add=(role,))

    def revoke_role(self, user_id: int, role: str, actor: Actor = SYSTEM) -> User:
        """Take a role from somebody; raises like `change_roles`."""
        return self.change_roles(user_id, actor, remove=(role,))

    def change_roles(
        self,
        user_id: int,
        actor: Actor = SYSTEM,
        *,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        exactly: Iterable[str] | None = None,
    ) -> User:
        """Give and take roles in one step, or with `exactly` make these the only ones that somebody has. Their sessions
        end with a change, so that none from before has the new powers.

        Raises `PermissionDenied` unless `actor` is an administrator, `ValidationFailed` for an unknown role, and
        `Conflict` for taking it from the last administrator.
        """
        self._require_administrator(actor)
        add, remove = set(add), set(remove)
        with self.database.write() as unit:
            present = {role.name: role.id for role in self.load(unit.session, user_id).roles}
            named = add | remove | set(exactly or ())
            known = present | {name: require_role(unit, name).id for name in sorted(named)}
            wanted = set(exactly) if exactly is not None else (present.keys() | add) - remove
            given, taken = wanted - present.keys(), present.keys() - wanted
            if ADMINISTRATOR in taken and self.administrators() == {user_id}:
                raise Conflict("This is the only administrator; give the role to somebody else first.")
            for name in sorted(given):
                unit.session.add(UserRole(user_id=user_id, role_id=known[name]))
                unit.audit("user.grant_role", f"user:{user_id}", actor, role=name)
            for name in sorted(taken):
                gone = (UserRole.user_id == user_id) & (UserRole.role_id == known[name])
                unit.session.execute(delete(UserRole).where(gone))
                unit.audit("user.revoke_role", f"user:{user_id}", actor, role=name)
            if given or taken:
                end_sessions(unit, user_id)
        return self.get(user_id)

    def roles(self) -> list[Role]:
        """All roles by name: the built-in ones, whether anybody has them or not, and the site's own."""
        with self.database.read() as session:
            found = {role.name: role for role in session.execute(select(Role)).scalars()}
        for name, (title, permissions) in BUILT_IN.items():
            if name not in found:
                found[name] = Role(
                    name=name, title=title, description="", permissions=sorted(permissions), created=datetime.min
                )
        return [found[name] for name in sorted(found)]

    def role(self, name: str) -> Role:
        """One role; raises `NotFound`."""
        for role in self.roles():
            if role.name == name:
                return role
        raise NotFound("There is no such role.")

    def create_role(self, name: object, title: object = "", permissions: object = (), actor: Actor = SYSTEM) -> Role:
        """Make a role of the site's own; raises `ValidationFailed` that names the field."""
        self._require_administrator(actor)
        wanted = list(permissions) if isinstance(permissions, Iterable) else permissions
        with self.database.write() as unit:
            problems = check_new_role(unit.session, name, title, wanted)
            if problems:
                raise ValidationFailed(errors=problems)
            role = Role(name=name, title=title, description="", permissions=wanted, created=unit.now)
            unit.session.add(role)
            unit.audit("role.create", f"role:{name}", actor)
        return role

    def update_role(self, name: str, title: object, permissions: object, actor: Actor = SYSTEM) -> Role:
        """Change a role of the site's own. Sessions of those who have it end when it allows more than before.

        Raises `NotFound`, and `ValidationFailed` for built-in roles and for what is wrong with the input.
        """
        self._require_administrator(actor)
        if name in BUILT_IN:
            raise ValidationFailed(errors=[Problem("name", f"The role '{name}' is built in.")])
        problems = check_role(title, permissions)
        if problems:
            raise ValidationFailed(errors=problems)
        with self.database.write() as unit:
            role = find_role(unit.session, name)
            if role is None:
                raise NotFound("There is no such role.")
            wanted = [str(permission) for permission in permissions] if isinstance(permissions, list) else []
            if set(wanted) - set(role.permissions):
                for member in unit.session.execute(
                    select(UserRole.user_id).where(UserRole.role_id == role.id)
                ).scalars():
                    end_sessions(unit, member)
            role.title, role.permissions = str(title), wanted
            unit.audit("role.update", f"role:{name}", actor, permissions=wanted)
        return role

    def delete_role(self, name: str, actor: Actor = SYSTEM) -> None:
        """Remove a role of the site's own from everybody; raises `NotFound`, `ValidationFailed` for built-in ones."""
        self._require_administrator(actor)
        if name in BUILT_IN:
            raise ValidationFailed(errors=[Problem("name", f"The role '{name}' is built in.")])
        with self.database.write() as unit:
            role = find_role(unit.session, name)
            if role is None:
                raise NotFound("There is no such role.")
            unit.session.delete(role)
            unit.audit("role.delete", f"role:{name}", actor)

    def _change(
        self, user_id: int, actor: Actor, action: str, change: Callable[[UnitOfWork, User], Event | None]
    ) -> User:
        with self.database.write() as unit:
            user = self.load(unit.session, user_id)
            self.require_moderator(actor, user)
            if actor.subject == user_id and action in ("user.block", "user.deactivate"):
                raise Conflict("You cannot do this to your own account here.")
            event = change(unit, user)
            user.updated = unit.now
            user.revision += 1
            if event is not None:
                unit.emit(event)
            unit.audit(action, f"user:{user_id}", actor)
        return user

    def _admit(self, unit: UnitOfWork, user: User) -> None:
        """Let in who waited for approval, and tell them unless a block keeps them out."""
        if user.waiting:
            user.waiting, user.active = False, True
            if user.blocked_at is None:
                self.request_letter(unit, user.subject_id, APPROVED)

    def _sign_out(self, unit: UnitOfWork, user: User) -> None:
        end_sessions(unit, user.subject_id)
        void_links(unit, user.subject_id)
        user.pending_email = None

    def _require_administrator(self, actor: Actor) -> None:
        if not actor.is_administrator:
            raise PermissionDenied("Only an administrator can change roles.")
