"""What an operator should know of a repository that can be opened."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import func, select

from muniment.backup.errors import BackupDamaged
from muniment.backup.manifest import NAME, Manifest
from muniment.backup.writing import LAST_BACKUP
from muniment.cli.address import is_loopback
from muniment.cli.findings import Check, Finding
from muniment.cli.init import SetUp
from muniment.cli.session import Session
from muniment.cli.upgrade import is_current
from muniment.events.models import Delivery
from muniment.jobs.models import JobRow
from muniment.plugins.models import ProcessRow
from muniment.settings.instance_lock import serving_process

_OLD_BACKUP: Final = timedelta(days=7)
_SEEN: Final = timedelta(minutes=2)
_LATE: Final = timedelta(hours=1)
#: Events that the index may be behind while it catches up.
_LAG: Final = 1000


def _release(session: Session) -> Iterator[Finding]:
    if SetUp(session).needed:
        yield Finding("release", "error", "setting up was cut off; run 'muniment init' again")
    elif not is_current(session):
        yield Finding("release", "warning", "the software is newer than the instance; run 'muniment upgrade'")
    else:
        yield Finding("release", "ok", "the instance is at the version of the software")


def _secret_key(session: Session) -> Iterator[Finding]:
    key = session.instance.var / "secret_key"
    _ = session.instance.secret_key
    if stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield Finding("secret key", "error", f"{key} can be read by others; run: chmod 600 {key}")
    else:
        yield Finding("secret key", "ok", "readable by its owner only")


def _site(session: Session) -> Iterator[Finding]:
    url = session.instance.config.site.url
    parts = urlsplit(url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        yield Finding("site", "warning", f"{url} is not encrypted; put a server with HTTPS in front, and name it")
    else:
        yield Finding("site", "ok", url)


def _plugins(session: Session) -> Iterator[Finding]:
    repository = session.repository
    for name, reason in repository.generation.failures.items():
        yield Finding("plugins", "error", f"{name} does not run: {reason.splitlines()[-1]}")
    for name, reason in repository.plugins.discovery.broken.items():
        yield Finding("plugins", "warning", f"{name} is installed but cannot be used: {reason}")
    if repository.generation.read_only:
        yield Finding("plugins", "error", "the site is read-only until what failed is mended or disabled")
    yield Finding("plugins", "ok", ", ".join(repository.generation.names))


def _search(session: Session) -> Iterator[Finding]:
    status = session.repository.search.status()
    yield Finding("search", "ok" if status.lag < _LAG else "warning", f"the index is {status.lag} events behind")
    for entry in session.repository.search.set_aside():
        yield Finding("search", "warning", f"{entry.key} could not be indexed: {entry.error}")


def _worker(session: Session) -> Iterator[Finding]:
    serving = serving_process(session.instance)
    if serving is None:
        yield Finding("worker", "ok", "the site is not being served")
        return
    since = session.repository.now() - _SEEN
    with session.database.read() as reader:
        statement = select(func.count()).where(ProcessRow.kind == "worker", ProcessRow.seen > since)
        found = reader.execute(statement).scalar_one()
    if found:
        yield Finding("worker", "ok", f"{found} at work")
    else:
        yield Finding("worker", "error", "none was seen for two minutes: mail and registrations wait; look at the log")


def _deliveries(session: Session) -> Iterator[Finding]:
    now = session.repository.now()
    waiting = (
        select(func.count()).where(Delivery.state.in_(("pending", "failed"))).where(Delivery.next_attempt < now - _LATE)
    )
    with session.database.read() as reader:
        dead = reader.execute(select(func.count()).where(Delivery.state == "dead")).scalar_one()
        late = reader.execute(waiting).scalar_one()
    if dead:
        yield Finding("deliveries", "warning", f"{dead} were set aside; see 'muniment jobs deliveries'")
    if late:
        yield Finding("deliveries", "warning", f"{late} are due for more than an hour; is a worker running?")
    if not dead and not late:
        yield Finding("deliveries", "ok", "none outstanding")


def _jobs(session: Session) -> Iterator[Finding]:
    known = session.repository.jobs.jobs
    with session.database.read() as reader:
        rows = reader.execute(select(JobRow).where(JobRow.last_error.is_not(None))).scalars().all()
    for row in rows:
        if row.name in known:
            reason = (row.last_error or "").strip().splitlines()[-1]
            yield Finding("jobs", "warning", f"{row.name} failed {row.failures} times in a row: {reason}")
    if not rows:
        yield Finding("jobs", "ok", "none failed")


def _mail(session: Session) -> Iterator[Finding]:
    mail = session.instance.config.mail
    if mail.host:
        yield Finding("mail", "ok", f"through {mail.host}:{mail.port}")
    else:
        yield Finding("mail", "warning", "no server is configured: messages are written to var/mail")


def _backups(session: Session) -> Iterator[Finding]:
    """Backups elsewhere leave no trace here but the time of the last one."""
    made: list[datetime] = []
    for file in (session.instance.var / "backups").glob(f"*/{NAME}"):
        try:
            made.append(Manifest.read(file.parent).made)
        except BackupDamaged as error:
            yield Finding("backup", "warning", str(error))
    stamp = session.instance.var / LAST_BACKUP
    if stamp.exists():
        made.append(datetime.fromtimestamp(stamp.stat().st_mtime, UTC))
    if not made:
        yield Finding("backup", "warning", "none was made yet; run 'muniment backup'")
    elif session.repository.now() - max(made) > _OLD_BACKUP:
        yield Finding("backup", "warning", f"the last one is of {max(made):%Y-%m-%d}; run 'muniment backup' daily")
    else:
        yield Finding("backup", "ok", f"the last one is of {max(made):%Y-%m-%d %H:%M} UTC")


CHECKS: Final[tuple[Check, ...]] = (
    ("release", _release),
    ("secret key", _secret_key),
    ("site", _site),
    ("plugins", _plugins),
    ("search", _search),
    ("worker", _worker),
    ("deliveries", _deliveries),
    ("jobs", _jobs),
    ("mail", _mail),
    ("backup", _backups),
)
