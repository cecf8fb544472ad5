"""`muniment plugins check`: how good a plugin is, for those who write it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import click

from muniment.cli.output import as_json
from muniment.errors import MunimentError


@click.command()
@click.argument("name")
@as_json
def check(name: str, json_: bool) -> None:
    """Tell the tier of a plugin: bronze, silver or gold, and what it lacks for the next.

    Runs the conformance suite, in a repository made for it; no instance is needed. Ends with 1 when the plugin claims
    a tier that it does not reach.
    """
    if importlib.util.find_spec("pytest") is None:
        raise MunimentError("Checking needs the test kit. Install it with: pip install 'muniment-core[test]'")
    options = ["--json"] if json_ else []
    command = [sys.executable, "-m", "muniment.testing.quality", name, *options]
    code = subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode
    raise click.exceptions.Exit(code)
