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
from muniment.events.models import Delivery
from muniment.health.finding import Finding, State, _
from muniment.health.place import Check, Place
from muniment.health.release import is_current, needs_set_up
from muniment.jobs.models import JobRow
from muniment.plugins.models import ProcessRow
from muniment.settings.addresses import is_loopback
from muniment.settings.instance_lock import serving_process

_OLD_BACKUP: Final = timedelta(days=7)
_SEEN: Final = timedelta(minutes=2)
_LATE: Final = timedelta(hours=1)
#: Events that the index may be behind while it catches up.
_LAG: Final = 1000


def _release(place: Place) -> Iterator[Finding]:
    if needs_set_up(place.instance, place.database):
        yield Finding("release", "error", _("setting up was cut off; run 'muniment init' again"))
    elif not is_current(place.instance, place.database):
        yield Finding("release", "warning", _("the software is newer than the instance; run 'muniment upgrade'"))
    else:
        yield Finding("release", "ok", _("the instance is at the version of the software"))


def _secret_key(place: Place) -> Iterator[Finding]:
    key = place.instance.var / "secret_key"
    _made = place.instance.secret_key
    if stat.S_IMODE(key.stat().st_mode) & 0o077:
        open_to_others = _("%(file)s can be read by others; run: chmod 600 %(file)s")
        yield Finding("secret key", "error", open_to_others, {"file": key})
    else:
        yield Finding("secret key", "ok", _("readable by its owner only"))


def _database_rights(place: Place) -> Iterator[Finding]:
    """Databases of earlier versions were made with the rights that the account gives to every file."""
    database = place.database
    if database.is_sqlite and stat.S_IMODE(database.path.stat().st_mode) & stat.S_IROTH:
        open_to_all = _("%(file)s can be read by everybody on this machine; run: chmod 600 %(file)s*")
        yield Finding("database", "warning", open_to_all, {"file": database.path})


def _site(place: Place) -> Iterator[Finding]:
    url = place.instance.config.site.url
    parts = urlsplit(url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        bare = _("%(url)s is not encrypted; put a server with HTTPS in front, and name it")
        yield Finding("site", "warning", bare, {"url": url})
    else:
        yield Finding("site", "ok", url)


def _plugins(place: Place) -> Iterator[Finding]:
    service = place.repository.plugins
    for report in service.reports():
        if report.trouble is not None:
            broken: State = "error" if report.state in ("failed", "gone") else "warning"
            yield Finding("plugins", broken, report.trouble.sentence)
    for problem in place.repository.plugin_settings.problems():
        values = {"key": problem.field, "reason": problem.message}
        yield Finding("settings", "warning", _("the stored value of %(key)s is not used: %(reason)s"), values)
    if service.safe_mode:
        safe = _("safe mode: only what is built in is loaded; start without MUNIMENT_SAFE_MODE to have the rest back")
        yield Finding("plugins", "warning", safe)
    if place.repository.generation.read_only:
        yield Finding("plugins", "error", _("the site is read-only until what failed is mended or disabled"))
    yield Finding("plugins", "ok", ", ".join(place.repository.generation.names))


def _search(place: Place) -> Iterator[Finding]:
    status = place.repository.search.status()
    state: State = "ok" if status.lag < _LAG else "warning"
    yield Finding("search", state, _("the index is %(lag)s events behind"), {"lag": status.lag})
    for problem in (place.repository.search.backends.problem, status.problem):
        if problem:
            yield Finding("search", "warning", "%(problem)s", {"problem": problem})
    for entry in place.repository.search.set_aside():
        values = {"key": entry.key, "error": entry.error}
        yield Finding("search", "warning", _("%(key)s could not be indexed: %(error)s"), values)


def _worker(place: Place) -> Iterator[Finding]:
    serving = serving_process(place.instance)
    if serving is None:
        yield Finding("worker", "ok", _("the site is not being served"))
        return
    since = place.repository.now() - _SEEN
    with place.database.read() as reader:
        statement = select(func.count()).where(ProcessRow.kind == "worker", ProcessRow.seen > since)
        found = reader.execute(statement).scalar_one()
    if found:
        yield Finding("worker", "ok", _("%(count)s at work"), {"count": found})
    else:
        gone = _("none was seen for two minutes: mail and registrations wait; look at the log")
        yield Finding("worker", "error", gone)


def _deliveries(place: Place) -> Iterator[Finding]:
    now = place.repository.now()
    waiting = (
        select(func.count()).where(Delivery.state.in_(("pending", "failed"))).where(Delivery.next_attempt < now - _LATE)
    )
    with place.database.read() as reader:
        dead = reader.execute(select(func.count()).where(Delivery.state == "dead")).scalar_one()
        late = reader.execute(waiting).scalar_one()
    if dead:
        set_aside = _("%(count)s were set aside; see 'muniment jobs deliveries'")
        yield Finding("deliveries", "warning", set_aside, {"count": dead})
    if late:
        overdue = _("%(count)s are due for more than an hour; is a worker running?")
        yield Finding("deliveries", "warning", overdue, {"count": late})
    if not dead and not late:
        yield Finding("deliveries", "ok", _("none outstanding"))


def _jobs(place: Place) -> Iterator[Finding]:
    known = place.repository.jobs.jobs
    with place.database.read() as reader:
        rows = reader.execute(select(JobRow).where(JobRow.last_error.is_not(None))).scalars().all()
    for row in rows:
        if row.name in known:
            reason = (row.last_error or "").strip().splitlines()[-1]
            plugin = place.repository.jobs.owners[row.name]
            values = {"name": row.name, "count": row.failures, "reason": reason, "plugin": plugin}
            own = _("%(name)s failed %(count)s times in a row: %(reason)s")
            theirs = _(
                "%(name)s of the plugin %(plugin)s failed %(count)s times in a row: %(reason)s. It is tried again; "
                "'muniment plugins disable %(plugin)s' ends it"
            )
            builtin = place.repository.plugins.installed[plugin].manifest.builtin
            yield Finding("jobs", "warning", own if builtin else theirs, values)
    if not rows:
        yield Finding("jobs", "ok", _("none failed"))


def _mail(place: Place) -> Iterator[Finding]:
    mail = place.instance.config.mail
    if mail.host:
        yield Finding("mail", "ok", _("through %(host)s:%(port)s"), {"host": mail.host, "port": mail.port})
    else:
        yield Finding("mail", "warning", _("no server is configured: messages are written to var/mail"))


def _backups(place: Place) -> Iterator[Finding]:
    """Backups elsewhere leave no trace here but the time of the last one."""
    made: list[datetime] = []
    for file in (place.instance.var / "backups").glob(f"*/{NAME}"):
        try:
            made.append(Manifest.read(file.parent).made)
        except BackupDamaged as error:
            yield Finding("backup", "warning", str(error))
    stamp = place.instance.var / LAST_BACKUP
    if stamp.exists():
        made.append(datetime.fromtimestamp(stamp.stat().st_mtime, UTC))
    if not made:
        yield Finding("backup", "warning", _("none was made yet; run 'muniment backup'"))
    elif place.repository.now() - max(made) > _OLD_BACKUP:
        old = _("the last one is of %(day)s; run 'muniment backup' daily")
        yield Finding("backup", "warning", old, {"day": f"{max(made):%Y-%m-%d}"})
    else:
        yield Finding("backup", "ok", _("the last one is of %(time)s UTC"), {"time": f"{max(made):%Y-%m-%d %H:%M}"})


CHECKS: Final[tuple[Check, ...]] = (
    Check("release", _release),
    Check("secret key", _secret_key),
    Check("database", _database_rights),
    Check("site", _site),
    Check("plugins", _plugins),
    Check("search", _search),
    Check("worker", _worker),
    Check("deliveries", _deliveries),
    Check("jobs", _jobs),
    Check("mail", _mail),
    Check("backup", _backups),
)
