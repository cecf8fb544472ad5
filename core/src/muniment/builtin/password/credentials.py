"""The passwords of local accounts: stored as argon2id hashes, renewed when the parameters have become stronger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from muniment.builtin.password.hashing import Hasher
from muniment.builtin.password.policy import problem_with
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import Problem
from muniment.users.credential_models import PasswordCredential

if TYPE_CHECKING:
    from muniment.repository import Repository


class LocalPasswords:
    """Implements `muniment.users.identity_providers.Passwords` on the table `password_credentials`."""

    def __init__(self, hasher: Hasher | None = None) -> None:
        self.hasher = hasher or Hasher()

    def problems(self, password: object, *, own: Iterable[str] = (), field: str = "password") -> list[Problem]:
        problem = problem_with(password, own=own, field=field)
        return [problem] if problem else []

    def hash(self, password: str) -> str:
        return self.hasher.hash(password)

    def store(self, unit: UnitOfWork, user_id: int, password_hash: str) -> None:
        row = unit.session.get(PasswordCredential, user_id)
        if row is None:
            row = PasswordCredential(user_id=user_id)
            unit.session.add(row)
        row.password_hash, row.changed = password_hash, unit.now

    def has_password(self, repository: Repository, user_id: int) -> bool:
        return self._stored(repository, user_id) is not None

    def verify(self, repository: Repository, user_id: int | None, password: str) -> bool:
        stored = self._stored(repository, user_id) if user_id is not None else None
        if not self.hasher.verify(stored, password):
            return False
        if stored and user_id is not None and self.hasher.needs_renewal(stored):
            self._renew(repository, user_id, stored, password)
        return True

    def _stored(self, repository: Repository, user_id: int) -> str | None:
        with repository.database.read() as session:
            row = session.get(PasswordCredential, user_id)
            return row.password_hash if row else None

    def _renew(self, repository: Repository, user_id: int, stored: str, password: str) -> None:
        """Hash again with today's parameters, unless the password was changed in the meantime."""
        renewed = self.hash(password)
        with repository.database.write() as unit:
            row = unit.session.get(PasswordCredential, user_id)
            if row is not None and row.password_hash == stored:
                row.password_hash = renewed
