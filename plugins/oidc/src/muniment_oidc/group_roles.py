"""Roles by groups: who is in a group at a provider has a role here, for as long as they are in it."""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from sqlalchemy import delete, select

from muniment.api import Conflict, Repository, ValidationFailed
from muniment_oidc.models import GrantedRole
from muniment_oidc.providers import Provider

log = structlog.get_logger(__name__)


class GroupRoles:
    """Gives and takes roles. Roles that somebody has by other means are never taken."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def follow(self, user_id: int, provider: Provider, groups: Iterable[str]) -> None:
        """Make the roles that somebody has by this provider those of the groups that it tells."""
        wanted = {provider.roles[group] for group in groups if group in provider.roles}
        granted = self._granted(user_id, provider)
        if wanted == granted:
            return
        users = self.repository.users
        held = {role.name for role in users.get(user_id).roles}
        for role in sorted(wanted - held):
            try:
                users.grant_role(user_id, role)
            except ValidationFailed:
                log.warning("oidc_unknown_role", provider=provider.name, role=role)
                continue
            self._remember(user_id, provider, role)
        for role in sorted(granted - wanted):
            try:
                users.revoke_role(user_id, role)
            except (Conflict, ValidationFailed) as error:  # the last administrator stays; the role is gone itself
                log.warning("oidc_role_kept", provider=provider.name, role=role, reason=error.message)
            self._forget(user_id, provider, role)

    def _granted(self, user_id: int, provider: Provider) -> set[str]:
        statement = select(GrantedRole.role).where(
            GrantedRole.user_id == user_id, GrantedRole.provider == provider.name
        )
        with self.repository.database.read() as session:
            return set(session.execute(statement).scalars())

    def _remember(self, user_id: int, provider: Provider, role: str) -> None:
        with self.repository.database.write() as unit:
            unit.session.add(GrantedRole(user_id=user_id, provider=provider.name, role=role))

    def _forget(self, user_id: int, provider: Provider, role: str) -> None:
        with self.repository.database.write() as unit:
            unit.session.execute(
                delete(GrantedRole).where(
                    GrantedRole.user_id == user_id, GrantedRole.provider == provider.name, GrantedRole.role == role
                )
            )
