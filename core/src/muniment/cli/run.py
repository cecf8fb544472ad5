"""`muniment run` and `muniment worker`: the processes that serve an instance."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from muniment.cli.address import adopt_address, unanswered
from muniment.cli.session import Session, pass_session

if TYPE_CHECKING:
    from muniment.jobs.worker import Worker


@click.command()
@click.option("--host", help="Where to listen, instead of server.host.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port, instead of server.port.")
@click.option("--workers", type=click.IntRange(1), help="Web processes, instead of server.workers.")
@click.option("--without-worker", is_flag=True, help="Start no worker; `muniment worker` runs elsewhere.")
@click.option("--announce", type=int, hidden=True, help="Read from this open file what to print once the site runs.")
@pass_session
def run(
    session: Session,
    host: str | None,
    port: int | None,
    workers: int | None,
    without_worker: bool,
    announce: int | None,
) -> None:
    """Serve the instance: web processes and one worker. Ends cleanly on Ctrl-C and SIGTERM."""
    from muniment.cli.child import Child

    adopt_address(session, host, port)
    line = _read_all(announce) if announce is not None else f"Muniment runs at {session.instance.config.site.url}."
    hint = unanswered(session.instance.config, host)
    if hint is not None:
        click.echo(hint, err=True)
    check = Child(lambda: _check_tables(session))
    from muniment.cli.serving import serve_instance  # takes as long to import as the check, beside which it goes on

    if not check.succeeds():  # told before anything starts
        raise SystemExit(1)
    serve_instance(
        session.instance,
        host=host,
        port=port,
        workers=workers,
        with_worker=not without_worker,
        ready=lambda: click.echo(line),
    )


def _check_tables(session: Session) -> None:
    """Raises `ConfigurationError` when the database is away, empty, or of another version."""
    from muniment.database import require_current

    require_current(session.database)


def _read_all(descriptor: int) -> str:
    with open(descriptor, "rb") as file:
        return file.read().decode()


@click.command()
@click.option("--once", is_flag=True, help="Do what is due and end.")
@click.option("--parent", type=int, hidden=True, help="End when this process is gone.")
@click.option("--ready", type=int, hidden=True, help="Write to this open file when the work begins.")
@pass_session
def worker(session: Session, once: bool, parent: int | None, ready: int | None) -> None:
    """Deliver events and run scheduled jobs. Any number of workers can run."""
    found = _prepare_worker(session, parent)
    if once:
        found.run_once()
    else:
        found.run(ready=(lambda: os.write(ready, b"1")) if ready is not None else None)


def _prepare_worker(session: Session, parent: int | None) -> Worker:
    from muniment.starting import starting

    with starting():
        from muniment.backup.marker import refuse_half_restored
        from muniment.jobs.worker import Worker
        from muniment.privacy.ledger import erase_again
        from muniment.web.request_log import configure_logging

        refuse_half_restored(session.instance)
        configure_logging(session.instance.config.logging)
        erase_again(session.repository)
        return Worker(session.repository, parent=parent)
