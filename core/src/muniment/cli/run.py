"""`muniment run` and `muniment worker`: the processes that serve an instance."""

from __future__ import annotations

import click

from muniment.cli.address import adopt_address, unanswered
from muniment.cli.preloading import preload
from muniment.cli.session import Session, pass_session


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
    adopt_address(session, host, port)
    line = _read_all(announce) if announce is not None else f"Muniment runs at {session.instance.config.site.url}."
    hint = unanswered(session.instance.config, host)
    if hint is not None:
        click.echo(hint, err=True)
    fork = preload(session)  # what is wrong with the database is told before anything starts
    from muniment.cli.serving import serve_instance

    serve_instance(
        session.instance,
        host=host,
        port=port,
        workers=workers,
        with_worker=not without_worker,
        ready=lambda: click.echo(line),
        fork=fork,
    )


def _read_all(descriptor: int) -> str:
    with open(descriptor, "rb") as file:
        return file.read().decode()


@click.command()
@click.option("--once", is_flag=True, help="Do what is due and end.")
@pass_session
def worker(session: Session, once: bool) -> None:
    """Deliver events and run scheduled jobs. Any number of workers can run."""
    from muniment.cli.worker_process import prepare_worker

    found = prepare_worker(session.instance, lambda: session.repository)
    if once:
        found.run_once()
    else:
        found.run()
