"""`muniment audit`: who did what."""

from __future__ import annotations

import sys
from datetime import datetime, time, timedelta

import click

from muniment.cli.session import Session, pass_session


@click.command()
@click.option("--actor", "subject", type=int, help="The number of the account that acted.")
@click.option("--action", default="", help="An action, or the beginning of several with a point at its end: record.")
@click.option("--object", "resource", default="", help="What was acted on, such as record:12, or record: for all.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="The first day, in the site's time zone.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["csv", "jsonl"]),
    default="jsonl",
    show_default=True,
    help="A table for spreadsheets, or a JSON object on each line.",
)
@pass_session
def audit(
    session: Session,
    subject: int | None,
    action: str,
    resource: str,
    since: datetime | None,
    until: datetime | None,
    format_name: str,
) -> None:
    """Write the audit trail, or a part of it, the newest entry first."""
    from muniment.audit.formats import FORMATS
    from muniment.audit.service import AuditQuery

    zone = session.instance.config.site.zone
    query = AuditQuery(
        subject=subject,
        action=action,
        resource=resource,
        since=datetime.combine(since, time(), zone) if since else None,
        until=datetime.combine(until, time(), zone) + timedelta(days=1) if until else None,
    )
    stream = sys.stdout.buffer
    for line in FORMATS[format_name][1](session.repository.audit.export(session.actor, query)):
        stream.write(line)
