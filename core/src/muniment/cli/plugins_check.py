"""`muniment plugins check`: how good a plugin is, for those who write it and those who are to trust it."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from muniment.cli.output import as_json
from muniment.cli.session import Session, pass_session
from muniment.errors import MunimentError


@click.command()
@click.argument("name")
@as_json
@pass_session
def check(session: Session, name: str, json_: bool) -> None:
    """Tell the tier of a plugin: bronze, silver or gold, and what it lacks for the next.

    Runs the conformance suite, in a repository made for it; no instance is needed. Where there is one, the control
    panel shows from then on what was found. Ends with 1 when the plugin claims a tier that it does not reach.
    """
    if importlib.util.find_spec("pytest") is None:
        raise MunimentError("Checking needs the test kit. Install it with: pip install 'muniment-core[test]'")
    with tempfile.TemporaryDirectory(prefix="muniment-check-") as folder:
        file = Path(folder) / "report.json"
        command = [sys.executable, "-m", "muniment.testing.quality", name, str(file), *(["--json"] if json_ else [])]
        code = subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode
        if file.exists():
            _keep(session, json.loads(file.read_text(encoding="utf-8")))
    raise click.exceptions.Exit(code)


def _keep(session: Session, report: Mapping[str, Any]) -> None:
    """Remember the tier in the instance, if this is run in one."""
    try:
        plugins = session.repository.plugins
    except MunimentError:
        return
    plugins.remember_check(report["plugin"], report["tier"])
    click.echo("Kept: the control panel and 'muniment plugins info' tell it.", err=True)
