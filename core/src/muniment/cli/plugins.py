"""`muniment plugins`: what is installed, what is on, and switching it."""

from __future__ import annotations

import click

from muniment.cli.output import as_json, show_json, show_table
from muniment.cli.session import Session, pass_session


@click.group()
def plugins() -> None:
    """What is installed, what is on, and switching it."""


@plugins.command("list")
@as_json
@pass_session
def list_command(session: Session, json_: bool) -> None:
    """List the installed plugins with their state."""
    repository = session.repository
    rows = []
    for name, plugin in sorted(repository.plugins.installed.items()):
        if name in repository.generation.failures:
            state = "failed"
        elif name in repository.generation.names:
            state = "built in" if plugin.manifest.builtin else "enabled"
        else:
            state = "disabled"
        rows.append({"name": name, "title": plugin.manifest.title, "version": plugin.version, "state": state})
    rows += [
        {"name": name, "title": reason, "version": "", "state": "broken"}
        for name, reason in repository.plugins.discovery.broken.items()
    ]
    if json_:
        show_json(rows)
        return
    show_table(["name", "state", "version", "title"], [[r["name"], r["state"], r["version"], r["title"]] for r in rows])


@plugins.command()
@click.argument("name")
@as_json
@pass_session
def info(session: Session, name: str, json_: bool) -> None:
    """Tell what a plugin says about itself, what it adds, and why it failed if it did."""
    found = session.repository.plugins.describe(name, session.repository.generation)
    if json_:
        show_json(found)
        return
    for key, value in found.items():
        shown = ", ".join(value) if isinstance(value, (list, tuple)) else value
        click.echo(f"{key + ':':16}{shown if shown not in (None, '') else '-'}")


@plugins.command()
@click.argument("name")
@click.option("--with-required", is_flag=True, help="Enable what it requires too.")
@pass_session
def enable(session: Session, name: str, with_required: bool) -> None:
    """Switch a plugin on, in every running process within a second."""
    switched = session.repository.plugins.enable(name, session.actor, with_required=with_required)
    click.echo(f"Enabled {', '.join(switched)}." if switched else f"{name} was enabled already.")


@plugins.command()
@click.argument("name")
@click.option("--with-dependents", is_flag=True, help="Disable what depends on it too.")
@pass_session
def disable(session: Session, name: str, with_dependents: bool) -> None:
    """Switch a plugin off; its data stays."""
    switched = session.repository.plugins.disable(name, session.actor, with_dependents=with_dependents)
    click.echo(f"Disabled {', '.join(switched)}." if switched else f"{name} was disabled already.")
