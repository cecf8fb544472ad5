"""`muniment doctor`: looks an instance over and says what is wrong and what to do about it."""

from __future__ import annotations

import click

from muniment.cli.output import as_json, show_findings, with_bar
from muniment.cli.session import Session, pass_session


@click.command()
@click.option("--deep", is_flag=True, help="Read every stored file and compare its hash; takes as long as that takes.")
@as_json
@pass_session
def doctor(session: Session, deep: bool, json_: bool) -> None:
    """Look the instance over; exits with 1 when something is wrong."""
    from muniment.health.examination import examine

    show_findings(list(examine(session, deep=deep, progress=with_bar)), json_)
