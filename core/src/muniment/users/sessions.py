"""Signed-in browsers: rows that expire thirty days after the last activity, shown to their owner as devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import delete, select, update

from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import Busy, NotFound, StorageFull
from muniment.users.account_models import User
from muniment.users.credential_models import SessionRow
from muniment.users.events import ErasureCancelled
from muniment.users.secrets import hash_secret, new_secret
from muniment.users.sign_in_steps import FurtherStep, SignIn
from muniment.users.user_agent import summarize

if TYPE_CHECKING:
    from muniment.repository import Repository

log = structlog.get_logger(__name__)

#: A session ends this long after the last activity, and this long after signing in at the latest.
IDLE: Final = timedelta(days=30)
LONGEST: Final = timedelta(days=365)
#: So long somebody may take for the steps of signing in that come after the first one.
STEPS: Final = timedelta(minutes=10)
#: Activity is written down this coarsely, so that reading pages does not write to the database each time.
RESOLUTION: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class ActiveSession:
    """The session of a request: whose it is, and the secret in the browser's cookie.

    `renewed` says that its life was just extended, so that the cookie's should be too. `started` is the moment at which
    its owner was recognised last, by `methods`. While `step` names a page, nobody is signed in yet.
    """

    id: int
    user: User
    secret: str
    renewed: bool = False
    started: datetime | None = None
    methods: tuple[str, ...] = ()
    step: str = ""


@dataclass(frozen=True)
class Device:
    """A session as its owner sees it."""

    id: int
    created: datetime
    last_activity: datetime
    ip: str
    device: str
    current: bool


class SessionService:
    """Starting, recognising and ending sessions."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    def start(
        self, user: User | int, *, ip: str = "", user_agent: str = "", replaces: str = "", method: str = "password"
    ) -> str:
        """Sign a person in and return the secret for the cookie; `method` is how they proved who they are.

        When a plugin asks for a further step, the session is nobody's until `complete` is called.

        A new secret is made each time and the one before (`replaces`) ends, so that a secret that somebody
        planted in the browser is worth nothing (session fixation, CVE-2025-64100). Signing in keeps an account that
        waits for its end.
        """
        user_id = user if isinstance(user, int) else user.subject_id
        secret = new_secret()
        step = self._missing(user_id, (method,))
        with self.database.write() as unit:
            if replaces:
                unit.session.execute(delete(SessionRow).where(SessionRow.token_hash == hash_secret(replaces)))
            row = unit.session.get(User, user_id)
            if row is not None:
                self._take_erasure_back(unit, row)
            if row is None or not row.may_act:
                raise NotFound("There is no such user.")
            if not step:
                _count(unit, row)
            unit.session.add(
                SessionRow(
                    token_hash=hash_secret(secret),
                    user_id=user_id,
                    created=unit.now,
                    last_activity=unit.now,
                    expires=unit.now + (STEPS if step else IDLE),
                    ip=ip[:45],
                    device=summarize(user_agent),
                    methods=method,
                    step=step,
                    recognised=unit.now,
                )
            )
        return secret

    def complete(self, session: ActiveSession, method: str) -> str:
        """Sign in after a further step was taken by `method`; returns the new secret of the session.

        For a session that misses no step this is a fresh proof of who its owner is. Raises `NotFound` when it is over.
        """
        secret = new_secret()
        with self.database.write() as unit:
            row = unit.session.get(SessionRow, session.id)
            if row is None or row.expires <= unit.now:
                raise NotFound("There is no such session.")
            if row.step:
                _count(unit, self.repository.users.load(unit.session, row.user_id))
                row.expires = unit.now + IDLE
            methods = [name for name in row.methods.split() if name != method]
            row.methods, row.step, row.token_hash = " ".join([*methods, method])[:100], "", hash_secret(secret)
            row.recognised = row.last_activity = unit.now
        return secret

    def resolve(self, secret: str) -> ActiveSession | None:
        """The session behind a cookie, if it is alive and its account can be used."""
        now = self.repository.now()
        with self.database.read() as session:
            found = session.execute(
                select(SessionRow, User)
                .join(User, User.subject_id == SessionRow.user_id)
                .where(SessionRow.token_hash == hash_secret(secret))
            ).first()
        if found is None:
            return None
        row, user = found
        if row.expires <= now or not user.may_act:
            return None
        renewed = not row.step and now - row.last_activity >= RESOLUTION
        if renewed:
            self._note_activity(row.id, row.created, now)
        methods = tuple(row.methods.split())
        step = row.step or self._asked(SignIn(user.subject_id, _roles(user), methods, starting=False))
        return ActiveSession(row.id, user, secret, renewed, row.recognised or row.created, methods, step)

    def rotate(self, session: ActiveSession) -> str:
        """Give a session another secret (after a change of privileges) and return it."""
        secret = new_secret()
        with self.database.write() as unit:
            unit.session.execute(
                update(SessionRow).where(SessionRow.id == session.id).values(token_hash=hash_secret(secret))
            )
        return secret

    def end(self, secret: str) -> None:
        """Sign out the browser that holds `secret`."""
        with self.database.write() as unit:
            unit.session.execute(delete(SessionRow).where(SessionRow.token_hash == hash_secret(secret)))

    def devices(self, user_id: int, current: int | None = None) -> list[Device]:
        """The live sessions of a person, the latest activity first; `current` is the id of the one that asks."""
        with self.database.read() as session:
            rows = session.execute(
                select(SessionRow)
                .where(SessionRow.user_id == user_id, SessionRow.step == "", SessionRow.expires > self.repository.now())
                .order_by(SessionRow.last_activity.desc(), SessionRow.id.desc())
            ).scalars()
            return [
                Device(row.id, row.created, row.last_activity, row.ip, row.device, row.id == current) for row in rows
            ]

    def end_device(self, user_id: int, session_id: int) -> None:
        """Sign out one device of a person; raises `NotFound` for sessions of others too."""
        with self.database.write() as unit:
            result = unit.session.execute(
                delete(SessionRow).where(SessionRow.id == session_id, SessionRow.user_id == user_id)
            )
            if not result.rowcount:  # type: ignore[attr-defined]
                raise NotFound("There is no such session.")

    def end_others(self, user_id: int, keep: int | None = None) -> int:
        """Sign out all devices of a person but `keep`; returns how many."""
        with self.database.write() as unit:
            return end_sessions(unit, user_id, keep=keep)

    def _missing(self, user_id: int, methods: tuple[str, ...]) -> str:
        """The page of the step that is missing after a first proof; "" when none is, or the account is gone."""
        with self.database.read() as session:
            user = session.get(User, user_id)
        return self._asked(SignIn(user_id, _roles(user), methods, starting=True)) if user is not None else ""

    def _asked(self, sign_in: SignIn) -> str:
        step: FurtherStep | None = self.repository.hooks.further_step(sign_in=sign_in)
        return step.endpoint if step is not None else ""

    def _take_erasure_back(self, unit: UnitOfWork, user: User) -> None:
        if user.erase_at is None:
            return
        user.erase_at, user.updated = None, unit.now
        user.revision += 1
        users = self.repository.users
        users.request_letter(unit, user.subject_id, "erasure-cancelled")
        unit.emit(ErasureCancelled(user.subject_id))
        unit.audit("user.cancel_erasure", f"user:{user.subject_id}", users.actor_for_user(user))

    def _note_activity(self, session_id: int, created: datetime, now: datetime) -> None:
        try:
            with self.database.write() as unit:
                unit.session.execute(
                    update(SessionRow)
                    .where(SessionRow.id == session_id)
                    .values(last_activity=now, expires=min(now + IDLE, created + LONGEST))
                )
        except (Busy, StorageFull):
            log.info("session_activity_not_noted")  # the next request notes it


def _count(unit: UnitOfWork, user: User) -> None:
    """Write down that somebody signed in."""
    user.last_login_at, user.current_login_at = user.current_login_at, unit.now
    user.login_count += 1


def _roles(user: User) -> frozenset[str]:
    return frozenset(role.name for role in user.roles)


def end_sessions(unit: UnitOfWork, user_id: int, keep: int | None = None) -> int:
    """End the sessions of an account within a transaction; returns how many."""
    statement = delete(SessionRow).where(SessionRow.user_id == user_id)
    if keep is not None:
        statement = statement.where(SessionRow.id != keep)
    return int(unit.session.execute(statement).rowcount)  # type: ignore[attr-defined]


def sweep_sessions(unit: UnitOfWork) -> int:
    """Remove sessions whose time is over; returns how many."""
    result = unit.session.execute(delete(SessionRow).where(SessionRow.expires <= unit.now))
    return int(result.rowcount)  # type: ignore[attr-defined]
