"""`muniment instance`: whether the folder of an instance is as it should be."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.output import as_json, show_findings
from muniment.cli.session import Session, pass_session


@click.group()
def instance() -> None:
    """The folder of an instance."""


@instance.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path, file_okay=False))
@as_json
@pass_session
def check(session: Session, directory: Path | None, json_: bool) -> None:
    """Say what is wrong with the instance in DIRECTORY; exits with 1 when there is an error.

    Looks at instance.toml, the address, colours and logo, templates that replace others, static files, plugins that
    are enabled, plugins of one file, and the rights of files. Nothing is started or changed; a database is not needed.
    """
    from muniment.health.checks_of_folder import check_folder

    show_findings(list(check_folder((directory or session.path).expanduser().resolve())), json_)
