"""Moments as the protocol writes them: seconds since 1970 within, UTC to the second outside."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from muniment.api import Repository, UnitOfWork

GRANULARITY: Final = "YYYY-MM-DDThh:mm:ssZ"

#: Transactions that stamp hold it until they end; readers wait for those that are about to.
_LOCK: Final = 0x6F616932
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SECOND: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def shown(seconds: int) -> str:
    """A moment as it stands in answers."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19] + "Z"


def is_day(value: str) -> bool:
    return _DAY.fullmatch(value) is not None


def first_second(value: str) -> int:
    """The first second that a day or moment of a request means. Raises `ValueError` for anything else."""
    if is_day(value):
        day = date.fromisoformat(value)
        return _seconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
    if _SECOND.fullmatch(value) is None:
        raise ValueError(value)
    return _seconds(datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC))


def last_second(value: str) -> int:
    """The last second that it means: a day as the end of a span is in it as a whole."""
    return first_second(value) + (86_399 if is_day(value) else 0)


def stamp(unit: UnitOfWork) -> int:
    """The datestamp of what `unit` changes, taken as late in it as can be: rounded up, and a second more.

    A harvester that asked before the change is visible asks next for what changed since then. By the margin it gets the
    change, however the clock stood between the stamp and the commit; and no other process stamps meanwhile.
    """
    if unit.database.is_sqlite:
        return math.ceil(unit.database.now().timestamp()) + 1
    unit.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    now = unit.session.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one()
    return math.ceil(float(now)) + 1


def is_late(unit: UnitOfWork, stamped: int) -> bool:
    """Whether `unit` took so long to commit that its stamp no longer lies ahead; told by the clock of this machine,
    where another has the database the transactions of which wait for each other."""
    return unit.database.is_sqlite and unit.database.now().timestamp() >= stamped


def before_reading(repository: Repository) -> int:
    """The moment of an answer that is about to be read, in seconds: what was stamped before it is visible by now."""
    if repository.database.is_sqlite:
        return int(repository.now().timestamp())
    with repository.database.read() as session:
        now = session.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one()
        session.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": _LOCK})
    return int(now)


def _seconds(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds())
