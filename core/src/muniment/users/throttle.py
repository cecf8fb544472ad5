"""Limits on guessing: counted in the database, so that they hold in every process and after a restart."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from muniment.db.inserting import insert_for
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import TooManyRequests
from muniment.users.credential_models import ThrottleCounter


@dataclass(frozen=True)
class Limit:
    """At most `count` tries in each stretch of `period` for one key; `name` is stored."""

    name: str
    count: int
    period: timedelta

    def window(self, now: datetime) -> tuple[datetime, datetime]:
        """The stretch of time that `now` belongs to: stretches are aligned, so that no row is needed to know them."""
        seconds = int(self.period.total_seconds())
        start = int(now.timestamp()) // seconds * seconds
        return datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(start + seconds, UTC)


@dataclass(frozen=True)
class Attempt:
    """One try against the limits of one key. `subject` is what is counted: an address, an account."""

    limits: tuple[Limit, ...]
    subject: str


_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

#: Failed sign-ins to one account, from anywhere, and from one network address, to anything.
SIGN_IN_ACCOUNT = (Limit("sign-in.account.minute", 5, _MINUTE), Limit("sign-in.account.day", 50, _DAY))
SIGN_IN_ADDRESS = (Limit("sign-in.address.minute", 20, _MINUTE), Limit("sign-in.address.day", 500, _DAY))
#: Messages that strangers can cause to be sent to one address, and that one network address can cause.
MAIL_ACCOUNT = (Limit("mail.account.hour", 4, _HOUR), Limit("mail.account.day", 10, _DAY))
MAIL_ADDRESS = (Limit("mail.address.minute", 10, _MINUTE), Limit("mail.address.day", 200, _DAY))
REGISTER_ADDRESS = (Limit("register.address.minute", 10, _MINUTE), Limit("register.address.day", 100, _DAY))


class Throttle:
    """Counts attempts. `secret` keys the hashes under which accounts and network addresses are counted."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def count(self, unit: UnitOfWork, attempts: Iterable[Attempt]) -> None:
        """Count each attempt, in the transaction of `unit`, which must be committed even when this raises nothing.

        Raises `TooManyRequests` with the seconds to wait when one is over its limit already; then nothing is
        counted, so that waiting always helps.
        """
        attempts = list(attempts)
        waits = [wait for attempt in attempts if (wait := self._wait(unit.session, attempt, unit.now)) > 0]
        if waits:
            raise TooManyRequests("Too many attempts. Please wait and try again.", retry_after=max(waits))
        for attempt in attempts:
            for limit in attempt.limits:
                self._add(unit, limit, self._key(limit, attempt.subject))

    def forgive(self, unit: UnitOfWork, attempts: Iterable[Attempt]) -> None:
        """Take back attempts that turned out to be right: only failures count."""
        for attempt in attempts:
            for limit in attempt.limits:
                starts, _ = limit.window(unit.now)
                unit.session.execute(
                    update(ThrottleCounter)
                    .where(
                        ThrottleCounter.key == self._key(limit, attempt.subject),
                        ThrottleCounter.limit_name == limit.name,
                        ThrottleCounter.starts == starts,
                        ThrottleCounter.count > 0,
                    )
                    .values(count=ThrottleCounter.count - 1)
                )

    def _wait(self, session: Session, attempt: Attempt, now: datetime) -> int:
        """Seconds until `attempt` is possible; 0 when it is now."""
        longest = 0
        for limit in attempt.limits:
            starts, ends = limit.window(now)
            count = session.execute(
                select(ThrottleCounter.count).where(
                    ThrottleCounter.key == self._key(limit, attempt.subject),
                    ThrottleCounter.limit_name == limit.name,
                    ThrottleCounter.starts == starts,
                )
            ).scalar()
            if (count or 0) >= limit.count:
                longest = max(longest, math.ceil((ends - now).total_seconds()))
        return longest

    def _add(self, unit: UnitOfWork, limit: Limit, key: str) -> None:
        starts, ends = limit.window(unit.now)
        statement = insert_for(unit.session)(ThrottleCounter).values(
            key=key, limit_name=limit.name, starts=starts, ends=ends, count=1
        )
        unit.session.execute(
            statement.on_conflict_do_update(
                index_elements=["key", "limit_name", "starts"], set_={"count": ThrottleCounter.count + 1}
            )
        )

    def _key(self, limit: Limit, subject: str) -> str:
        text = f"{limit.name}\0{subject}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()


def sweep_counters(unit: UnitOfWork) -> int:
    """Remove counters whose time is over; returns how many."""
    result = unit.session.execute(delete(ThrottleCounter).where(ThrottleCounter.ends < unit.now))
    return int(result.rowcount)  # type: ignore[attr-defined]


def network_of(address: str) -> str:
    """What is counted for a network address: an IPv6 customer has a whole /64, so that is one."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((parsed, 64), strict=False).network_address)
