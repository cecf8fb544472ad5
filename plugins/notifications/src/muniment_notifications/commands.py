"""`muniment notifications …`."""

from __future__ import annotations

from typing import BinaryIO

import click

from muniment.api import CommandSession, as_json, pass_session, show_json
from muniment_notifications.bounces import Bounces, read_report
from muniment_notifications.sending import SentLog


def commands() -> list[click.Command]:
    return [bounce, status]


@click.command("bounce")
@click.argument("address", required=False)
@click.option(
    "--report", type=click.File("rb"), help="A delivery report (RFC 3464) as a mail server sends it; - is stdin."
)
@pass_session
def bounce(session: CommandSession, address: str | None, report: BinaryIO | None) -> None:
    """Mail no notifications to ADDRESS any more, which mail does not reach; or to those in a delivery report."""
    if (address is None) == (report is None):
        raise click.UsageError("Name an address, or a report with --report.")
    if report is None:
        failed = [(str(address), "told by an operator")]
    else:
        failed = [(one, f"delivery report {status}") for one, status in read_report(report.read())]
    bounces = Bounces(session.repository)
    known = sum(bounces.record(one, reason) for one, reason in failed)
    click.echo(f"{len(failed)} addresses failed, {known} of accounts are paused now.")


@click.command("status")
@as_json
@pass_session
def status(session: CommandSession, json_: bool) -> None:
    """Tell what was sent in the last seven days, and what waits."""
    log = SentLog(session.repository)
    told = {"waiting": log.waiting(), **log.counts(), "paused": Bounces(session.repository).list()[1]}
    if json_:
        show_json(told)
    else:
        for name, number in told.items():
            click.echo(f"{name}: {number}")
