"""Applications of developers: made, changed, given another secret and removed by their owner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from marshmallow import ValidationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from muniment.api import (
    Actor,
    NotFound,
    PermissionDenied,
    Problem,
    UnitOfWork,
    ValidationFailed,
    clean_text,
    hash_secret,
    new_secret,
)
from muniment_oauth_server.addresses import problem_with
from muniment_oauth_server.models import Application, Authorization

if TYPE_CHECKING:
    from muniment.api import Repository

MOST_ADDRESSES: Final = 10


@dataclass(frozen=True)
class ApplicationForm:
    """What a developer says about an application; addresses are one a line."""

    name: str = ""
    description: str = ""
    website: str = ""
    redirect_uris: str = ""

    @property
    def addresses(self) -> list[str]:
        return list(dict.fromkeys(line.strip() for line in self.redirect_uris.splitlines() if line.strip()))


@dataclass(frozen=True)
class Registered:
    """An application and, once after it was made or its secret changed, the secret; public ones have none."""

    application: Application
    secret: str = ""


class Applications:
    """The applications of a repository."""

    def __init__(self, repository: Repository, settings: Any) -> None:
        self.repository = repository
        self.settings = settings

    def of(self, owner: int) -> Sequence[Application]:
        """Those of a person, by name."""
        statement = select(Application).where(Application.owner_id == owner).order_by(Application.name, Application.id)
        with self.repository.database.read() as session:
            return session.execute(statement).scalars().all()

    def all(self) -> Sequence[tuple[Application, int]]:
        """Every application with the number of people who allowed it something, for operators."""
        people = select(func.count()).where(Authorization.app_id == Application.id).scalar_subquery()
        with self.repository.database.read() as session:
            found = session.execute(select(Application, people).order_by(Application.name, Application.id))
            return [(application, number) for application, number in found]

    def get(self, owner: int, number: int) -> Application:
        """One of a person's; raises `NotFound` for those of others too."""
        with self.repository.database.read() as session:
            return _owned(session, owner, number)

    def find(self, client_id: str) -> Application | None:
        """The application that calls itself `client_id`, while the account of its owner can be used."""
        with self.repository.database.read() as session:
            found = session.execute(select(Application).where(Application.client_id == client_id)).scalar_one_or_none()
        if found is None:
            return None
        try:
            owner = self.repository.users.get(found.owner_id)
        except NotFound:
            return None
        return found if owner.may_act else None

    def create(self, actor: Actor, form: ApplicationForm, *, public: bool) -> Registered:
        """Register an application of `actor`; raises `ValidationFailed`."""
        owner = _person(actor)
        values = _checked(form, public=public)
        secret = "" if public else new_secret()
        with self.repository.database.write() as unit:
            self._require_room(unit.session, owner)
            application = Application(
                client_id=new_secret()[:32],
                owner_id=owner,
                public=public,
                secret_hash=hash_secret(secret) if secret else "",
                created=unit.now,
                updated=unit.now,
                **values,
            )
            unit.session.add(application)
            unit.session.flush()
            unit.audit("application.create", _name(application), actor, public=public)
        return Registered(application, secret)

    def change(self, actor: Actor, number: int, form: ApplicationForm) -> None:
        """Change what is said about an application; raises `NotFound`, `ValidationFailed`."""
        owner = _person(actor)
        with self.repository.database.write() as unit:
            application = _owned(unit.session, owner, number)
            for name, value in _checked(form, public=application.public).items():
                setattr(application, name, value)
            application.updated = unit.now
            unit.audit("application.change", _name(application), actor)

    def renew_secret(self, actor: Actor, number: int) -> Registered:
        """Another secret in place of the one before, which is worth nothing at once; tokens stay."""
        owner, secret = _person(actor), new_secret()
        with self.repository.database.write() as unit:
            application = _owned(unit.session, owner, number)
            if application.public:
                raise ValidationFailed(errors=[Problem("", "A public application has no secret.")])
            application.secret_hash, application.updated = hash_secret(secret), unit.now
            unit.audit("application.secret", _name(application), actor)
        return Registered(application, secret)

    def remove(self, actor: Actor, number: int) -> None:
        """Remove one of the actor's applications, with all that people allowed it."""
        owner = _person(actor)
        with self.repository.database.write() as unit:
            _remove(unit, actor, _owned(unit.session, owner, number))

    def remove_by_operator(self, actor: Actor, client_id: str) -> None:
        """Remove anybody's application; raises `NotFound`."""
        with self.repository.database.write() as unit:
            found = unit.session.execute(
                select(Application).where(Application.client_id == client_id)
            ).scalar_one_or_none()
            if found is None:
                raise NotFound("There is no such application.")
            _remove(unit, actor, found)

    def _require_room(self, session: Session, owner: int) -> None:
        count = session.execute(select(func.count()).where(Application.owner_id == owner)).scalar_one()
        if count >= self.settings.most_applications:
            raise ValidationFailed(
                errors=[Problem("name", "You have as many applications as this site allows; remove one first.")]
            )


def _remove(unit: UnitOfWork, actor: Actor, application: Application) -> None:
    unit.audit("application.remove", _name(application), actor, owner=application.owner_id)
    unit.session.execute(delete(Application).where(Application.id == application.id))


def _checked(form: ApplicationForm, *, public: bool) -> dict[str, Any]:
    problems: list[Problem] = []
    texts = {}
    for name, longest in (("name", 100), ("description", 500), ("website", 300)):
        text, problem = _one_line(getattr(form, name), name, longest)
        texts[name] = text
        problems += [problem] if problem else []
    if not texts["name"]:
        problems.append(Problem("name", "Give the application the name by which people know it.", code="required"))
    if texts["website"] and urlsplit(texts["website"]).scheme not in {"https", "http"}:
        problems.append(Problem("website", "The address of a website begins with https://."))
    problems += _address_problems(form.addresses, public=public)
    if problems:
        raise ValidationFailed(errors=problems)
    return {**texts, "redirect_uris": form.addresses}


def _one_line(text: str, name: str, longest: int) -> tuple[str, Problem | None]:
    try:
        return clean_text(" ".join(text.split()), maximum=longest), None
    except ValidationError as error:
        return "", Problem(name, str(error.messages[0]))


def _address_problems(addresses: Iterable[str], *, public: bool) -> Iterable[Problem]:
    found = list(addresses)
    if not found:
        yield Problem("redirect_uris", "Name the address to which people return.", code="required")
    if len(found) > MOST_ADDRESSES:
        yield Problem("redirect_uris", f"At most {MOST_ADDRESSES} addresses.")
    for address in found[:MOST_ADDRESSES]:
        wrong = problem_with(address, public=public)
        if wrong:
            yield Problem("redirect_uris", f"{wrong} ({address[:80]})")


def _owned(session: Session, owner: int, number: int) -> Application:
    found = session.get(Application, number)
    if found is None or found.owner_id != owner:
        raise NotFound("There is no such application.")
    return found


def _person(actor: Actor) -> int:
    """Whose applications these are; a token may not make or change any."""
    if actor.subject is None or actor.scopes is not None:
        raise PermissionDenied("Sign in with a browser to manage applications.")
    return actor.subject


def _name(application: Application) -> str:
    return f"application:{application.client_id}"


@dataclass(frozen=True)
class Allowed:
    """What a person allowed one application, as they see it."""

    number: int
    application: Application
    scopes: Sequence[str]
    since: datetime
    asked: datetime
