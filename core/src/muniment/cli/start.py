"""`muniment start`: sets an instance up or upgrades it where needed, then serves it; what `scripts/run` calls."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from muniment.cli.address import adopt_address
from muniment.cli.session import Session, pass_session


@click.command()
@click.option("--host", help="Where to listen, instead of server.host.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port, instead of server.port.")
@click.option("--empty", is_flag=True, help="Load no sample records into a new instance.")
@click.option("--administrator", default="admin@localhost", show_default=True, help="The administrator's address.")
@pass_session
def start(session: Session, host: str | None, port: int | None, empty: bool, administrator: str) -> None:
    """Set the instance up or upgrade it where needed, then serve it until Ctrl-C."""
    from muniment.cli.serving import take_lock
    from muniment.web.server import refuse_taken_port

    adopt_address(session, host, port)
    config = session.instance.config
    lock = take_lock(session.instance)
    try:
        refuse_taken_port(host or config.server.host, port or config.server.port)
        prepare(session, with_sample=not empty)
        link = session.repository.users.ensure_administrator(administrator)
        session.close()
    finally:
        lock.release()
    _become_server(session, host, port, how_to_sign_in(config.site.url, administrator, link))


def prepare(session: Session, *, with_sample: bool) -> None:
    """Make what is missing and upgrade what is old; tells what it does. What was cut off goes on where it was."""
    from muniment.cli.init import SetUp
    from muniment.cli.upgrade import bring_up_to_date
    from muniment.health.release import is_current

    set_up = SetUp(session)
    if set_up.needed:
        set_up.run()
        click.echo("Made the database.")
        if with_sample:
            from muniment.cli.sample import load_sample_of

            load_sample_of(session)
        set_up.finish()
    elif not is_current(session.instance, session.database):
        bring_up_to_date(session)
        click.echo("Upgraded the instance to this version.")


def how_to_sign_in(address: str, administrator: str, link: str | None) -> str:
    """The line that ends the start: the address, and how to sign in."""
    if link is None:
        return f"Muniment runs at {address}; sign in at {address}/login as {administrator}."
    return f"Muniment runs at {address}; sign in as {administrator}: set its password with this link, once: {link}"


def _become_server(session: Session, host: str | None, port: int | None, line: str) -> NoReturn:
    """Go on as `muniment run`, which begins with an empty memory: what setting up needed does not stay.

    The line for people goes through a pipe, since the link in it is nobody else's business.
    """
    read, write = os.pipe()
    os.write(write, line.encode())
    os.close(write)
    os.set_inheritable(read, True)
    command = [sys.executable, "-m", "muniment", "--instance", str(session.path), "run", "--announce", str(read)]
    command += ["--host", host] if host else []
    command += ["--port", str(port)] if port else []
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, command)
