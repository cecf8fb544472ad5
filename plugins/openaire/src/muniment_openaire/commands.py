"""`muniment openaire …`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from muniment.api import CommandSession, MunimentError, pass_session
from muniment_openaire.storing import LoadReport

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def commands() -> list[click.Command]:
    """The commands; what they use is imported when one runs."""
    return [load_funders, load_awards]


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
