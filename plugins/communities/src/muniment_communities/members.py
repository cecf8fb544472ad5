"""Members of a community: their roles, and whether others see them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from muniment.api import (
    Actor,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    Problem,
    Repository,
    UnitOfWork,
    ValidationFailed,
)
from muniment_communities.community import PUBLIC, Community
from muniment_communities.events import MemberChanged
from muniment_communities.log import note
from muniment_communities.models import CommunityRow, MemberRow
from muniment_communities.roles import OWNER, ROLES, Roles, at_least, may_give, roles_in
from muniment_requests.api import names_of

LAST_OWNER: Final = "A community must have at least one owner."
NO_MEMBER: Final = "There is no such member."
MOST: Final = 100


@dataclass(frozen=True)
class Member:
    """A member: ``user`` with the number of a person, or ``group`` with the name of a role of the site."""

    id: str
    kind: str
    name: str
    role: str
    visible: bool
    created: datetime
    updated: datetime
    revision: int

    @classmethod
    def of(cls, row: MemberRow) -> Member:
        kind, name = ("group", row.group_name) if row.subject is None else ("user", str(row.subject))
        return cls(row.id, kind, name or "", row.role, row.visible, row.created, row.updated, row.revision)


class Members:
    """The members of the communities of one repository."""

    def __init__(self, repository: Repository, roles: Roles) -> None:
        self.repository = repository
        self.database = repository.database
        self.roles = roles

    def add(
        self,
        unit: UnitOfWork,
        community: str,
        role: str,
        *,
        subject: int | None = None,
        group: str | None = None,
        visible: bool = False,
    ) -> MemberRow:
        """Make somebody a member within a transaction. Who is one already keeps the higher role."""
        row = _row(unit.session, community, subject=subject, group=group)
        if row is not None:
            if not at_least(row.role, role):
                row.role, row.updated, row.revision = role, unit.now, row.revision + 1
            return row
        row = MemberRow(
            id=str(uuid.uuid4()),
            community=community,
            subject=subject,
            group_name=group,
            role=role,
            visible=visible,
            created=unit.now,
            updated=unit.now,
            revision=1,
        )
        unit.session.add(row)
        unit.session.flush()
        return row

    def list(
        self, actor: Actor, community: Community, *, page: int = 1, size: int = 25, public: bool = False
    ) -> tuple[list[Member], int]:
        """Members, owners first: all of them for members, those who are visible for others. Raises
        `PermissionDenied` where the list is not for the actor."""
        statement = select(MemberRow).where(MemberRow.community == community.id)
        if public:
            if community.access["members_visibility"] != PUBLIC:
                self.roles.require(actor, community, "view")
            statement = statement.where(MemberRow.visible.is_(True))
        else:
            self.roles.require(actor, community, "view")
        counted = select(func.count()).select_from(statement.subquery())
        order = [_rank().asc(), MemberRow.created, MemberRow.id]
        with self.database.read() as session:
            total = int(session.execute(counted).scalar_one())
            rows = session.execute(statement.order_by(*order).offset((page - 1) * size).limit(size)).scalars()
            return [Member.of(row) for row in rows], total

    def add_groups(self, actor: Actor, community: Community, sent: Mapping[str, Any]) -> None:
        """Make groups of the site members at once; people have to be invited."""
        self.roles.require(actor, community, "manage")
        role, visible = self.given(actor, community, sent.get("role")), bool(sent.get("visible", False))
        known = {one.name for one in self.repository.users.roles()}
        wanted = named(sent)
        for kind, name in wanted:
            if kind != "group":
                raise InvalidRequest("Invalid member: only groups can be added, people have to be invited.")
            if name not in known:
                raise InvalidRequest(f"There is no group called '{name}'.")
        with self.database.write() as unit:
            for _kind, name in wanted:
                if _row(unit.session, community.id, group=name) is not None:
                    raise InvalidRequest("A member was already added or invited.")
                self.add(unit, community.id, role, group=name, visible=visible)
                note(unit, actor, community.id, "member_added", group=name, role=role)

    def change(self, actor: Actor, community: Community, sent: Mapping[str, Any]) -> None:
        """Give members another role, or show and hide them. Raises `PermissionDenied`, and `InvalidRequest` when
        nobody would own the community any more."""
        role = sent.get("role")
        if role is not None:
            _known(role)
        with self.database.write() as unit:
            own = self._own_role(unit, actor, community)
            for row in self._rows(unit, community, named(sent)):
                itself = actor.subject is not None and row.subject == actor.subject
                if role is not None and role != row.role:
                    if itself or not (may_give(own, row.role) and may_give(own, role)):
                        raise PermissionDenied()
                    note(unit, actor, community.id, "role_changed", **_named(row), role=role, former=row.role)
                    row.role = role
                    if row.subject is not None:
                        unit.emit(MemberChanged(community.id, actor.subject, "role", row.subject, role))
                if "visible" in sent:
                    self._show(own, row, visible=bool(sent["visible"]), itself=itself)
                row.updated, row.revision = unit.now, row.revision + 1
            unit.session.flush()
            _refuse_ownerless(unit.session, community.id)

    def _show(self, own: str, row: MemberRow, *, visible: bool, itself: bool) -> None:
        """Everybody may hide any member whom they look after; nobody but oneself can show a person."""
        if visible == row.visible:
            return
        if not itself and ((visible and row.subject is not None) or not may_give(own, row.role)):
            raise PermissionDenied()
        row.visible = visible

    def remove(self, actor: Actor, community: Community, sent: Mapping[str, Any]) -> None:
        """Take members out, or leave oneself. Raises as `change` does."""
        with self.database.write() as unit:
            own = self._own_role(unit, actor, community)
            for row in self._rows(unit, community, named(sent)):
                itself = actor.subject is not None and row.subject == actor.subject
                if not itself and not may_give(own, row.role):
                    raise PermissionDenied()
                note(unit, actor, community.id, "left" if itself else "member_removed", **_named(row), role=row.role)
                if row.subject is not None and not itself:
                    unit.emit(MemberChanged(community.id, actor.subject, "removed", row.subject))
                unit.session.delete(row)
            unit.session.flush()
            _refuse_ownerless(unit.session, community.id)

    def names(self, members: Sequence[Member], *, managing: bool = False) -> dict[tuple[str, str], str]:
        """What members are called, as others read it: who has given no name is a user with a number, except to those
        who look after members, who read what they are called in requests."""
        numbers = [int(one.name) for one in members if one.kind == "user"]
        users = self.repository.users
        people = names_of(self.repository, numbers) if managing else users.names(numbers, addresses=False)
        titles = {role.name: role.title or role.name for role in self.repository.users.roles()}
        return {
            (one.kind, one.name): (
                people.get(int(one.name), "") if one.kind == "user" else titles.get(one.name, one.name)
            )
            for one in members
        }

    def given(self, actor: Actor, community: Community, role: Any) -> str:
        """A role that the actor can give. Raises `ValidationFailed` and `PermissionDenied`."""
        _known(role)
        own = OWNER if actor.is_administrator else self.roles.role(actor, community.id)
        if not may_give(own, role):
            raise PermissionDenied()
        return str(role)

    def _own_role(self, unit: UnitOfWork, actor: Actor, community: Community) -> str:
        unit.session.get(CommunityRow, community.id, with_for_update=True)  # one change of members after the other
        if actor.is_administrator:
            return OWNER
        role = roles_in(unit.session, actor, [community.id]).get(community.id, "")
        if not role:
            self.roles.require(actor, community, "view")
        return role

    def _rows(self, unit: UnitOfWork, community: Community, wanted: Sequence[tuple[str, str]]) -> Sequence[MemberRow]:
        found: MutableSequence[MemberRow] = []
        for kind, name in wanted:
            subject = int(name) if kind == "user" and name.isascii() and name.isdigit() and len(name) < 19 else None
            group = name if kind == "group" else None
            row = _row(unit.session, community.id, subject=subject, group=group)
            if row is None:
                raise NotFound(NO_MEMBER)
            found.append(row)
        return found


def named(sent: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The members that a client names: ``{"members": [{"type": "user", "id": "3"}]}``. Raises `ValidationFailed`."""
    members = sent.get("members")
    if not isinstance(members, list) or not 0 < len(members) <= MOST:
        raise ValidationFailed(errors=[Problem("members", f"A list of 1 to {MOST} members.")])
    found = []
    for place, one in enumerate(members):
        kind, name = (one.get("type"), one.get("id")) if isinstance(one, Mapping) else (None, None)
        if kind not in ("user", "group", "email") or not isinstance(name, str | int) or not 0 < len(str(name)) <= 320:
            raise ValidationFailed(errors=[Problem(f"members.{place}", "A member has a type and an id.")])
        found.append((str(kind), str(name)))
    return list(dict.fromkeys(found))


def _known(role: Any) -> None:
    if role not in ROLES:
        raise ValidationFailed(errors=[Problem("role", f"One of {', '.join(ROLES)}.")])


def _named(row: MemberRow) -> dict[str, Any]:
    return {"member": row.subject} if row.subject is not None else {"group": row.group_name}


def _row(session: Session, community: str, *, subject: int | None = None, group: str | None = None) -> MemberRow | None:
    if subject is None and group is None:
        return None
    whose = MemberRow.subject == subject if subject is not None else MemberRow.group_name == group
    return session.execute(select(MemberRow).where(MemberRow.community == community, whose)).scalar_one_or_none()


def _refuse_ownerless(session: Session, community: str) -> None:
    owners = select(func.count()).select_from(MemberRow)
    owners = owners.where(MemberRow.community == community, MemberRow.role == OWNER)
    if not session.execute(owners).scalar_one():
        raise InvalidRequest(LAST_OWNER)


def _rank() -> Any:
    return case({role: -place for place, role in enumerate(ROLES)}, value=MemberRow.role, else_=0)
