"""What people allow applications, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from muniment.api import Actor, NotFound, PermissionDenied, UnitOfWork
from muniment_oauth_server.applications import Allowed
from muniment_oauth_server.models import Application, Authorization

if TYPE_CHECKING:
    from muniment.api import Repository


class Authorizations:
    """The consents of people."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def of(self, user_id: int) -> Sequence[Allowed]:
        """The applications that may do something for a person, the latest first."""
        statement = (
            select(Authorization, Application)
            .join(Application, Application.id == Authorization.app_id)
            .where(Authorization.user_id == user_id)
            .order_by(Authorization.updated.desc(), Authorization.id.desc())
        )
        with self.repository.database.read() as session:
            return [
                Allowed(row.id, application, tuple(row.scopes), row.created, row.updated)
                for row, application in session.execute(statement)
            ]

    def covers(self, user_id: int, application: Application, scopes: Iterable[str]) -> bool:
        """Whether the person has allowed the application all of `scopes` before."""
        statement = select(Authorization.scopes).where(
            Authorization.user_id == user_id, Authorization.app_id == application.id
        )
        with self.repository.database.read() as session:
            allowed = session.execute(statement).scalar_one_or_none()
        return allowed is not None and set(scopes) <= set(allowed)

    def revoke(self, actor: Actor, number: int) -> None:
        """Take back what the actor allowed: codes and tokens go with it at once. Raises `NotFound`."""
        if actor.subject is None or actor.scopes is not None:
            raise PermissionDenied("Sign in with a browser to manage applications.")
        with self.repository.database.write() as unit:
            gone = unit.session.execute(
                delete(Authorization).where(Authorization.id == number, Authorization.user_id == actor.subject)
            )
            if not gone.rowcount:  # type: ignore[attr-defined]
                raise NotFound("There is no such application.")
            unit.audit("authorization.revoke", f"authorization:{number}", actor)


def allow(unit: UnitOfWork, application: Application, user_id: int, scopes: Iterable[str]) -> Authorization:
    """Write down that a person allows an application `scopes`, besides what they allowed before."""
    found = unit.session.execute(
        select(Authorization).where(Authorization.app_id == application.id, Authorization.user_id == user_id)
    ).scalar_one_or_none()
    if found is None:
        found = Authorization(app_id=application.id, user_id=user_id, scopes=[], created=unit.now)
        unit.session.add(found)
    found.scopes = sorted({*found.scopes, *scopes})
    found.updated = unit.now
    unit.session.flush()
    return found
