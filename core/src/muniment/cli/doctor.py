"""`muniment doctor`: looks an instance over and says what is wrong and what to do about it."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import click
from sqlalchemy import func, select, text

from muniment.cli.output import as_json, show_json
from muniment.cli.session import Session, pass_session
from muniment.db.migrate import status
from muniment.errors import MunimentError


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `state` is ok, warning or error."""

    check: str
    state: str
    message: str


@click.command()
@as_json
@pass_session
def doctor(session: Session, json_: bool) -> None:
    """Look the instance over; exits with 1 when something is wrong."""
    findings = list(examine(session))
    if json_:
        show_json([finding.__dict__ for finding in findings])
    else:
        marks = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}
        for finding in findings:
            click.echo(f"{marks[finding.state]}  {finding.check}: {finding.message}")
    if any(finding.state == "error" for finding in findings):
        raise SystemExit(1)


def examine(session: Session) -> Iterator[Finding]:
    """All findings, in order; a check that cannot even run is a finding itself."""
    for name, check in CHECKS:
        try:
            yield from check(session)
        except (MunimentError, OSError) as error:
            yield Finding(name, "error", str(error))
            if name in ("configuration", "database", "tables"):
                return


def _configuration(session: Session) -> Iterator[Finding]:
    yield Finding("configuration", "ok", f"{session.instance.path / 'instance.toml'} is valid")
    key = session.instance.var / "secret_key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield Finding("secret key", "error", f"{key} can be read by others; run: chmod 600 {key}")


def _database(session: Session) -> Iterator[Finding]:
    database = session.database
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            version = connection.execute(text("show server_version")).scalar_one()
            yield Finding("database", "ok", f"PostgreSQL {version}")
            return
        expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        for pragma, wanted in expected.items():
            found = connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()
            if found != wanted:
                yield Finding("database", "error", f"SQLite's {pragma} is {found}, it must be {wanted}")
        verdict = connection.exec_driver_sql("PRAGMA quick_check").scalar_one()
        state = "ok" if verdict == "ok" else "error"
        yield Finding("database", state, f"SQLite, integrity: {verdict}")


def _tables(session: Session) -> Iterator[Finding]:
    from muniment.cli.db import branches

    for branch in branches(session):
        row = status(session.database, branch)
        if not row.is_current:
            yield Finding("tables", "error", f"{row.name} needs 'muniment upgrade' ({row.current} to {row.head})")
            return
    yield Finding("tables", "ok", "up to date")


def _plugins(session: Session) -> Iterator[Finding]:
    generation = session.repository.generation
    for name, reason in generation.failures.items():
        yield Finding("plugins", "error", f"{name} does not run: {reason.splitlines()[-1]}")
    if generation.read_only:
        yield Finding("plugins", "error", "the site is read-only until what failed is mended or disabled")
    yield Finding("plugins", "ok", ", ".join(name for name in generation.names))


def _space(session: Session) -> Iterator[Finding]:
    usage = shutil.disk_usage(session.instance.var)
    kept = session.instance.config.files.min_free_bytes
    state = "ok" if usage.free > 2 * kept else "warning" if usage.free > kept else "error"
    yield Finding("disk", state, f"{usage.free / 1e9:.1f} GB free under {session.instance.var}")


def _search(session: Session) -> Iterator[Finding]:
    status = session.repository.search.status()
    state = "ok" if status.lag < 1000 else "warning"
    yield Finding("search", state, f"the index is {status.lag} events behind")
    for entry in session.repository.search.set_aside():
        yield Finding("search", "warning", f"{entry} could not be indexed and was set aside")


def _deliveries(session: Session) -> Iterator[Finding]:
    from muniment.events.models import Delivery

    now = session.repository.now()
    with session.database.read() as db_session:
        dead = db_session.execute(select(func.count()).where(Delivery.state == "dead")).scalar_one()
        waiting = (
            select(func.count())
            .where(Delivery.state.in_(("pending", "failed")))
            .where(Delivery.next_attempt < now - timedelta(hours=1))
        )
        late = db_session.execute(waiting).scalar_one()
    if dead:
        yield Finding("deliveries", "warning", f"{dead} were set aside; see 'muniment jobs deliveries'")
    if late:
        yield Finding("deliveries", "warning", f"{late} are due for more than an hour; is a worker running?")
    if not dead and not late:
        yield Finding("deliveries", "ok", "none outstanding")


def _mail(session: Session) -> Iterator[Finding]:
    mail = session.instance.config.mail
    if mail.host:
        yield Finding("mail", "ok", f"through {mail.host}:{mail.port}")
    else:
        yield Finding("mail", "warning", "no server is configured: messages are written to var/mail")


CHECKS: tuple[tuple[str, Callable[[Session], Iterator[Finding]]], ...] = (
    ("configuration", _configuration),
    ("database", _database),
    ("tables", _tables),
    ("plugins", _plugins),
    ("disk", _space),
    ("search", _search),
    ("deliveries", _deliveries),
    ("mail", _mail),
)
