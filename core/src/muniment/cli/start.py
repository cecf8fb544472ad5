"""`muniment start`: sets an instance up or upgrades it where needed, then serves it; what `scripts/run` calls."""

from __future__ import annotations

import click

from muniment.cli.init import set_up
from muniment.cli.session import Session, pass_session
from muniment.cli.upgrade import bring_up_to_date, is_current


@click.command()
@click.option("--host", help="Where to listen, instead of server.host.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port, instead of server.port.")
@click.option("--empty", is_flag=True, help="Load no sample records into a new instance.")
@click.option("--administrator", default="admin@localhost", show_default=True, help="The administrator's address.")
@pass_session
def start(session: Session, host: str | None, port: int | None, empty: bool, administrator: str) -> None:
    """Set the instance up or upgrade it where needed, then serve it until Ctrl-C."""
    from muniment.cli.serving import serve_instance
    from muniment.settings.instance_lock import RunLock

    lock = RunLock(session.instance)
    lock.acquire()
    try:
        prepare(session, with_sample=not empty)
        link = session.repository.users.ensure_administrator(administrator)
        session.close()
    finally:
        lock.release()
    line = how_to_sign_in(session.instance.config.site.url, administrator, link)
    serve_instance(session.instance, host=host, port=port, ready=lambda: click.echo(line))


def prepare(session: Session, *, with_sample: bool) -> None:
    """Make what is missing and upgrade what is old; tells what it does."""
    _ = session.instance.secret_key
    if set_up(session):
        click.echo("Made the database.")
        if with_sample:
            from muniment.cli.sample import load_sample_of

            load_sample_of(session)
    elif not is_current(session):
        bring_up_to_date(session)
        click.echo("Upgraded the instance to this version.")


def how_to_sign_in(address: str, administrator: str, link: str | None) -> str:
    """The line that ends the start: the address, and how to sign in."""
    if link is None:
        return f"Muniment runs at {address}; sign in at {address}/login as {administrator}."
    return f"Muniment runs at {address}; sign in as {administrator}: set its password with this link, once: {link}"
