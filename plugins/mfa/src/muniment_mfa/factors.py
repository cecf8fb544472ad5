"""The second step of accounts: set up, checked, renewed, turned off, reset by operators.

Every change tells the person by mail and stands in the audit trail. Wrong codes are counted in the database, for each
account and for each network address, so that nobody guesses six digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, select, update

from muniment.api import (
    Actor,
    Attempt,
    CannotDecrypt,
    Conflict,
    Limit,
    MunimentError,
    NotFound,
    Problem,
    SecretBox,
    UnitOfWork,
    ValidationFailed,
    hash_secret,
    network_of,
)
from muniment_mfa.codes import app_address, new_app_secret, new_recovery_codes, normalized, step_of
from muniment_mfa.models import AppSecret, Passkey, RecoveryCode
from muniment_mfa.passkeys import PASSKEY, Passkeys, Place

if TYPE_CHECKING:
    from muniment.api import PluginContext, Repository

APP, RECOVERY = "totp", "recovery"
#: Ways of proving who one is that count as the second step.
METHODS: Final = frozenset({APP, RECOVERY, PASSKEY})
#: An app must be connected within this time after its picture was shown.
SETUP: Final = timedelta(minutes=30)

_BY_ACCOUNT: Final = (
    Limit("mfa.account.minute", 5, timedelta(minutes=1)),
    Limit("mfa.account.day", 30, timedelta(days=1)),
)
_BY_ADDRESS: Final = (
    Limit("mfa.address.minute", 20, timedelta(minutes=1)),
    Limit("mfa.address.day", 300, timedelta(days=1)),
)
#: What the audit trail says of a refusal, by the status of its error.
_REASONS: Final = {400: "wrong", 429: "throttled"}
WRONG: Final = "The code is wrong, or was used already. Codes of an app change every 30 seconds."
EXPIRED: Final = "The picture has expired. Scan the new one."
ONLY_STEP: Final = "This is your only second step. Connect another one first, or turn two-step sign-in off."


@dataclass(frozen=True)
class Offer:
    """An app that is to be connected. `sealed` brings the secret back with the form; nothing is stored until then."""

    secret: str
    address: str
    sealed: str


@dataclass(frozen=True)
class Standing:
    """How it is with an account's second step: since when there is one, and what it can be taken with."""

    since: datetime | None
    codes_left: int
    has_app: bool = False
    keys: tuple[Passkey, ...] = ()

    @property
    def is_on(self) -> bool:
        return self.since is not None


class Factors:
    """The second steps of a repository."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @property
    def repository(self) -> Repository:
        return self.context.repository

    @property
    def passkeys(self) -> Passkeys:
        return Passkeys(self.repository)

    @property
    def _box(self) -> SecretBox:
        return SecretBox(self.repository.instance.secret_key)

    def requires(self, roles: Iterable[str]) -> bool:
        """Whether somebody with these roles must have a second step."""
        return not set(self.context.settings.required_roles).isdisjoint(roles)

    def applies_to(self, methods: Iterable[str]) -> bool:
        """Whether who was recognised by these ways is asked at all."""
        return bool(self.context.settings.other_ways) or "password" in methods

    def standing(self, user_id: int) -> Standing:
        with self.repository.database.read() as session:
            app = session.execute(select(AppSecret.created).where(AppSecret.user_id == user_id)).scalar_one_or_none()
            left = session.execute(
                select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
            ).scalar_one()
        keys = tuple(self.passkeys.of(user_id))
        times = [key.created for key in keys] + ([app] if app is not None else [])
        return Standing(min(times, default=None), left, app is not None, keys)

    def everybody(self) -> list[tuple[int, datetime]]:
        """Who has a second step and since when, for operators."""
        with self.repository.database.read() as session:
            found: dict[int, datetime] = {}
            for model in (AppSecret, Passkey):
                for user_id, since in session.execute(select(model.user_id, model.created)):
                    found[user_id] = min(since, found.get(user_id, since))
        return sorted(found.items(), key=lambda pair: pair[1], reverse=True)

    def offer(self, user_id: int) -> Offer:
        """A fresh secret for an app."""
        secret = new_app_secret()
        sealed = self._box.encrypt([secret, self.repository.now().isoformat()], f"mfa:offer:{user_id}")
        return self._offer(user_id, secret, f"{sealed['encrypted']}.{sealed['key']}")

    def offered(self, user_id: int, sealed: str) -> Offer:
        """The offer that a form brings back; raises `ValidationFailed` when it is over or somebody else's."""
        encrypted, _, key = sealed.partition(".")
        try:
            secret, made = self._box.decrypt({"encrypted": encrypted, "key": key}, f"mfa:offer:{user_id}")
        except CannotDecrypt as error:
            raise _refused(EXPIRED) from error
        if self.repository.now() - datetime.fromisoformat(made) > SETUP:
            raise _refused(EXPIRED)
        return self._offer(user_id, secret, sealed)

    def set_up(self, user_id: int, offer: Offer, code: str, ip: str) -> list[str]:
        """Connect the app that shows `code`; returns the recovery codes, which nobody can read again, or nothing when
        the account has some."""
        attempts = self._count(user_id, ip)
        step = step_of(offer.secret, normalized(code), self.repository.now())
        if step is None:
            raise _refused(WRONG)
        codes = [] if self.standing(user_id).is_on else new_recovery_codes()
        with self.repository.database.write() as unit:
            if unit.session.get(AppSecret, user_id) is not None:
                raise Conflict("Two-step sign-in is on already.")
            sealed = self._box.encrypt(offer.secret, f"mfa:app:{user_id}")
            unit.session.add(AppSecret(user_id=user_id, secret=sealed, last_step=step, created=unit.now))
            if codes:
                self._replace_codes(unit, user_id, codes)
            self.repository.users.throttle.forgive(unit, attempts)
            self._tell(unit, user_id, "mfa.set_up")
        return codes

    def check(self, user_id: int, code: str, ip: str) -> str:
        """By which method `code` proves that it is this person; raises `ValidationFailed`, `TooManyRequests`.

        A code works once: that of an app is refused when it, or a later one, was used before.
        """
        attempts = self._count(user_id, ip)
        given = normalized(code)
        with self._noting_refusals(user_id), self.repository.database.write() as unit:
            method = self._use_app(unit, user_id, given) or self._use_recovery(unit, user_id, given)
            if method is None:
                raise _refused(WRONG)
            self.repository.users.throttle.forgive(unit, attempts)
        return method

    def add_key(self, user_id: int, place: Place, answer: str, sealed: str, name: str) -> list[str]:
        """Connect a passkey; returns the recovery codes when it is the first second step, else nothing."""
        codes = [] if self.standing(user_id).is_on else new_recovery_codes()
        with self.repository.database.write() as unit:
            self.passkeys.add(unit, user_id, place, answer, sealed, name)
            if codes:
                self._replace_codes(unit, user_id, codes)
            self._tell(unit, user_id, "mfa.add_key")
        return codes

    def check_key(self, user_id: int, place: Place, answer: str, sealed: str, ip: str) -> str:
        """By which method a passkey proves that it is this person; raises `ValidationFailed`, `TooManyRequests`."""
        attempts = self._count(user_id, ip)
        with self._noting_refusals(user_id), self.repository.database.write() as unit:
            self.passkeys.use(unit, user_id, place, answer, sealed)
            self.repository.users.throttle.forgive(unit, attempts)
        return PASSKEY

    def remove_key(self, user_id: int, number: int) -> None:
        """Take a passkey away; raises `NotFound`, and `Conflict` for the only second step."""
        standing = self.standing(user_id)
        if not standing.has_app and [key.id for key in standing.keys] == [number]:
            raise Conflict(ONLY_STEP)
        with self.repository.database.write() as unit:
            self.passkeys.remove(unit, user_id, number)
            self._tell(unit, user_id, "mfa.remove_key")

    def renew_codes(self, user_id: int) -> list[str]:
        """Other recovery codes in place of those before."""
        codes = new_recovery_codes()
        with self.repository.database.write() as unit:
            if not self.standing(user_id).is_on:
                raise NotFound("Two-step sign-in is off.")
            self._replace_codes(unit, user_id, codes)
            self._tell(unit, user_id, "mfa.renew_codes")
        return codes

    def turn_off(self, user_id: int) -> None:
        """Turn it off; raises `Conflict` for those whose role needs it."""
        user = self.repository.users.get(user_id)
        if self.requires(role.name for role in user.roles):
            raise Conflict("Your role on this site needs two-step sign-in.")
        with self.repository.database.write() as unit:
            _remove(unit, user_id)
            self._tell(unit, user_id, "mfa.turn_off")

    def reset(self, actor: Actor, user_id: int) -> None:
        """An operator takes the second step from somebody who lost it; all their browsers are signed out.

        Raises `NotFound`. Only administrators may touch an administrator.
        """
        user = self.repository.users.get(user_id)
        self.repository.users.require_moderator(actor, user)
        with self.repository.database.write() as unit:
            if not _remove(unit, user_id):
                raise NotFound("This account has no second step.")
            self.repository.users.request_letter(unit, user_id, "mfa-reset")
            unit.audit("mfa.reset", f"user:{user_id}", actor)
        self.repository.users.sign_out_everywhere(user_id, actor)

    def _count(self, user_id: int, ip: str) -> list[Attempt]:
        attempts = [Attempt(_BY_ACCOUNT, str(user_id))]
        attempts += [Attempt(_BY_ADDRESS, network_of(ip))] if ip else []
        with self._noting_refusals(user_id), self.repository.database.write() as unit:
            self.repository.users.throttle.count(unit, attempts)
        return attempts

    @contextmanager
    def _noting_refusals(self, user_id: int) -> Iterator[None]:
        """Around a transaction: what it refuses is written down after it has been rolled back."""
        try:
            yield
        except MunimentError as error:
            if error.status in _REASONS:
                self.repository.audit.refused("mfa.refused", f"user:{user_id}", reason=_REASONS[error.status])
            raise

    def _use_app(self, unit: UnitOfWork, user_id: int, code: str) -> str | None:
        row = unit.session.get(AppSecret, user_id)
        if row is None or not (code.isascii() and code.isdigit()):
            return None
        step = step_of(self._box.decrypt(row.secret, f"mfa:app:{user_id}"), code, unit.now)
        if step is None:
            return None
        used = unit.session.execute(
            update(AppSecret).where(AppSecret.user_id == user_id, AppSecret.last_step < step).values(last_step=step)
        )
        return APP if used.rowcount else None  # type: ignore[attr-defined]

    def _use_recovery(self, unit: UnitOfWork, user_id: int, code: str) -> str | None:
        used = unit.session.execute(
            update(RecoveryCode)
            .where(
                RecoveryCode.user_id == user_id,
                RecoveryCode.code_hash == hash_secret(code),
                RecoveryCode.used_at.is_(None),
            )
            .values(used_at=unit.now)
        )
        if not used.rowcount:  # type: ignore[attr-defined]
            return None
        self._tell(unit, user_id, "mfa.use_recovery_code")
        return RECOVERY

    def _replace_codes(self, unit: UnitOfWork, user_id: int, codes: Iterable[str]) -> None:
        unit.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
        unit.session.add_all(RecoveryCode(user_id=user_id, code_hash=hash_secret(normalized(code))) for code in codes)

    def _tell(self, unit: UnitOfWork, user_id: int, action: str) -> None:
        """Tell the person by mail, whose account may be in other hands, and write it down."""
        users = self.repository.users
        users.request_letter(unit, user_id, "mfa-changed")
        unit.audit(action, f"user:{user_id}", users.actor_for_user(users.load(unit.session, user_id)))

    def _offer(self, user_id: int, secret: str, sealed: str) -> Offer:
        account = self.repository.users.get(user_id).email
        return Offer(secret, app_address(secret, account, self.repository.config.site.name), sealed)


def _remove(unit: UnitOfWork, user_id: int) -> bool:
    unit.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    gone: list[Any] = [
        unit.session.execute(delete(model).where(model.user_id == user_id)) for model in (AppSecret, Passkey)
    ]
    return any(result.rowcount for result in gone)


def _refused(message: str) -> ValidationFailed:
    return ValidationFailed(errors=[Problem("code", message, code="wrong")])
