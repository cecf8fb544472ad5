"""Codes and tokens: made, exchanged, shown to be stolen, revoked. Everything is found by its hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from muniment.api import SYSTEM, MunimentError, NotFound, UnitOfWork, hash_secret
from muniment_oauth_server.models import Application, Authorization, Code, Token

if TYPE_CHECKING:
    from muniment.api import Repository

log = structlog.get_logger(__name__)

#: A code is exchanged by the application at once; RFC 6749 advises ten minutes at most.
CODE_LIFE: Final = timedelta(minutes=5)
#: Used and forgotten codes are kept so long, to recognise one that is shown again.
CODE_MEMORY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Found:
    """A token with the authorization and the application it belongs to."""

    token: Token
    authorization: Authorization
    application: Application


class Tokens:
    """Codes and tokens of a repository."""

    def __init__(self, repository: Repository, settings: Any) -> None:
        self.repository = repository
        self.settings = settings

    def code(self, secret: str, application: Application) -> tuple[Code, Authorization] | None:
        """A code of `application` that can be exchanged.

        A code that was exchanged before has been stolen, by whoever shows it now or showed it first: all tokens that
        came of it are taken back (RFC 6749, 10.5).
        """
        with self.repository.database.read() as session:
            found = session.execute(
                select(Code, Authorization)
                .join(Authorization, Authorization.id == Code.grant_id)
                .where(Code.code_hash == hash_secret(secret), Authorization.app_id == application.id)
            ).first()
        if found is None:
            return None
        code, authorization = found
        if code.used_at is not None:
            self.end_family(code.family, "a code was shown twice")
            return None
        return (code, authorization) if code.expires > self.repository.now() else None

    def exchange(self, unit: UnitOfWork, code: Code) -> bool:
        """Use a code up; False when somebody was quicker."""
        used = unit.session.execute(
            update(Code).where(Code.id == code.id, Code.used_at.is_(None)).values(used_at=unit.now)
        )
        return bool(used.rowcount)  # type: ignore[attr-defined]

    def refreshable(self, secret: str) -> Found | None:
        """The pair of a refresh token that can be used. One that was used before ends its whole family."""
        found = self._find(Token.refresh_hash == hash_secret(secret))
        if found is None:
            return None
        if found.token.refreshed_at is not None:
            self.end_family(found.token.family, "a refresh token was shown twice")
            return None
        return found if found.token.ends > self.repository.now() else None

    def use_refresh(self, unit: UnitOfWork, token: Token) -> bool:
        """Use a refresh token up, and with it the access token of the pair; False when somebody was quicker."""
        used = unit.session.execute(
            update(Token)
            .where(Token.id == token.id, Token.refreshed_at.is_(None))
            .values(refreshed_at=unit.now, expires=unit.now)
        )
        return bool(used.rowcount)  # type: ignore[attr-defined]

    def add(
        self, unit: UnitOfWork, authorization: Authorization, issued: dict[str, Any], family: str, before: Token | None
    ) -> None:
        """Write down a pair that was issued. `before` is the one that it renews: the family's end stays as it is."""
        ends = before.ends if before is not None else unit.now + timedelta(days=self.settings.days)
        lives = timedelta(seconds=int(issued["expires_in"]))
        unit.session.add(
            Token(
                grant_id=authorization.id,
                family=family,
                access_hash=hash_secret(issued["access_token"]),
                refresh_hash=hash_secret(issued["refresh_token"]),
                scope=issued.get("scope", ""),
                created=unit.now,
                expires=min(unit.now + lives, ends),
                ends=ends,
            )
        )

    def active(self, secret: str) -> Found | None:
        """The access token that works now; its use is noted by day."""
        found = self._find(Token.access_hash == hash_secret(secret))
        if found is None or found.token.expires <= self.repository.now():
            return None
        today = self.repository.now().date()
        if found.token.last_used != today:
            self._note_use(found.token.id, today)
        return found

    def find(self, secret: str) -> Found | None:
        """The pair to which an access or a refresh token belongs, whether it works or not."""
        digest = hash_secret(secret)
        return self._find(or_(Token.access_hash == digest, Token.refresh_hash == digest))

    def revoke(self, found: Found) -> None:
        """Take a token back, with all that were issued with it or came of it (RFC 7009, 2.1)."""
        self.end_family(found.token.family, "")

    def end_family(self, family: str, reason: str) -> None:
        """Take all tokens of a family back; `reason` says what is suspicious, "" when nothing is."""
        with self.repository.database.write() as unit:
            gone = unit.session.execute(delete(Token).where(Token.family == family))
            if reason:
                unit.audit("authorization.replay", f"family:{family[:8]}", SYSTEM, reason=reason, ended=gone.rowcount)  # type: ignore[attr-defined]
        if reason:
            log.warning("oauth_replay", reason=reason)

    def _find(self, condition: Any) -> Found | None:
        with self.repository.database.read() as session:
            found = session.execute(_joined().where(condition)).first()
        if found is None:
            return None
        token, authorization, application = found
        return Found(token, authorization, application) if self._owner_may_act(application) else None

    def _owner_may_act(self, application: Application) -> bool:
        """An application of somebody who was blocked or left is worth nothing, and its tokens neither."""
        try:
            return self.repository.users.get(application.owner_id).may_act
        except NotFound:
            return False

    def _note_use(self, token_id: int, day: date) -> None:
        try:
            with self.repository.database.write() as unit:
                unit.session.execute(update(Token).where(Token.id == token_id).values(last_used=day))
        except MunimentError:
            log.info("oauth_use_not_noted")  # a busy database: the next request notes it


def _joined() -> Any:
    return (
        select(Token, Authorization, Application)
        .join(Authorization, Authorization.id == Token.grant_id)
        .join(Application, Application.id == Authorization.app_id)
    )


def sweep(unit: UnitOfWork) -> int:
    """Remove what is over: codes, families that ended, and authorizations of which no token is left."""
    gone = _removed(unit.session, delete(Code).where(Code.expires < unit.now - CODE_MEMORY))
    gone += _removed(unit.session, delete(Token).where(Token.ends <= unit.now))
    lives = select(Token.id).where(Token.grant_id == Authorization.id).exists()
    idle = unit.now - timedelta(days=1)
    return gone + _removed(unit.session, delete(Authorization).where(~lives, Authorization.updated < idle))


def _removed(session: Session, statement: Any) -> int:
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
