"""Which accounts were deleted, kept outside the database: whoever restores an older one does not bring people back.

The file `privacy.ledger` gets a line for each deleted account: its number, when, and who inherited, nothing about the
person. Before a process serves the site or works for it, accounts that the ledger names are deleted again. It does not
matter how the database became older: by `muniment restore`, or by the database's own tools.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
import structlog
from sqlalchemy import select

from muniment.errors import ConfigurationError, Conflict, NotFound
from muniment.jobs.declarations import EventHandler
from muniment.privacy.events import UserErased
from muniment.users.account_models import User

if TYPE_CHECKING:
    from muniment.events.outbox import LogEntry
    from muniment.repository import Repository
    from muniment.settings.instance import Instance

log = structlog.get_logger(__name__)

#: How many accounts one statement asks for.
_BATCH: Final = 500


@dataclass(frozen=True)
class Erasure:
    """One deleted account. `heir` got its records."""

    subject: int
    erased: datetime
    heir: int | None = None

    def to_line(self) -> bytes:
        described = {"subject": self.subject, "erased": self.erased.isoformat(), "heir": self.heir}
        return orjson.dumps(described) + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Erasure:
        """Raises `ValueError`, `KeyError` or `TypeError` for a line that was not written here."""
        described: dict[str, Any] = orjson.loads(line)
        erased = datetime.fromisoformat(described["erased"])
        if erased.tzinfo is None:
            raise ValueError("the time has no zone")
        return cls(int(described["subject"]), erased, described.get("heir"))


class ErasureLedger:
    """The ledger in the file `path`. Lines are added, never changed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, instance: Instance) -> ErasureLedger:
        return cls(instance.resolve(instance.config.privacy.ledger))

    def entries(self) -> list[Erasure]:
        """All that is known, the oldest first.

        Raises `ConfigurationError` that names the line that cannot be read: serving without it could bring somebody
        back. What a crash left of a last line is no entry; it is written again.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        whole, _, _cut = content.rpartition(b"\n")
        found = []
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                found.append(Erasure.from_line(line))
            except (ValueError, KeyError, TypeError) as error:
                raise ConfigurationError(
                    f"{self.path}: line {number} cannot be read ({error}). The file says whose accounts were deleted; "
                    "restore it from its copy, or mend the line."
                ) from error
        return found

    def add(self, erasures: Iterable[Erasure]) -> int:
        """Add those that are not there yet; returns how many, durable when it returns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "rb+") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            present = set(self.entries())
            new = [erasure for erasure in dict.fromkeys(erasures) if erasure not in present]
            if new:
                handle.truncate(handle.seek(0, os.SEEK_END) - self._cut_bytes())
                handle.write(b"".join(erasure.to_line() for erasure in new))
                handle.flush()
                os.fsync(handle.fileno())
        return len(new)

    def _cut_bytes(self) -> int:
        """The length of what a crash has left of a last line."""
        return len(self.path.read_bytes().rpartition(b"\n")[2])


def remember_erasure(repository: Repository, entry: LogEntry) -> None:
    """Write a deleted account into the ledger; what is there already is not written twice."""
    payload = entry.payload
    # Events of earlier versions have no time; whoever they are about has been gone since.
    erased = datetime.fromisoformat(payload["erased"]) if payload.get("erased") else repository.now()
    erasure = Erasure(int(payload["subject_id"]), erased, payload.get("heir"))
    ErasureLedger.of(repository.instance).add([erasure])


LEDGER: Final = EventHandler(name="privacy.ledger", events=(UserErased.name,), function=remember_erasure)


def erase_again(repository: Repository) -> int:
    """Delete accounts that an older database has brought back; returns how many.

    An account that is younger than the entry is somebody else's with the same number. Raises `ConfigurationError` for
    a ledger that cannot be read.
    """
    known = {erasure.subject: erasure for erasure in ErasureLedger.of(repository.instance).entries()}
    done = 0
    for erasure in _present(repository, known):
        try:
            repository.erasure.erase(erasure.subject, heir=_heir(repository, erasure))
        except NotFound:
            continue  # another process was faster
        except Conflict as error:
            log.warning("erasure_not_repeated", subject=erasure.subject, reason=error.message)
        else:
            done += 1
            log.info("erasure_repeated", subject=erasure.subject)
    return done


def _present(repository: Repository, known: dict[int, Erasure]) -> list[Erasure]:
    found: list[Erasure] = []
    numbers = sorted(known)
    for start in range(0, len(numbers), _BATCH):
        some = numbers[start : start + _BATCH]
        with repository.database.read() as session:
            rows = session.execute(select(User.subject_id, User.created).where(User.subject_id.in_(some))).all()
        found.extend(known[subject] for subject, created in rows if created <= known[subject].erased)
    return found


def _heir(repository: Repository, erasure: Erasure) -> int | None:
    """Who inherits, if that person is there."""
    if erasure.heir is None:
        return None
    try:
        return repository.users.get(erasure.heir).subject_id
    except NotFound:
        return None
