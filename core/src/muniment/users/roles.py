"""Roles: the two that are built in, those a site adds, and the permissions they carry."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import Problem, ValidationFailed
from muniment.users.account_models import Role

ADMINISTRATOR: Final = "administrator"
MODERATOR: Final = "moderator"

#: Permissions of the core. An administrator has every permission, also those that plugins ask for.
ADMINISTRATION: Final = "administration"
MODERATION: Final = "moderation"

BUILT_IN: Final[dict[str, tuple[str, frozenset[str]]]] = {
    ADMINISTRATOR: ("Administrator", frozenset({ADMINISTRATION, MODERATION})),
    MODERATOR: ("Moderator", frozenset({MODERATION})),
}
_NAME = re.compile(r"[a-z][a-z0-9-]{1,79}")


def permissions_of(roles: Iterable[Role]) -> frozenset[str]:
    """What the holders of `roles` may do repository-wide."""
    granted: set[str] = set()
    for role in roles:
        granted.update(BUILT_IN[role.name][1] if role.name in BUILT_IN else role.permissions)
    return frozenset(granted)


def find_role(session: Session, name: str) -> Role | None:
    return session.execute(select(Role).where(Role.name == name)).scalar_one_or_none()


def require_role(unit: UnitOfWork, name: str) -> Role:
    """The role `name`; a built-in one is made when it is first needed. Raises `ValidationFailed`."""
    role = find_role(unit.session, name)
    if role is not None:
        return role
    if name not in BUILT_IN:
        raise ValidationFailed(errors=[Problem("role", f"There is no role named '{name}'.", code="unknown")])
    title, permissions = BUILT_IN[name]
    role = Role(name=name, title=title, description="", permissions=sorted(permissions), created=unit.now)
    unit.session.add(role)
    unit.session.flush()
    return role


def check_new_role(session: Session, name: object, title: object, permissions: object) -> list[Problem]:
    """What is wrong with a role that is to be made."""
    problems = []
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        problems.append(
            Problem("name", "A name has small letters, digits and hyphens, starts with a letter, 2 to 80 in all.")
        )
    elif name in BUILT_IN or find_role(session, name) is not None:
        problems.append(Problem("name", f"A role named '{name}' exists already.", code="taken"))
    return [*problems, *check_role(title, permissions)]


def check_role(title: object, permissions: object) -> list[Problem]:
    """What is wrong with the title and the permissions of a role."""
    problems = []
    if not isinstance(title, str) or len(title) > 200:
        problems.append(Problem("title", "The title is a text of at most 200 characters."))
    if not isinstance(permissions, list) or not all(isinstance(item, str) and len(item) <= 80 for item in permissions):
        problems.append(Problem("permissions", "Permissions are a list of names."))
    return problems
