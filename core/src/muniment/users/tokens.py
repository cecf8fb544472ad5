"""Personal access tokens: stored as hashes, shown once, valid for a year at most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import delete, select, update

from muniment.access.actor import Actor
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import Busy, NotFound, Problem, StorageFull, ValidationFailed
from muniment.users.account_models import User
from muniment.users.credential_models import AccessToken
from muniment.users.profile_fields import clean_text
from muniment.users.scopes import CORE_SCOPES, Scope
from muniment.users.secrets import hash_secret, new_secret

if TYPE_CHECKING:
    from muniment.repository import Repository

log = structlog.get_logger(__name__)

#: The longest and the usual life of a token: the privacy notice promises that tokens end after a year.
LONGEST: Final = timedelta(days=365)
NAME_LENGTH: Final = 100
MOST_TOKENS: Final = 100


@dataclass(frozen=True)
class TokenSummary:
    """A token as its owner sees it; the token itself is not kept."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime
    last_used: date | None


class TokenService:
    """Making, recognising and revoking tokens."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    @cached_property
    def scopes(self) -> dict[str, Scope]:
        """Every scope of the core and of the enabled plugins by its name."""
        return {scope.name: scope for scope in (*CORE_SCOPES, *self.repository.hooks.register_scopes())}

    @cached_property
    def personal_scopes(self) -> list[Scope]:
        """The scopes that people choose from; a token with all of them can do what its owner can."""
        return [scope for scope in self.scopes.values() if scope.personal]

    def may_change(self, scopes: Iterable[str]) -> bool:
        """Whether a token with these scopes may change anything at all; services ask for the exact scope."""
        return any(scope in self.scopes and self.scopes[scope].changes for scope in scopes)

    def create(
        self,
        user: User | int,
        name: object,
        scopes: Iterable[str] | None = None,
        expires: datetime | timedelta | None = None,
    ) -> str:
        """Make a token and return it; nobody can read it again.

        `scopes` None means all; `expires` is a moment or a span, None for the longest there is (a year). Raises
        `ValidationFailed` that names the field.
        """
        user_id = user if isinstance(user, int) else user.subject_id
        now = self.repository.now()
        moment = now + expires if isinstance(expires, timedelta) else expires or now + LONGEST
        offered = {scope.name for scope in self.personal_scopes}
        wanted = sorted(offered if scopes is None else set(scopes))
        text, problem = clean_text(name, "name", NAME_LENGTH)
        problems = [problem] if problem else []
        if not text and not problem:
            problems.append(Problem("name", "Give the token a name by which you will know it again.", code="required"))
        problems += [Problem("scopes", f"There is no scope '{scope}'.") for scope in wanted if scope not in offered]
        if not now < moment <= now + LONGEST:
            problems.append(Problem("expires", "A token ends in the future, after a year at the latest."))
        if problems:
            raise ValidationFailed(errors=problems)
        return self._insert(user_id, text, wanted, moment)

    def create_for_subject(self, subject: int, name: str) -> str:
        """A token with every scope for a year, for commands and tests."""
        return self.create(subject, name)

    def _insert(self, user_id: int, name: str, scopes: list[str], expires: datetime) -> str:
        secret = new_secret()
        with self.database.write() as unit:
            user = unit.session.get(User, user_id)
            if user is None:
                raise NotFound("There is no such user.")
            row = AccessToken(
                user_id=user_id,
                name=name,
                token_hash=hash_secret(secret),
                scopes=scopes,
                created=unit.now,
                expires=expires,
            )
            unit.session.add(row)
            unit.session.flush()
            if len(self.of(user_id)) > MOST_TOKENS:
                raise ValidationFailed(errors=[Problem("name", f"More than {MOST_TOKENS} tokens; revoke some first.")])
            actor = self.repository.users.actor_for_user(user)
            unit.audit("token.create", f"token:{row.id}", actor, scopes=scopes)
        return secret

    def resolve(self, secret: str) -> Actor | None:
        """The actor behind a token, limited to its scopes; None when it is not good (any more)."""
        now = self.repository.now()
        found = self._find(secret)
        if found is None:
            return None
        token, user = found
        if token.expires <= now or not user.may_act:
            return None
        if token.last_used != now.date():
            self._note_use(token.id, now.date())
        return self.repository.users.actor_for_user(user, via="token", scopes=frozenset(token.scopes))

    def why_refused(self, secret: str) -> tuple[int | None, str]:
        """For the audit trail: which token it is that does not work, if it is known at all, and why."""
        found = self._find(secret)
        if found is None:
            return None, "unknown"
        return found[0].id, "expired" if found[0].expires <= self.repository.now() else "unusable"

    def _find(self, secret: str) -> tuple[AccessToken, User] | None:
        with self.database.read() as session:
            found = session.execute(
                select(AccessToken, User)
                .join(User, User.subject_id == AccessToken.user_id)
                .where(AccessToken.token_hash == hash_secret(secret))
            ).first()
        return (found[0], found[1]) if found is not None else None

    def of(self, user_id: int) -> list[TokenSummary]:
        """The tokens of a person that still work, newest first."""
        with self.database.read() as session:
            rows = session.execute(
                select(AccessToken)
                .where(AccessToken.user_id == user_id, AccessToken.expires > self.repository.now())
                .order_by(AccessToken.id.desc())
            ).scalars()
            return [
                TokenSummary(row.id, row.name, tuple(row.scopes), row.created, row.expires, row.last_used)
                for row in rows
            ]

    def revoke(self, actor: Actor, user_id: int, token_id: int) -> None:
        """Make a token of a person worthless; raises `NotFound` for tokens of others too."""
        with self.database.write() as unit:
            result = unit.session.execute(
                delete(AccessToken).where(AccessToken.id == token_id, AccessToken.user_id == user_id)
            )
            if not result.rowcount:  # type: ignore[attr-defined]
                raise NotFound("There is no such token.")
            unit.audit("token.revoke", f"token:{token_id}", actor)

    def _note_use(self, token_id: int, day: date) -> None:
        try:
            with self.database.write() as unit:
                unit.session.execute(update(AccessToken).where(AccessToken.id == token_id).values(last_used=day))
        except (Busy, StorageFull):
            log.info("token_use_not_noted")  # the next request notes it


def sweep_tokens(unit: UnitOfWork) -> int:
    """Remove tokens whose time is over; returns how many."""
    result = unit.session.execute(delete(AccessToken).where(AccessToken.expires <= unit.now))
    return int(result.rowcount)  # type: ignore[attr-defined]
