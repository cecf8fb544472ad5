"""`muniment run` and `muniment worker`: the processes that serve an instance."""

from __future__ import annotations

import click

from muniment.cli.session import Session, pass_session


@click.command()
@click.option("--host", help="Where to listen, instead of server.host.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port, instead of server.port.")
@click.option("--workers", type=click.IntRange(1), help="Web processes, instead of server.workers.")
@click.option("--without-worker", is_flag=True, help="Start no worker; `muniment worker` runs elsewhere.")
@pass_session
def run(session: Session, host: str | None, port: int | None, workers: int | None, without_worker: bool) -> None:
    """Serve the instance: web processes and one worker. Ends cleanly on Ctrl-C and SIGTERM."""
    from muniment.cli.serving import serve_instance
    from muniment.repository import require_current

    require_current(session.database)  # told before anything starts
    session.close()
    serve_instance(session.instance, host=host, port=port, workers=workers, with_worker=not without_worker)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due and end.")
@click.option("--parent", type=int, hidden=True, help="End when this process is gone.")
@pass_session
def worker(session: Session, once: bool, parent: int | None) -> None:
    """Deliver events and run scheduled jobs. Any number of workers can run."""
    from muniment.jobs.worker import Worker
    from muniment.web.request_log import configure_logging as configure_server_logging

    configure_server_logging(session.instance.config.logging)
    found = Worker(session.repository, parent=parent)
    if once:
        found.run_once()
    else:
        found.run()
