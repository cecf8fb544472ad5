"""`muniment doctor`: looks an instance over and says what is wrong and what to do about it."""

from __future__ import annotations

import click

from muniment.cli.output import as_json, show_json, with_bar
from muniment.cli.session import Session, pass_session


@click.command()
@click.option("--deep", is_flag=True, help="Read every stored file and compare its hash; takes as long as that takes.")
@as_json
@pass_session
def doctor(session: Session, deep: bool, json_: bool) -> None:
    """Look the instance over; exits with 1 when something is wrong."""
    from muniment.health.examination import examine

    findings = list(examine(session, deep=deep, progress=with_bar))
    if json_:
        show_json([finding.to_dict() for finding in findings])
    else:
        marks = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}
        for finding in findings:
            click.echo(f"{marks[finding.state]}  {finding.check}: {finding.message}")
    if any(finding.state == "error" for finding in findings):
        raise SystemExit(1)
