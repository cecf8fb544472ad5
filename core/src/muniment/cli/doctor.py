"""`muniment doctor`: looks an instance over and says what is wrong and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import click

from muniment.cli.findings import Finding
from muniment.cli.output import as_json, show_json
from muniment.cli.session import Session, pass_session
from muniment.errors import MunimentError


@click.command()
@click.option("--deep", is_flag=True, help="Read every stored file and compare its hash; takes as long as that takes.")
@as_json
@pass_session
def doctor(session: Session, deep: bool, json_: bool) -> None:
    """Look the instance over; exits with 1 when something is wrong."""
    findings = list(examine(session, deep=deep))
    if json_:
        show_json([asdict(finding) for finding in findings])
    else:
        marks = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}
        for finding in findings:
            click.echo(f"{marks[finding.state]}  {finding.check}: {finding.message}")
    if any(finding.state == "error" for finding in findings):
        raise SystemExit(1)


def examine(session: Session, *, deep: bool = False) -> Iterator[Finding]:
    """All findings, in order. A check that cannot even run is a finding itself; without a valid configuration and a
    usable database the rest is left out."""
    from sqlalchemy.exc import SQLAlchemyError

    from muniment.cli import checks_of_instance, checks_of_repository, checks_of_storage

    needed = checks_of_instance.NEEDED
    further = checks_of_repository.CHECKS + (checks_of_storage.DEEP if deep else checks_of_storage.QUICK)
    for name, check in (*needed, *further):
        try:
            found = list(check(session))
        except (MunimentError, OSError) as error:
            found = [Finding(name, "error", str(error))]
        except SQLAlchemyError as error:
            found = [Finding(name, "error", str(getattr(error, "orig", error)).strip().splitlines()[0])]
        yield from found
        if (name, check) in needed and any(finding.state == "error" for finding in found):
            return
