"""`muniment openaire …`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.api import CommandSession, MunimentError, as_json, pass_session, show_json
from muniment_openaire.storing import LoadReport

if TYPE_CHECKING:
    from muniment_openaire.checking import Finding

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def commands() -> list[click.Command]:
    """The commands; what they use is imported when one runs."""
    return [check, load_funders, load_awards]


@click.command("load-funders")
@click.argument("file", type=_FILE)
@click.option("--all", "every", is_flag=True, help="Every organisation, not only those that pay for research.")
@pass_session
def load_funders(session: CommandSession, file: Path, every: bool) -> None:
    """Load funders from FILE: the data dump of ROR (https://ror.org), zipped or not."""
    from muniment_openaire import loading

    try:
        report = loading.load_funders(session.repository, file, _tell, every=every)
    except MunimentError as error:
        raise click.ClickException(error.message) from error
    _finish(report)


@click.command("load-awards")
@click.argument("file", type=_FILE)
@pass_session
def load_awards(session: CommandSession, file: Path) -> None:
    """Load grants from FILE: projects of OpenAIRE's graph (project.tar) or of CORDIS (zip or CSV)."""
    from muniment_openaire import loading

    try:
        report = loading.load_awards(session.repository, file, _tell)
    except MunimentError as error:
        raise click.ClickException(error.message) from error
    _finish(report)


def _tell(report: LoadReport) -> None:
    """One line that counts, where somebody looks on."""
    if sys.stderr.isatty():
        click.echo(f"\r{report}", nl=False, err=True)


def _finish(report: LoadReport) -> None:
    if sys.stderr.isatty():
        click.echo("", err=True)
    click.echo(f"{report}.")
    for problem in report.problems:
        click.echo(f"  {problem}", err=True)


@click.command("check")
@click.argument("numbers", nargs=-1)
@as_json
@pass_session
def check(session: CommandSession, numbers: tuple[str, ...], json_: bool) -> None:
    """Hold the records NUMBERS, or all, against OpenAIRE's guidelines.

    Ends with 1 when something mandatory is missing, with 2 when a record cannot be read.
    """
    from muniment_openaire.checking import Checker

    checker = Checker(session.repository)
    try:
        findings = [checker.check(number) for number in numbers] if numbers else checker.everything()
        is_complete = _show(findings, json_, every=bool(numbers))
    except MunimentError as error:
        raise click.UsageError(error.message) from error
    if not is_complete:
        raise click.exceptions.Exit(1)


def _show(findings: Iterable[Finding], json_: bool, *, every: bool) -> bool:
    """Tell of each record that lacks something (of every one when they were named) and at last of all."""
    total = incomplete = 0
    told = []
    for finding in findings:
        total += 1
        incomplete += bool(finding.required)
        if json_:
            lacks = [{"rule": rule.name, "level": rule.level.value, "title": rule.title} for rule in finding.lacks]
            told.append({"number": finding.number, "guideline": finding.guideline, "lacks": lacks})
        elif finding.lacks or every:
            missing = ", ".join(f"{rule.title} ({rule.level.value})" for rule in finding.lacks) or "nothing"
            click.echo(f"{finding.number}  {finding.guideline}  lacks {missing}")
    if json_:
        show_json({"records": told, "total": total, "incomplete": incomplete})
    else:
        click.echo(f"{total} records, {incomplete} of them lack something mandatory.")
    return not incomplete
